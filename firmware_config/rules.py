"""What must hold between fields. Looks at what was written, wherever else it is wrong, so that all is said at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, groupby, pairwise
from posixpath import normpath
from typing import Any

from firmware_config.cameras import FURNITURE, KINDS, LIVE, Zone
from firmware_config.parts import ANY, Where, each, sections, valid
from firmware_config.polygons import shared_area, signed_area
from firmware_config.services import DAYS, GPIO_CHIP, Pause, Window

LIVE_CAMERAS = 2
SLIP = 0.01
"""Share of the smaller zone that may overlap: a hand's slip along a common border. [C]"""
DAY_MIN = 24 * 60
WEEK_MIN = 7 * DAY_MIN
CAMERA = ("cameras", ANY)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong between fields."""

    where: Where
    what: str
    allowed: str = ""
    found: object = None


def problems(data: object) -> list[Problem]:
    """All that is wrong between the fields of a configuration as it was written."""
    return [problem for rule in _RULES for problem in rule(data)]


def _one_source(data: object) -> Iterator[Problem]:
    for where, source in sections(data, *CAMERA, "source"):
        given = [kind for kind in KINDS if source.get(kind) is not None]
        if not given:
            yield Problem(where, "no source", f"exactly one of {', '.join(KINDS)}")
        for kind in given[1:]:
            yield Problem((*where, kind), "a second source", f"exactly one of {', '.join(KINDS)}")
        if given and "recording" not in given:
            for key in ("start_after_s", "repeat"):
                if key in source:
                    yield Problem((*where, key), "goes with a recording only", "left out here", source[key])


def _few_live(data: object) -> Iterator[Problem]:
    live = [
        where[:2]
        for where, source in sections(data, *CAMERA, "source")
        if any(source.get(kind) is not None for kind in LIVE)
    ]
    for where in live[LIVE_CAMERAS:]:
        yield Problem(where, "too many live cameras", f"at most {LIVE_CAMERAS} that are not recordings")


def _upright_recordings(data: object) -> Iterator[Problem]:
    for where, camera in sections(data, *CAMERA):
        source = camera.get("source")
        recorded = isinstance(source, dict) and source.get("recording") is not None
        if recorded and camera.get("rotate_deg") in (90, 180, 270):
            yield Problem((*where, "rotate_deg"), "goes with a live camera only", "left out here", camera["rotate_deg"])


def _whole_size(data: object) -> Iterator[Problem]:
    for kind in ("v4l2", "picamera2"):
        for where, camera in sections(data, *CAMERA, "source", kind):
            for one, other in (("width", "height"), ("height", "width")):
                if one in camera and other not in camera:
                    yield Problem((*where, one), f"`{one}` without `{other}`", "both or neither")


def _unique_names(data: object) -> Iterator[Problem]:
    yield from _twice("id", each(data, *CAMERA, "id"))
    for camera, _ in each(data, *CAMERA):
        for marked in (("zones",), ("privacy", "masks")):
            inside = each(data, *CAMERA, *marked, ANY, "name")
            yield from _twice("name", (named for named in inside if named[0][:2] == camera))


def _unique_devices(data: object) -> Iterator[Problem]:
    devices: list[tuple[Where, object]] = [
        (where, normpath(device))
        for where, device in each(data, *CAMERA, "source", "v4l2", "device")
        if isinstance(device, str)
    ]
    yield from _twice("device", devices)
    yield from _twice("address", each(data, *CAMERA, "source", "rtsp", "url"), show=False)
    boards = sections(data, *CAMERA, "source", "picamera2")
    yield from _twice("camera of the board", ((where, board.get("index", 0)) for where, board in boards), show=False)


def _zones_apart(data: object) -> Iterator[Problem]:
    for camera, _ in each(data, *CAMERA):
        found = (
            (where, zone)
            for where, value in each(data, *CAMERA, "zones", ANY)
            if where[:2] == camera and (zone := valid(Zone, value)) is not None and zone.kind in FURNITURE
        )
        for (_, one), (where, other) in combinations(found, 2):
            smaller = min(abs(signed_area(one.polygon)), abs(signed_area(other.polygon)))
            share = shared_area(one.polygon, other.polygon) / smaller
            if share > SLIP:
                yield Problem(
                    (*where, "polygon"),
                    f"zone {other.name} ({other.kind}) overlaps zone {one.name} ({one.kind}) "
                    f"by {100 * share:.0f} % of the smaller one",
                    f"beds, sofas and chairs apart, or touching; at most {100 * SLIP:.0f} %",
                )


def _in_pairs(data: object) -> Iterator[Problem]:
    for where, tls in sections(data, "broker", "tls"):
        for one, other in (("certificate", "key"), ("key", "certificate")):
            if tls.get(one) is not None and tls.get(other) is None:
                yield Problem((*where, one), f"`{one}` without `{other}`", "both or neither")
    for path in (("broker",), (*CAMERA, "source", "rtsp")):
        for where, login in sections(data, *path):
            if login.get("password_file") is not None and login.get("username") is None:
                yield Problem((*where, "password_file"), "a password without `username`", "both, or `username` alone")


def _fail_safe_does_something(data: object) -> Iterator[Problem]:
    for where, fail_safe in sections(data, "fail_safe"):
        if fail_safe.get("relay") is None and fail_safe.get("tone") is None:
            yield Problem(where, "a fail-safe that does nothing", "`relay`, `tone` or both")


def _unique_lines(data: object) -> Iterator[Problem]:
    users = [*sections(data, "pause", "button"), *sections(data, "fail_safe", "relay")]
    yield from _twice(
        "GPIO line",
        (
            ((*where, "line"), f"{user.get('chip', GPIO_CHIP)} {user['line']}")
            for where, user in users
            if isinstance(user.get("line"), int)
        ),
        show=False,
    )


def _windows(data: object) -> Iterator[Problem]:
    longest_s = _longest_s(data)
    cameras = [name for _, name in each(data, *CAMERA, "id")]
    for where, value in sections(data, "pause", "schedule", ANY):
        yield from _twice("day", each(value, "days", ANY), within=where)
        yield from _twice("camera", each(value, "cameras", ANY), within=where)
        for step, name in each(value, "cameras", ANY):
            if isinstance(name, str) and name not in cameras:
                known = ", ".join(str(camera) for camera in cameras)
                yield Problem((*where, *step), "no such camera", f"one of {known}", name)
        if (window := valid(Window, value)) is not None:
            if window.begins == window.ends:
                yield Problem(
                    (*where, "to"), "a window that ends when it begins", "another time", f"{window.ends:%H:%M}"
                )
            elif window.length_s > longest_s:
                long = f"a window of {window.length_s:g} s"
                yield Problem(where, long, f"at most pause.longest_s, {longest_s:g} s")


def _joined_windows(data: object) -> Iterator[Problem]:
    """Windows that follow each other make one pause, which may be no longer than any other."""
    longest_s = _longest_s(data)
    windows = [
        (where, window)
        for where, value in each(data, "pause", "schedule", ANY)
        if (window := valid(Window, value)) is not None and window.length_s <= longest_s
    ]
    told: set[Where] = set()
    for camera in {name for _, name in each(data, *CAMERA, "id") if isinstance(name, str)}:
        own = [(where, window) for where, window in windows if window.cameras is None or camera in window.cameras]
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


def _rising(data: object) -> Iterator[Problem]:
    steps = [(where, value) for where, value in each(data, "prolonged_sitting_s", ANY) if type(value) in {int, float}]
    for (_, before), (where, value) in pairwise(steps):
        if value <= before:  # type: ignore[operator]  # numbers, see above
            yield Problem(where, "not above the one before", "rising seconds", value)


def _twice(
    what: str, named: Iterable[tuple[Where, object]], *, within: Where = (), show: bool = True
) -> Iterator[Problem]:
    """A problem for each name that was there before."""
    seen: set[Hashable] = set()
    for where, name in named:
        if not isinstance(name, Hashable) or name is None:
            continue
        if name in seen:
            yield Problem((*within, *where), f"the same {what} twice", "each once", name if show else None)
        seen.add(name)


def _longest_s(data: object) -> float:
    """The longest pause as written, or the default while it is wrong."""
    for _, value in each(data, "pause", "longest_s"):
        if (pause := valid(Pause, {"longest_s": value})) is not None:
            return pause.longest_s
    return Pause().longest_s


_RULES: tuple[Callable[[Any], Iterator[Problem]], ...] = (
    _one_source,
    _few_live,
    _upright_recordings,
    _whole_size,
    _unique_names,
    _unique_devices,
    _zones_apart,
    _in_pairs,
    _fail_safe_does_something,
    _unique_lines,
    _windows,
    _joined_windows,
    _rising,
)
