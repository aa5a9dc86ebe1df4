"""Rules for the schedule of pauses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice

from firmware_config.cameras import CAMERA, MOST_CAMERAS
from firmware_config.parts import ANY, Where, each, sections, valid
from firmware_config.problem import Problem, twice
from firmware_config.services import DAYS, MOST_WINDOWS, Pause, Window
from firmware_config.values import IDENTIFIER

DAY_MIN = 24 * 60
WEEK_MIN = 7 * DAY_MIN


def windows(data: object) -> Iterator[Problem]:
    """Each window by itself: its length, its days, its cameras."""
    longest_s = _longest_s(data)
    cameras = _cameras(data)
    for where, value in sections(data, "pause", "schedule", ANY):
        yield from twice("day", each(value, "days", ANY), within=where)
        yield from twice("camera", each(value, "cameras", ANY), within=where)
        for step, name in each(value, "cameras", ANY):
            if isinstance(name, str) and cameras and name not in cameras:
                yield Problem((*where, *step), "no such camera", f"one of {', '.join(cameras)}", name)
        if (window := valid(Window, value)) is not None:
            if window.begins == window.ends:
                yield Problem(
                    (*where, "to"), "a window that ends when it begins", "another time", f"{window.ends:%H:%M}"
                )
            elif window.length_s > longest_s:
                long = f"a window of {window.length_s:g} s"
                yield Problem(where, long, f"at most pause.longest_s, {longest_s:g} s")


def joined_windows(data: object) -> Iterator[Problem]:
    """Windows that follow each other make one pause, which may be no longer than any other."""
    longest_s = _longest_s(data)
    usable = [
        (where, window)
        for where, value in islice(each(data, "pause", "schedule", ANY), MOST_WINDOWS)
        if (window := valid(Window, value)) is not None and window.length_s <= longest_s
    ]
    told: set[Where] = set()
    for camera in _cameras(data)[:MOST_CAMERAS]:
        own = [(where, window) for where, window in usable if window.cameras is None or camera in window.cameras]
        for where, run_s in _runs(own):
            if run_s > longest_s and where not in told:
                told.add(where)
                joined = f"windows that follow each other pause camera {camera} for {run_s:g} s"
                yield Problem(where, joined, f"at most pause.longest_s, {longest_s:g} s")


def _runs(windows: list[tuple[Where, Window]]) -> Iterator[tuple[Where, float]]:
    """Unbroken runs of paused minutes in a week, each with the last of the windows in it and its seconds."""
    paused: dict[int, Where] = {}
    for where, window in windows:
        begins = window.begins.hour * 60 + window.begins.minute
        for day in window.days:
            first = DAYS.index(day) * DAY_MIN + begins
            paused |= {minute % WEEK_MIN: where for minute in range(first, first + round(window.length_s / 60))}
    free = next((minute for minute in range(WEEK_MIN) if minute not in paused), 0)
    week = [paused.get((free + minute) % WEEK_MIN) for minute in range(WEEK_MIN)]
    for is_paused, run in groupby(week, key=lambda where: where is not None):
        if is_paused:
            minutes = [where for where in run if where is not None]
            yield max(minutes), 60.0 * len(minutes)


def _cameras(data: object) -> list[str]:
    """The ids that can be used."""
    ids = (name for _, name in each(data, *CAMERA, "id") if isinstance(name, str))
    return [name for name in dict.fromkeys(ids) if IDENTIFIER.fullmatch(name)]


def _longest_s(data: object) -> float:
    """The longest pause as written, or the default while it is wrong."""
    for _, value in each(data, "pause", "longest_s"):
        if (pause := valid(Pause, {"longest_s": value})) is not None:
            return pause.longest_s
    return Pause().longest_s
