"""What must not be read in the doctor's output: it is sent to others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from edge_agent.doctor.finding import Finding
from edge_agent.doctor.reading import Reading
from firmware_config.field import Privacy
from firmware_config.redact import COVERS


def covered(finding: Finding, reading: Reading | None) -> Finding:
    """A finding without the paths of secrets, and without what could lead to a person."""
    cover = covering(reading)
    return replace(
        finding,
        said=cover(finding.said),
        remedy=cover(finding.remedy),
        details=tuple(cover(detail) for detail in finding.details),
    )


def covering(reading: Reading | None) -> Callable[[str], str]:
    """What does the same to any text."""
    hidden = [] if reading is None else sorted(_hidden(reading), key=lambda pair: -len(pair[0]))

    def cover(text: str) -> str:
        for word, instead in hidden:
            text = text.replace(word, instead)
        return text

    return cover


def _hidden(reading: Reading) -> Iterator[tuple[str, str]]:
    """Only what parts may say of their own faults; a room's number alone would cover half of the text."""
    secret, personal = COVERS[Privacy.SECRET], COVERS[Privacy.PERSONAL]
    broker = reading.broker
    if broker is not None:
        files = (broker.password_file, broker.tls.key if broker.tls is not None else None)
        yield from ((str(path), secret) for path in files if path is not None)
    for camera in reading.cameras:
        source = camera.source
        if source.recording is not None:
            yield str(source.recording), personal
        if source.rtsp is not None:
            yield source.rtsp.url, personal
            yield urlsplit(source.rtsp.url).netloc, personal
            if source.rtsp.password_file is not None:
                yield str(source.rtsp.password_file), secret
