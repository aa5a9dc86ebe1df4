"""Opening a store: by path or URL, with clear words when it cannot be used."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError

from facility_recommender.errors import ConfigurationError, StorageError
from facility_recommender.store import schema


@contextmanager
def writing(place: str) -> Iterator[Engine]:
    """Open the store at `place` (a path, or a URL) for its one owner, making it if need be.

    Raises:
        StorageError: it cannot be made or read, is another's or of a newer version, or is in use.
        ConfigurationError: a URL that is not understood.
    """
    url = _url(place)
    with _owned(Path(url.database or "")):
        engine = _engine(url)
        try:
            with _told(url):
                schema.metadata.create_all(engine)
                with engine.begin() as connection:
                    _version(connection, place)
            yield engine
        finally:
            engine.dispose()


@contextmanager
def reading(place: str) -> Iterator[Connection]:
    """Open an existing store to read one consistent state of it, also while its owner writes.

    Raises:
        StorageError: there is none, or it cannot be read.
        ConfigurationError: a URL that is not understood.
    """
    url = _url(place)
    if not Path(url.database or "").is_file():
        raise StorageError(f"there is no store at {url.database}", "name the --store that `serve` was started with")
    engine = _engine(url)
    try:
        with _told(url), engine.connect() as connection:
            _version(connection, place)
            yield connection
    finally:
        engine.dispose()


def _url(place: str) -> URL:
    """Of a path or URL. The seam for PostgreSQL: everything behind it is SQLAlchemy Core."""
    if "://" not in place:
        return URL.create("sqlite", database=place)
    try:
        url = make_url(place)
    except ArgumentError as error:
        raise ConfigurationError(f"--store {place} is not a database URL", "give a file's path") from error
    if url.get_backend_name() != "sqlite" or not url.database:
        raise ConfigurationError(
            f"this version stores in SQLite only, not in {url.get_backend_name()}", "give a file's path as --store"
        )
    return url


@contextmanager
def _owned(path: Path) -> Iterator[None]:
    """Hold the store's lock: two owners would each acknowledge what only the other has stored."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(
            f"the store {path} cannot be made: {error.strerror}", "give a --store in a folder you may write to"
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise StorageError(
            f"the store {path} is in use by another recommender", "stop that one, or give another --store"
        ) from error
    finally:
        os.close(lock)


def _engine(url: URL) -> Engine:
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


@contextmanager
def _told(url: URL) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise StorageError(
            f"the store {url.database} cannot be used: {cause}", "check the file, its rights and the free space"
        ) from error


def _version(connection: Connection, place: str) -> None:
    found = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.name == "version"))
    if found is None:
        connection.execute(insert(schema.meta).values(name="version", value=str(schema.VERSION)))
    elif int(found) > schema.VERSION:
        raise StorageError(f"the store {place} was written by a newer version", "use that version, or another --store")
