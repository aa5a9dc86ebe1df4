"""The one thread that owns the store and the board.

Order is what makes it safe: parse, commit, then acknowledge, then show. When the store cannot be written, nothing is
acknowledged and the page says so, but what was heard is still shown: a full disk must not hide a fall.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from queue import Empty, Queue

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from edge_agent.messages import topics
from facility_recommender import board as boards
from facility_recommender.board import Board, Link, Now, Settings
from facility_recommender.errors import StorageError
from facility_recommender.inbox import Delivered, Item, LinkNews, Request, Stop
from facility_recommender.ingest import Arrival, Event, Refused, Unread, ingest
from facility_recommender.store import read
from facility_recommender.store.write import Written, act, settle, write
from facility_recommender.watermark import LaneKey

BATCH = 500
"""Most items stored in one transaction; [C]."""
TICK_S = 1.0
"""How often the view is made anew when nothing arrives, because time alone changes it (silence, quiet, midnight)."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Whom the keeper tells."""

    acknowledge: Callable[[LaneKey, int], None]
    show: Callable[[Now], None]
    confirm: Callable[[datetime], None]
    """What was shown last still holds at this moment."""
    linked: Callable[[Link], None]


def keep(settings: Settings, engine: Engine, inbox: Queue[Item], ears: Ears) -> None:
    """Serve the inbox until `Stop`."""
    board = remembered(settings, engine, datetime.now(UTC))
    shown: Now | None = None
    stop = False
    while not stop:
        items = _drained(inbox)
        stop = any(isinstance(item, Stop) for item in items)
        board = _deliver(settings, engine, board, [item for item in items if isinstance(item, Delivered)], ears)
        for item in items:
            match item:
                case LinkNews(connected, problem, at):
                    board = boards.linked(board, Link(connected, at, problem))
                    ears.linked(board.link)
                case Request():
                    board = _do(engine, board, item)
        now = datetime.now(UTC)
        board = _tidy(settings, engine, board, now)
        view = boards.view(settings, board, now)
        if view != shown:
            ears.show(view)
            shown = view
        ears.confirm(now)


def remembered(settings: Settings, engine: Engine, now: datetime) -> Board:
    """The board as the store remembers it."""
    with engine.connect() as connection:
        board = boards.empty(settings, now)
        for heard in read.incidents(connection):
            board = boards.heard(settings, board, heard.device, heard.message, heard.received_at)
        for alert, action, at in read.actions(connection):
            board = boards.acted(board, alert, action, at)
        for message in read.observations(connection, board.day.start):
            board = boards.heard(settings, board, "", message, now)
        lately = now - timedelta(seconds=settings.limits.unwatched_s)
        board = boards.told_of(board, dict(read.rooms(connection, lately)))
        for present, at in read.presents(connection):
            if present.kind != topics.AVAILABILITY:  # as of our last connection; the broker knows better
                board = boards.arrived(settings, board, present, at, retained=True)
        return replace(board, unread=_unread(connection, now))


def _drained(inbox: Queue[Item]) -> list[Item]:
    """Wait for something, at most a tick, then take what else is there."""
    items: list[Item] = []
    with suppress(Empty):
        items.append(inbox.get(timeout=TICK_S))
        while len(items) < BATCH:
            items.append(inbox.get_nowait())
    return items


def _deliver(settings: Settings, engine: Engine, board: Board, items: list[Delivered], ears: Ears) -> Board:
    """Store a batch, acknowledge it, and take it onto the board."""
    if not items:
        return board
    batch = [(ingest(settings.facility, item.topic, item.payload), item) for item in items]
    written: Written | None = None
    try:
        with engine.begin() as connection:
            written = write(connection, [(arrival, item.at) for arrival, item in batch])
    except DBAPIError as error:
        board = replace(board, store_problem=str(error.orig))
    else:
        board = replace(board, store_problem=None)
        for lane, upto in written.watermarks.items():
            if upto:
                ears.acknowledge(lane, upto)
    for arrival, item in batch:
        if _is_news(arrival, written):
            board = boards.arrived(settings, board, arrival, item.at, retained=item.retained)
    if any(isinstance(arrival, Refused) for arrival, _ in batch):
        board = _with_unread(engine, board, items[-1].at)
    return board


def _is_news(arrival: Arrival, written: Written | None) -> bool:
    """Whether the board has not seen it: what cannot be stored now comes again, and the board takes it twice."""
    return written is None or not isinstance(arrival, Event) or arrival.message.event_id in written.new


def _with_unread(engine: Engine, board: Board, now: datetime) -> Board:
    try:
        with engine.connect() as connection:
            return replace(board, unread=_unread(connection, now))
    except DBAPIError as error:
        return replace(board, store_problem=str(error.orig))


def _unread(connection: Connection, now: datetime) -> tuple[Unread, ...]:
    return read.unread(connection, now - boards.UNREAD_SHOWN)


def _do(engine: Engine, board: Board, request: Request) -> Board:
    """Keep what a caregiver did, then show it; whoever asked is told when it could not be kept."""
    if request.alert not in board.alerts:
        request.done.set_result(False)
        return board
    try:
        with engine.begin() as connection:
            act(connection, request.alert, request.action, request.at)
    except DBAPIError as error:
        request.done.set_exception(StorageError(f"it could not be stored: {error.orig}", "try again"))
        return replace(board, store_problem=str(error.orig))
    request.done.set_result(True)
    return boards.acted(board, request.alert, request.action, request.at)


def _tidy(settings: Settings, engine: Engine, board: Board, now: datetime) -> Board:
    board, gone = boards.tidy(settings, board, now)
    if gone:
        # What stays in the store because of a fault is only read once more at the next start.
        with suppress(DBAPIError), engine.begin() as connection:
            settle(connection, gone)
    return board
