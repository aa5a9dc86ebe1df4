"""`edge-agent support-bundle`: one file for whoever helps."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

from edge_agent.doctor.command import here
from edge_agent.doctor.reading import read
from edge_agent.doctor.situation import Situation, World
from edge_agent.errors import Exit, StorageError, UsageError
from edge_agent.support.gathered import gathered
from edge_agent.support.guard import guarded, passwords

FOLDER = "carepose-support"


def run(path: Path, out: Path, world: World | None = None) -> Exit:
    """Ask the box everything and write it to a file that its owner alone may read.

    Args:
        path: of the configuration.
        out: a name that nothing has yet.
        world: this machine where None.

    Raises:
        UsageError: there is something at `out`.
        StorageError: it cannot be written; nothing is left of it.
    """
    reading = read(path)
    situation = Situation(world or here(), reading)
    if out.exists():
        raise UsageError(f"{out} is there already", "give another name")
    secrets = tuple(passwords(reading))
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for name, text in gathered(situation):
            data = guarded(text, reading, secrets).encode()
            member = tarfile.TarInfo(f"{FOLDER}/{name}")
            member.size, member.mode = len(data), 0o600
            tar.addfile(member, io.BytesIO(data))
            print(f"{name}: {len(data)} bytes")  # noqa: T201
    _write(out, content.getvalue())
    print(f"{out}: no picture, key or password is in it; look into it before you send it")  # noqa: T201
    return Exit.OK


def _write(out: Path, data: bytes) -> None:
    try:
        opened = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(data)
    except OSError as fault:
        if not isinstance(fault, FileExistsError):
            out.unlink(missing_ok=True)
        raise StorageError(f"{out}: cannot be written: {fault.strerror}", "give another place") from fault
