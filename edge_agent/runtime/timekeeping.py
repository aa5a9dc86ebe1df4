"""What happened to the clocks while nobody looked: the wall clock set anew, the machine put to sleep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from edge_agent.runtime.clock import Clock

NOTICED_S = 1.0
"""Smaller steps of the wall clock, and naps, are not worth a word. [C] A clock that is slewed (at most 0.5 ms/s by the
kernel, 83 ms/s by chrony) stays below it from one look to the next."""


@dataclass(frozen=True, slots=True)
class Jump:
    """The wall clock was set."""

    at: datetime
    """What it showed when this was noticed."""
    by_s: float
    """Forward positive."""


@dataclass(frozen=True, slots=True)
class Naps:
    """The machine was suspended. Nothing was seen then, and the monotonic clock does not count that time."""

    total_s: float
    woke_at: datetime
    """When the last was noticed."""


class Timekeeping:
    """Compares the clocks from look to look; owned by one thread."""

    def __init__(self, clock: Clock) -> None:
        """Nothing has happened yet."""
        self._clock = clock
        self._monotonic, self._boottime, self._utc = clock.monotonic(), clock.boottime(), clock.utc()
        self.jump: Jump | None = None
        """The last one."""
        self.naps: Naps | None = None

    def look(self) -> None:
        """Notice what happened since the look before."""
        monotonic, boottime, utc = self._clock.monotonic(), self._clock.boottime(), self._clock.utc()
        passed = boottime - self._boottime
        asleep = passed - (monotonic - self._monotonic)
        by_s = (utc - self._utc).total_seconds() - passed
        if asleep > NOTICED_S:
            self.naps = Naps(asleep + (self.naps.total_s if self.naps else 0.0), utc)
        if abs(by_s) > NOTICED_S:
            self.jump = Jump(utc, by_s)
        self._monotonic, self._boottime, self._utc = monotonic, boottime, utc
