"""What must not be in a bundle, and is looked for in every file of it before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from edge_agent.doctor.covers import covering
from edge_agent.doctor.reading import Reading
from firmware_config.field import Privacy
from firmware_config.redact import COVERS

LEAST = 4
"""Characters: a shorter password would cover half of the text. [C]"""
MOST_BYTES = 4096
KEY = "PRIVATE KEY"


class LeakError(Exception):
    """A key would be in the bundle: a fault of ours."""


def guarded(text: str, reading: Reading, secrets: Iterable[str]) -> str:
    """A text without passwords, and without what the doctor covers.

    Raises:
        LeakError: it holds a key.
    """
    text = covering(reading)(text)
    for secret in secrets:
        text = text.replace(secret, COVERS[Privacy.SECRET])
    if KEY in text:
        raise LeakError
    return text


def passwords(reading: Reading) -> Iterator[str]:
    """The passwords that a configuration points to, as far as this user may read them, the longest first."""
    files = [camera.source.rtsp.password_file for camera in reading.cameras if camera.source.rtsp is not None]
    files += [] if reading.broker is None else [reading.broker.password_file]
    read = (_first_line(path) for path in files if path is not None)
    yield from sorted((word for word in read if len(word) >= LEAST), key=len, reverse=True)


def _first_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES).decode("utf-8", "replace").partition("\n")[0].strip()
    except OSError:
        return ""
