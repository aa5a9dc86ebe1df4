"""What must hold between fields. Looks at what was written, wherever else it is wrong, so that all is said at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from itertools import combinations, islice, pairwise
from posixpath import normpath
from typing import Any
from urllib.parse import urlsplit

from firmware_config.cameras import CAMERA, FURNITURE, KINDS, LIVE, MOST_ZONES, WAYS, Zone
from firmware_config.parts import ANY, Where, each, sections, valid
from firmware_config.polygons import Polygon, shared_area, signed_area
from firmware_config.problem import Problem, twice
from firmware_config.schedule import joined_windows, windows
from firmware_config.services import GPIO_CHIP

LIVE_CAMERAS = 2
SLIP = 0.01
"""Share of the smaller zone that may overlap: a hand's slip along a common border. [C]"""
RTSP_PORT = 554
MEASURED = ("tilt_deg", "height_m", "intrinsics")
"""Of a view, what places on the floor need."""


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
    yield from twice("id", each(data, *CAMERA, "id"))
    for where, camera in each(data, *CAMERA):
        for marked in (("zones",), ("privacy", "masks")):
            yield from twice("name", each(camera, *marked, ANY, "name"), within=where)


def _known_subjects(data: object) -> Iterator[Problem]:
    """Who has alerts of their own must be somebody the box can tell."""
    for where, camera in sections(data, *CAMERA):
        own = list(each(camera, "alerts", "subjects", ANY, "subject"))
        yield from twice("subject", own, within=where)
        known = [value for _, value in (*each(camera, "subject"), *each(camera, "zones", ANY, "subject"))]
        for step, subject in own:
            if isinstance(subject, str) and subject not in known:
                told = "the `subject` of the camera or of one of its zones"
                yield Problem((*where, *step), "nobody the box could tell", told)


def _unique_devices(data: object) -> Iterator[Problem]:
    devices: list[tuple[Where, object]] = [
        (where, normpath(device))
        for where, device in each(data, *CAMERA, "source", "v4l2", "device")
        if isinstance(device, str)
    ]
    yield from twice("device", devices)
    addresses = (
        (where, _address(url)) for where, url in each(data, *CAMERA, "source", "rtsp", "url") if isinstance(url, str)
    )
    yield from twice("address", addresses, show=False)
    boards = sections(data, *CAMERA, "source", "picamera2")
    yield from twice("camera of the board", ((where, board.get("index", 0)) for where, board in boards), show=False)


def _address(url: str) -> Hashable:
    """What two ways to write one URL have in common; a URL that is none is reported as such."""
    try:
        parts = urlsplit(url)
        return (parts.hostname, parts.port or RTSP_PORT, parts.path.rstrip("/"), parts.query)
    except ValueError:
        return url


def _zones_apart(data: object) -> Iterator[Problem]:
    for where, camera in each(data, *CAMERA):
        found = (
            (step, zone)
            for step, value in islice(each(camera, "zones", ANY), MOST_ZONES)
            if (zone := valid(Zone, value)) is not None and zone.kind in FURNITURE
        )
        for (_, one), (step, other) in combinations(found, 2):
            way, first, second = _alike(one, other)
            if not first or not second:
                continue
            smaller = min(abs(signed_area(first)), abs(signed_area(second)))
            share = shared_area(first, second) / smaller
            if share > SLIP:
                yield Problem(
                    (*where, *step, way),
                    f"zone {other.name} ({other.kind}) overlaps zone {one.name} ({one.kind}) "
                    f"by {100 * share:.0f} % of the smaller one",
                    f"beds, sofas and chairs apart, or touching; at most {100 * SLIP:.0f} %",
                )


def _alike(one: Zone, other: Zone) -> tuple[str, Polygon, Polygon]:
    """Two zones marked the same way; one in the picture and one on the floor are not compared."""
    if one.floor is not None and other.floor is not None:
        return "floor", one.floor, other.floor
    return "polygon", one.polygon or (), other.polygon or ()


def _zone_marked_once(data: object) -> Iterator[Problem]:
    for where, zone in sections(data, *CAMERA, "zones", ANY):
        given = [way for way in WAYS if zone.get(way) is not None]
        if not given:
            yield Problem(where, "a zone that is marked nowhere", f"exactly one of {', '.join(WAYS)}")
        for way in given[1:]:
            yield Problem((*where, way), "marked a second time", f"exactly one of {', '.join(WAYS)}")


def _floor_needs_view(data: object) -> Iterator[Problem]:
    """Where a place on the floor is seen follows from how the camera hangs: an estimate of it is no ground."""
    for where, camera in sections(data, *CAMERA):
        view = camera.get("view")
        lacking = [key for key in MEASURED if not isinstance(view, dict) or view.get(key) is None]
        for step, zone in sections(camera, "zones", ANY):
            if zone.get("floor") is not None and lacking:
                yield Problem(
                    (*where, *step, "floor"),
                    f"a zone on the floor without {', '.join(f'`view.{key}`' for key in lacking)}",
                    f"a measured view ({', '.join(MEASURED)}), or `polygon`",
                )


def _in_pairs(data: object) -> Iterator[Problem]:
    for where, tls in sections(data, "broker", "tls"):
        for one, other in (("certificate", "key"), ("key", "certificate")):
            if tls.get(one) is not None and tls.get(other) is None:
                yield Problem((*where, one), f"`{one}` without `{other}`", "both or neither")
    for where, view in sections(data, *CAMERA, "view"):
        if view.get("distortion") is not None and view.get("intrinsics") is None:
            yield Problem((*where, "distortion"), "the lens without `intrinsics`", "both, or `intrinsics` alone")
    for path in (("broker",), (*CAMERA, "source", "rtsp")):
        for where, login in sections(data, *path):
            if login.get("password_file") is not None and login.get("username") is None:
                yield Problem((*where, "password_file"), "a password without `username`", "both, or `username` alone")


def _fail_safe_does_something(data: object) -> Iterator[Problem]:
    for where, fail_safe in sections(data, "fail_safe"):
        if fail_safe.get("relay") is None and fail_safe.get("tone") is None:
            yield Problem(where, "a fail-safe that does nothing", "`relay`, `tone` or both")


def _wandering_asked_for(data: object) -> Iterator[Problem]:
    for where, care in sections(data, *CAMERA, "care"):
        if care.get("wandering_by_day") is True and care.get("wandering_s") is None:
            yield Problem((*where, "wandering_by_day"), "without `wandering_s`", "both, or `wandering_s` alone")


def _unique_lines(data: object) -> Iterator[Problem]:
    users = [*sections(data, "pause", "button"), *sections(data, "fail_safe", "relay")]
    yield from twice(
        "GPIO line",
        (
            ((*where, "line"), f"{user.get('chip', GPIO_CHIP)} {user['line']}")
            for where, user in users
            if isinstance(user.get("line"), int)
        ),
        show=False,
    )


def _rising(data: object) -> Iterator[Problem]:
    steps = [(where, value) for where, value in each(data, "prolonged_sitting_s", ANY) if type(value) in {int, float}]
    for (_, before), (where, value) in pairwise(steps):
        if value <= before:  # type: ignore[operator]  # numbers, see above
            yield Problem(where, "not above the one before", "rising seconds", value)


_RULES: tuple[Callable[[Any], Iterator[Problem]], ...] = (
    _one_source,
    _few_live,
    _upright_recordings,
    _whole_size,
    _unique_names,
    _known_subjects,
    _unique_devices,
    _zones_apart,
    _zone_marked_once,
    _floor_needs_view,
    _in_pairs,
    _fail_safe_does_something,
    _wandering_asked_for,
    _unique_lines,
    windows,
    joined_windows,
    _rising,
)
