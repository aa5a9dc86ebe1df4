"""The outbox's file: opening it, its tables, setting a damaged one aside."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_agent.errors import StorageError
from edge_agent.outbox.errors import is_corrupt, told

LOG = logging.getLogger(__name__)

VERSION = 1

_TABLES = f"""
BEGIN;
CREATE TABLE boots (
    boot INTEGER PRIMARY KEY AUTOINCREMENT,
    boot_id TEXT NOT NULL UNIQUE
);
CREATE TABLE lanes (
    boot INTEGER NOT NULL REFERENCES boots,
    lane TEXT NOT NULL,
    last_seq INTEGER NOT NULL,
    acked_upto INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (lane, boot)
) WITHOUT ROWID;
CREATE TABLE entries (
    boot INTEGER NOT NULL REFERENCES boots,
    lane TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    topic TEXT NOT NULL,
    body TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    reason TEXT,
    stored_s REAL NOT NULL,
    PRIMARY KEY (lane, boot, first)
);
PRAGMA user_version = {VERSION};
COMMIT;
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open the database, made anew if there is none; a damaged one is set aside, and said.

    Raises:
        StorageError: the file cannot be used, or a later version wrote it.
    """
    with told(path):
        try:
            return _open(path)
        except sqlite3.DatabaseError as error:
            if not is_corrupt(error):
                raise
            aside = _set_aside(path)
            LOG.error("The outbox %s is damaged. It was kept as %s for inspection and an empty one begun.", path, aside)  # noqa: TRY400
            return _open(path)


@contextmanager
def transaction(db: sqlite3.Connection, path: Path) -> Iterator[None]:
    """All or nothing, on the card when it ends.

    Raises:
        StorageError: it could not be written; nothing of it is stored.
    """
    with told(path):
        db.execute("BEGIN IMMEDIATE")
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def _open(path: Path) -> sqlite3.Connection:
    # The thread that opens it hands it on to the one that owns it from then on.
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
    try:
        _prepare(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA journal_size_limit = 1048576")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise StorageError(
            f"the outbox {path} was written by a later version (format {version}, this one knows {VERSION})",
            "install that version again, or move the file away",
        )
    (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        damaged = sqlite3.DatabaseError(verdict)
        damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damaged
    if version == 0:
        db.executescript(_TABLES)


def _set_aside(path: Path) -> Path:
    """Rename the file and what SQLite keeps beside it to the next free name."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    try:
        for suffix in ("-wal", "-shm", ""):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
    except OSError as error:
        raise StorageError(f"the outbox {path} is damaged and cannot be renamed: {error}", "move it away") from error
    return aside
