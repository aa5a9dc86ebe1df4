"""The composition root of `serve`: three threads, each with one owner, and one way to end."""

from __future__ import annotations

import asyncio
import signal
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue, SimpleQueue
from threading import Event as Flag
from threading import Thread
from types import FrameType

from facility_recommender import board as boards
from facility_recommender.alerts import Action
from facility_recommender.board import Link, Settings
from facility_recommender.inbox import Item, Request, Stop
from facility_recommender.keeper import Ears, keep, remembered
from facility_recommender.mqtt import Broker, Session
from facility_recommender.store.open import writing
from facility_recommender.tls import load_pair
from facility_recommender.web.app import Act
from facility_recommender.web.server import Web, listen

WAITING = 10_000
"""Most arrivals waiting to be stored; when full, the broker waits, not our memory; [C]."""
GRACE_S = 10.0
"""How long a thread may take to end; [C]."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything is."""

    store: str
    broker: Broker
    web_host: str
    web_port: int
    web_names: tuple[str, ...] = field(default=())
    """Host names the page is reached by, besides this machine's own."""
    web_pair: tuple[Path, Path] | None = None
    """The page's certificate and key; None: without TLS."""


class ThreadDiedError(RuntimeError):
    """A thread of ours ended by a fault; nothing is resurrected, whoever started us starts us anew."""


def serve(settings: Settings, place: Place, consumer: str, say: Callable[[str], None]) -> None:
    """Run until SIGTERM or SIGINT.

    Args:
        settings: What does not change while we run.
        place: Where everything is.
        consumer: The name that devices wait for in acknowledgements.
        say: Tells whoever started us, one line at a time.

    Raises:
        AddressError: the page's address cannot be had.
        StorageError: the store cannot be used.
        ConfigurationError: a certificate or key cannot be used.
        ThreadDiedError: a fault of ours.
    """
    inbox: Queue[Item] = Queue(WAITING)
    ended: SimpleQueue[str | BaseException] = SimpleQueue()
    leave = Flag()
    session = Session(place.broker, settings.facility, consumer, inbox)
    if place.web_pair is not None:
        load_pair(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), *place.web_pair)  # uvicorn's own errors name no file
    with listen(place.web_host, place.web_port) as listener, writing(place.store) as engine, _signals(ended):
        now = datetime.now(UTC)
        first = boards.view(settings, remembered(settings, engine, now), now)
        web = Web(listener, first, now, settings.limits.page_s, _actor(inbox), place.web_names, place.web_pair)
        ears = Ears(session.acknowledge, web.show, web.confirm, _teller(place, listener.getsockname()[1], say))
        threads = [
            _started("web", web.run, ended),
            _started("keeper", lambda: keep(settings, engine, inbox, ears), ended),
            _started("mqtt", lambda: session.run(leave), ended),
        ]
        why = ended.get()
        leave.set()
        threads[2].join(GRACE_S)
        inbox.put(Stop(), timeout=GRACE_S)
        threads[1].join(GRACE_S)
        web.stop()
        threads[0].join(GRACE_S)
        if isinstance(why, BaseException):
            raise ThreadDiedError(f"{type(why).__name__}: {why}") from why


def _started(name: str, work: Callable[[], None], ended: SimpleQueue[str | BaseException]) -> Thread:
    """Start a thread that reports its end, whatever it is."""

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed on to the main thread, which ends the process with it
            ended.put(error)
        else:
            ended.put(name)

    thread = Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread


@contextmanager
def _signals(ended: SimpleQueue[str | BaseException]) -> Iterator[None]:
    """SIGTERM and SIGINT end the service; `SimpleQueue.put` may be called from a signal handler."""

    def handle(number: int, _frame: FrameType | None) -> None:
        ended.put(signal.Signals(number).name)

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _actor(inbox: Queue[Item]) -> Act:
    async def act(alert: str, action: Action) -> bool:
        done: Future[bool] = Future()
        done.set_running_or_notify_cancel()  # a browser that goes away must not cancel what the keeper does
        inbox.put_nowait(Request(alert, action, datetime.now(UTC), done))
        return await asyncio.wrap_future(done)

    return act


def _teller(place: Place, port: int, say: Callable[[str], None]) -> Callable[[Link], None]:
    """Say how it stands with the broker, once for each change."""
    url = f"http{'s' if place.web_pair else ''}://{place.web_host}:{port}/"
    said: list[tuple[bool, str | None]] = []

    def tell(link: Link) -> None:
        state = (link.connected, link.problem)
        if said[-1:] == [state]:
            return
        said[:] = [state]
        say(f"ready: page {url}, broker {place.broker}" if link.connected else f"waiting: {link.problem}; page {url}")

    return tell
