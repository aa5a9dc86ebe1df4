"""Falls on their way: put, but acknowledged by nobody's system yet."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from edge_agent.fail_safe.rules import UnheardFall
from edge_agent.messages.draft import Body, Draft
from edge_agent.messages.envelope import Lane
from edge_agent.outbox import Entry, Outbox
from edge_agent.outbox.outbox import START
from edge_agent.types import Kind, Phase

FORGOTTEN_S = 3600.0
"""After an hour a fall that is still open has been said again many times, and any other has been over for long. [C]"""

PAGE = 200
"""Alarms read from the outbox at once. [C]"""
CALLING = frozenset({Phase.CONFIRMED.value, Phase.ESCALATED.value})


def waiting_alarms(outbox: Outbox) -> Iterator[Entry]:
    """All alarms that wait, in order."""
    after = START
    while page := outbox.pending(Lane.ALARM, PAGE, after):
        yield from page
        after = page[-1].position


@dataclass(slots=True)
class _Item:
    fall: UnheardFall
    draft: Draft | None
    """While it is not in the outbox."""
    place: tuple[str, int] | None = None
    """Boot and number within the lane, once it is."""


class Unheard:
    """Noted where drafts are put, so that neither a full disk nor a publisher that hangs hides a fall.

    Written by the threads that put and by the publisher's, read by the main thread.
    """

    def __init__(self, waiting: Iterable[Entry]) -> None:
        """Begin with what earlier runs left behind.

        Args:
            waiting: the alarms in the outbox, in order; their age is running time, the time between runs is not known.
        """
        self._lock = threading.Lock()
        self._items: list[_Item] = []
        for entry in waiting:
            if not entry.is_gap:
                self._note(json.loads(entry.body), entry.stored_s, None, (entry.boot_id, entry.first))

    def put(self, draft: Draft, now: float) -> None:
        """Note a draft that is to be sent, if it is of a fall; or that a fall is over."""
        if draft.lane is not Lane.ALARM:
            return
        with self._lock:
            self._items = [item for item in self._items if now - item.fall.at < FORGOTTEN_S]
            self._note(draft.body, now, draft, None)

    def stored(self, drafts: Sequence[Draft], entries: Sequence[Entry]) -> None:
        """Learn the numbers of drafts that the outbox has taken.

        One that it refuses never gets one: nobody will hear of that fall, so it calls.
        """
        with self._lock:
            places = {id(draft): (entry.boot_id, entry.first) for draft, entry in zip(drafts, entries, strict=True)}
            for item in self._items:
                if item.draft is not None and id(item.draft) in places:
                    item.place, item.draft = places[id(item.draft)], None

    def settled(self, watermarks: Mapping[tuple[str, Lane], int]) -> None:
        """Forget what a consumer's watermark covers."""
        upto = {boot_id: seq for (boot_id, lane), seq in watermarks.items() if lane is Lane.ALARM}
        if upto:
            with self._lock:
                self._items = [
                    item for item in self._items if item.place is None or item.place[1] > upto.get(item.place[0], 0)
                ]

    def attended(self, incident_id: str) -> bool:
        """Forget the news of a fall that a person knows of; whether there were any."""
        with self._lock:
            return self._drop(incident_id)

    def falls(self, now: float) -> tuple[UnheardFall, ...]:
        """What waits, oldest first."""
        with self._lock:
            return tuple(item.fall for item in self._items if now - item.fall.at < FORGOTTEN_S)

    def _note(self, body: Body, at: float, draft: Draft | None, place: tuple[str, int] | None) -> None:
        if body.get("kind") != Kind.FALL.value:
            return
        incident_id, phase = str(body["incident_id"]), str(body["phase"])
        if phase == Phase.CLEARED.value:
            self._drop(incident_id)
        elif phase in CALLING:
            news = f"{phase} at {body['uptime_ms']} ms"
            self._items.append(_Item(UnheardFall(incident_id, news, at), draft, place))

    def _drop(self, incident_id: str) -> bool:
        kept = [item for item in self._items if item.fall.incident_id != incident_id]
        dropped = len(kept) < len(self._items)
        self._items = kept
        return dropped
