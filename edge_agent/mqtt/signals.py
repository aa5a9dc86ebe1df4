"""What the connection tells the publisher: its callbacks do nothing but put one of these on the queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias


class Link(Protocol):
    """One connection, from CONNACK until it is lost."""

    def publish(self, topic: str, payload: str, *, retain: bool) -> int | None:
        """Send with QoS 1; the message's number, or None where the connection is gone."""
        ...

    def subscribe(self, topic: str) -> None:
        """Ask for a topic with QoS 1."""
        ...

    def leave(self) -> None:
        """Say good-bye: no will is sent."""
        ...

    def cut(self) -> None:
        """End it without a word, so that the will is sent and a new connection begun."""
        ...


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker has let us in."""

    link: Link
    window: int
    """Messages the broker takes before it wants to confirm some; MQTT 5 tells, else 65,535."""


@dataclass(frozen=True, slots=True)
class Lost:
    """There is no connection: an attempt failed, or one was lost."""

    fault: str | None
    """For people; None after a wanted good-bye."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The broker's PUBACK."""

    mid: int
    accepted: bool
    """MQTT 5 can say no."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message on a topic that was asked for."""

    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class Died:
    """The network thread ended by a fault of ours."""

    error: BaseException


Signal: TypeAlias = Connected | Lost | Confirmed | Received | Died
