"""The clocks of this machine."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

TIMESYNC_MARK = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd makes this file once it has set the clock; a Pi has no battery clock."""


class Clock(Protocol):
    """What the outside of the agent asks of time."""

    def monotonic(self) -> float:
        """Seconds that only grow; the zero is anywhere."""
        ...

    def utc(self) -> datetime:
        """The wall clock, aware, UTC."""
        ...

    def synchronised(self) -> bool:
        """Whether the wall clock is known to be set."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def monotonic(self) -> float:
        """Seconds since some start."""
        return time.monotonic()

    def utc(self) -> datetime:
        """Now, UTC."""
        return datetime.now(UTC)

    def synchronised(self) -> bool:
        """Whether time synchronisation has reported success; unknown counts as no."""
        return TIMESYNC_MARK.exists()


def utc_of(clock: Clock, t: float) -> datetime:
    """The wall time at the monotonic instant `t`."""
    return clock.utc() - timedelta(seconds=clock.monotonic() - t)
