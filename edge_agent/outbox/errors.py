"""What can go wrong with the outbox."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_agent.errors import StorageError


class DiskFullError(StorageError):
    """There is no room left; nothing of what was to be written is stored."""


class CorruptError(StorageError):
    """The database is damaged; it is set aside at the next start."""


_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def is_corrupt(error: sqlite3.Error) -> bool:
    """Whether SQLite speaks of damaged content rather than of a file it may not use."""
    return _code(error) in _CORRUPT


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ones with a remedy.

    Raises:
        DiskFullError: no room.
        CorruptError: damaged content.
        StorageError: any other reason.
    """
    try:
        yield
    except sqlite3.Error as error:
        if _code(error) == sqlite3.SQLITE_FULL:
            raise DiskFullError(f"the disk of {path} is full", "make room; the agent goes on by itself") from error
        if is_corrupt(error):
            raise CorruptError(f"the outbox {path} is damaged", "start again: it will be set aside") from error
        remedy = "check that the folder exists and that its user may write there"
        raise StorageError(f"the outbox {path} cannot be used: {error}", remedy) from error


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code: the low byte of the extended one."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
