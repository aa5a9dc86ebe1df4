"""The clocks of this machine."""

from __future__ import annotations

import ctypes
import time
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Protocol

TIMESYNC_MARK = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd makes this file once it has set the clock; a Pi has no battery clock."""


TIMEX_BYTES = 512
"""More than `struct timex` has on any platform (208 on 64 bit); zeros ask and change nothing."""
TIME_ERROR = 5
"""adjtimex's answer while the clock is not synchronised."""


class Clock(Protocol):
    """What the outside of the agent asks of time."""

    def monotonic(self) -> float:
        """Seconds that only grow; the zero is anywhere, and it stands while the machine sleeps."""
        ...

    def boottime(self) -> float:
        """The same, but going on through a suspend."""
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
        """Seconds since some start, suspends left out."""
        return time.monotonic()

    def boottime(self) -> float:
        """Seconds since some start, suspends included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def utc(self) -> datetime:
        """Now, UTC."""
        return datetime.now(UTC)

    def synchronised(self) -> bool:
        """Whether something keeps the clock right; unknown counts as no."""
        return TIMESYNC_MARK.exists() or _kernel_says_synchronised()


def _kernel_says_synchronised() -> bool:
    """What chrony, ntpd and timesyncd alike tell the kernel (adjtimex(2), asked without changing anything)."""
    adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
    return adjtimex is not None and 0 <= adjtimex(ctypes.create_string_buffer(TIMEX_BYTES)) < TIME_ERROR


def utc_of(clock: Clock, t: float) -> datetime:
    """The wall time at the monotonic instant `t`."""
    return clock.utc() - timedelta(seconds=clock.monotonic() - t)


def awake(clock: Clock, t: float) -> float:
    """The monotonic instant `t` on the clock that goes on through a suspend."""
    return t + clock.boottime() - clock.monotonic()


def utc_awake(clock: Clock, t: float) -> datetime:
    """The wall time at the instant `t` of the clock that goes on through a suspend."""
    return clock.utc() - timedelta(seconds=clock.boottime() - t)


def second_of_day(clock: Clock, zone: tzinfo, t: float) -> float | None:
    """Seconds after local midnight at the instant `t` of the clock that goes on; None while the clock is not set."""
    if not clock.synchronised():
        return None
    local = utc_awake(clock, t).astimezone(zone)
    return 3600.0 * local.hour + 60.0 * local.minute + local.second
