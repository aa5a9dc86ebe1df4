"""Which events go out now: alarms first, old ones again, never more under way than the broker takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from edge_agent.messages.draft import as_replayed
from edge_agent.messages.envelope import Lane
from edge_agent.outbox import Entry, Outbox, Position
from edge_agent.outbox.outbox import START

_Key: TypeAlias = tuple[Lane, int, int, int]
"""Lane, boot, first, last: a gap that has grown is another entry."""


def _key(entry: Entry) -> _Key:
    return entry.lane, entry.boot, entry.first, entry.last


class Delivery:
    """What has been sent of the outbox, and what the broker has confirmed. Knows neither clock nor connection."""

    def __init__(self, outbox: Outbox, boot_id: str, window: int, resend_s: float) -> None:
        """Begin with nothing sent.

        Args:
            outbox: read, never written.
            boot_id: of this run; events of others may have been sent by then.
            window: of each lane, how many are sent again before an acknowledgement moves on.
            resend_s: after which an event that is not acknowledged is sent again.
        """
        self._outbox = outbox
        self._boot_id = boot_id
        self._window = window
        self._resend_s = resend_s
        self._reached: dict[Lane, Position] = dict.fromkeys(Lane, START)
        self._sent_at: dict[_Key, float] = {}
        self._confirmed: set[_Key] = set()

    def due(self, now_s: float) -> Iterator[tuple[Entry, str]]:
        """What to send, in order, as it is to be sent; say `sent` before taking the next."""
        while self._sent_at and now_s - next(iter(self._sent_at.values())) >= self._resend_s:
            del self._sent_at[next(iter(self._sent_at))]
        for lane in Lane:
            for entry in self._outbox.pending(lane, self._window):
                if entry.position <= self._reached[lane] and _key(entry) not in self._sent_at:
                    yield entry, as_replayed(entry.body)
            for entry in self._outbox.pending(lane, self._window, self._reached[lane]):
                late = entry.boot_id != self._boot_id or now_s - entry.stored_s >= self._resend_s
                yield entry, as_replayed(entry.body) if late else entry.body

    def sent(self, entry: Entry, now_s: float) -> None:
        """Note that an entry is under way."""
        self._sent_at.pop(_key(entry), None)
        self._sent_at[_key(entry)] = now_s
        self._reached[entry.lane] = max(self._reached[entry.lane], entry.position)

    def reconnected(self) -> None:
        """What was under way on a lost connection, or confirmed out of order, is due at once."""
        self._sent_at.clear()
        self._confirmed.clear()

    def confirm(self, entry: Entry) -> None:
        """Note the broker's PUBACK, where it stands for the acknowledgement."""
        self._confirmed.add(_key(entry))

    def watermarks(self) -> dict[tuple[str, Lane], int]:
        """Up to where the broker has confirmed each lane without a hole; say `sent` and `confirm` before."""
        upto: dict[tuple[str, Lane], int] = {}
        if not self._confirmed:
            return upto
        for lane in Lane:
            waiting: set[str] = set()
            for entry in self._outbox.pending(lane, 2 * self._window):
                if _key(entry) not in self._confirmed:
                    waiting.add(entry.boot_id)
                elif entry.boot_id not in waiting:
                    upto[entry.boot_id, lane] = entry.last
                    self._confirmed.discard(_key(entry))
        return upto
