"""What the outbox holds, as others see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from edge_agent.messages.envelope import Lane

Position: TypeAlias = tuple[int, int]
"""Boot (1 the oldest known), sequence number: the order within a lane."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event, or the gap that stands for dropped ones, waiting to be acknowledged."""

    boot: int
    """1 the oldest known."""
    boot_id: str
    lane: Lane
    first: int
    last: int
    """Equal to `first` but for a gap."""
    topic: str
    body: str
    """Final JSON."""
    is_gap: bool
    stored_s: float
    """On the clock of `append`; of an earlier run, how long before this one it was, negative."""

    @property
    def position(self) -> Position:
        """Where it stands in its lane."""
        return self.boot, self.first


@dataclass(frozen=True, slots=True)
class LaneStatus:
    """How far one lane of one boot has come; kept for ever."""

    boot_id: str
    lane: Lane
    last_seq: int
    """The highest number ever committed."""
    acked_upto: int
    dropped: int
    """Events that became part of a gap."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How full the outbox is."""

    alarm: int
    """Events waiting; gaps don't count."""
    routine: int
    bytes: int
    dropped: int
    """Events ever dropped."""

    @property
    def waiting(self) -> int:
        """Events not acknowledged."""
        return self.alarm + self.routine
