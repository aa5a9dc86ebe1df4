"""What is under way on the present connection."""

from __future__ import annotations

from dataclasses import dataclass

from edge_agent.mqtt.signals import Link
from edge_agent.outbox import Entry


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it goes to the broker."""

    topic: str
    payload: str
    retain: bool = False
    entry: Entry | None = None
    """Of the outbox, where it comes from there."""
    answers: str | None = None
    """The transaction of an answer that is owed until the broker has it."""


class Traffic:
    """Sends while the broker takes more: never over the window, never into paho's own queue."""

    def __init__(self, window: int, stalled_s: float) -> None:
        """Begin without a connection.

        Args:
            window: messages under way at most.
            stalled_s: after which a broker that confirms nothing is taken for dead.
        """
        self._window = window
        self._stalled_s = stalled_s
        self._room = window
        self._link: Link | None = None
        self._under_way: dict[int, Outgoing] = {}
        self._moved_s = 0.0

    @property
    def connected(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self._link is not None

    @property
    def quiet(self) -> bool:
        """Whether the broker has confirmed everything."""
        return not self._under_way

    def begin(self, link: Link, window: int, now_s: float) -> None:
        """Use a new connection, whose broker takes `window` messages unconfirmed."""
        self._link, self._room, self._moved_s = link, min(self._window, window), now_s
        self._under_way.clear()

    def end(self) -> None:
        """The connection is lost, and with it what was under way."""
        self._link = None
        self._under_way.clear()

    def send(self, message: Outgoing, now_s: float) -> bool:
        """Send if there is room and the connection holds; whether it did."""
        if self._link is None or len(self._under_way) >= self._room:
            return False
        mid = self._link.publish(message.topic, message.payload, retain=message.retain)
        if mid is None:
            return False
        if not self._under_way:
            self._moved_s = now_s
        self._under_way[mid] = message
        return True

    def confirmed(self, mid: int, now_s: float) -> Outgoing | None:
        """Take a PUBACK; the message it is for, if it is known."""
        self._moved_s = now_s
        return self._under_way.pop(mid, None)

    def cut_if_stalled(self, now_s: float) -> None:
        """Leave a broker that takes messages and confirms none: a half-open connection looks like this."""
        if self._link is not None and self._under_way and now_s - self._moved_s > self._stalled_s:
            self._link.cut()

    def leave(self) -> None:
        """Say good-bye to the broker."""
        if self._link is not None:
            self._link.leave()
        self.end()

    def cut(self) -> None:
        """End the connection without a word."""
        if self._link is not None:
            self._link.cut()
        self.end()
