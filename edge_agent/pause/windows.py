"""The schedule: windows of the day, in the time zone of the facility."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the day in which nobody wants to be watched."""

    begins: time
    """On the clock on the wall."""
    ends: time
    """At or before `begins`: on the next day."""
    days: frozenset[int] = EVERY_DAY
    """On which it begins; 0 is Monday."""
    cameras: frozenset[str] | None = None
    """None: all."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One day's turn of a window; UTC, `begins` included, `ends` not."""

    begins: datetime
    ends: datetime


def opening(window: Window, zone: tzinfo, utc: datetime) -> Opening | None:
    """The turn of a window that is open now, if one is.

    Where clocks go forward, a time that they skip is taken for as much later (02:30 for 03:30); where they go back, a
    window begins at the first and ends at the last instant that shows its time.

    Args:
        window: of the schedule.
        zone: an IANA time zone.
        utc: now, aware.
    """
    today = utc.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        if day.weekday() in window.days:
            found = _turn(window, zone, day)
            if found.begins <= utc < found.ends:
                return found
    return None


def length_s(window: Window) -> float:
    """How long a window is on a day of 24 hours, seconds; for a check against the longest pause.

    >>> length_s(Window(time(22, 0), time(6, 30)))
    30600.0
    """
    day = date(2000, 1, 3)
    turn = _turn(window, UTC, day)
    return (turn.ends - turn.begins).total_seconds()


def _turn(window: Window, zone: tzinfo, day: date) -> Opening:
    last_day = day if window.ends > window.begins else day + timedelta(days=1)
    ends = (datetime.combine(last_day, window.ends.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1))
    return Opening(datetime.combine(day, window.begins, zone).astimezone(UTC), max(ends))
