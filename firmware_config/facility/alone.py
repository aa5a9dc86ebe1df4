"""One `edge-config` at a time changes a facility: two that wrote its register would lose what the other had issued."""

from __future__ import annotations

import argparse
import errno
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
        if not _locked(handle):
            raise InstallerError(f"another edge-config is at work in {root} (wait until it has ended)")
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as fault:
            if fault.errno not in {errno.ENOLCK, errno.ENOTSUP}:  # a share that knows no locks is used without
                raise
        return True
