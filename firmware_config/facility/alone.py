"""One `edge-config` at a time changes a facility: two that wrote its register would lose what the other had issued."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path

from firmware_config.errors import InstallerError
from firmware_config.facility.layout import Layout

NAME = ".lock"

Run = Callable[[argparse.Namespace], int]


def alone_in_folder(run: Run) -> Run:
    """A command that changes the facility in its `folder`, kept from running beside another."""

    @wraps(run)
    def held(options: argparse.Namespace) -> int:
        if not Layout(options.folder).facility.exists():
            return run(options)  # which says that it is none
        with alone(options.folder):
            return run(options)

    return held


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep others from changing a facility; the system lets go by itself when the process ends, however it ends.

    Raises:
        InstallerError: another is at work.
        OSError: it cannot be written there.
    """
    handle = os.open(root / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(handle)
    except OSError:
        os.close(handle)
        raise InstallerError(f"another edge-config is at work in {root} (wait until it has ended)") from None
    try:
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
