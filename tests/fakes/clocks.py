"""A clock that a test sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class HeldClock:
    """Stands still until it is told to go on; every part of it can be changed alone."""

    def __init__(self, monotonic: float = 100.0) -> None:
        self.now = monotonic
        self.wall = datetime(2026, 1, 1, tzinfo=UTC)
        self.asleep = 0.0
        self.set = True

    def monotonic(self) -> float:
        return self.now

    def boottime(self) -> float:
        return self.now + self.asleep

    def utc(self) -> datetime:
        return self.wall

    def synchronised(self) -> bool:
        return self.set

    def go_on(self, seconds: float) -> None:
        """Let time pass, on all clocks alike."""
        self.now += seconds
        self.wall += timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        """Suspend the machine: CLOCK_MONOTONIC stands, the others go on."""
        self.asleep += seconds
        self.wall += timedelta(seconds=seconds)

    def jump(self, seconds: float) -> None:
        """Set the wall clock."""
        self.wall += timedelta(seconds=seconds)
