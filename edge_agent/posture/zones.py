"""Which marked part of the picture a body is in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from edge_agent.types import KEYPOINTS, ON_FEET, Layout, Point, PostureKind, Track, Zone, ZoneKind

SEATS = frozenset({ZoneKind.CHAIR, ZoneKind.SOFA, ZoneKind.BED})
LYING_SLACK = 0.25
"""How far the middle of a lying body may be outside a zone, torso lengths; [C]: people sleep at the edge of a bed, and
the models place a lying body so far off for seconds. On the floor beside a bed it is a torso away."""
_ANKLES = {layout: [KEYPOINTS[layout].index(n) for n in ("left_ankle", "right_ankle")] for layout in Layout}

_TRUNK = {
    layout: [KEYPOINTS[layout].index(f"{side}_{joint}") for side in ("left", "right") for joint in ("shoulder", "hip")]
    for layout in Layout
}


def zone_at(zones: Iterable[Zone], point: Point, size: tuple[int, int], slack_px: float = 0.0) -> Zone | None:
    """The smallest zone around a point; where none is, the nearest within the slack.

    Args:
        zones: The camera's marked zones.
        point: Position in px.
        size: Width and height of the picture in px.
        slack_px: How far outside a zone still counts, px.
    """
    # What is marked ends with the picture; a hip outside it is guessed at, and belongs to what lies at the edge.
    point = (min(max(point[0], 0.0), size[0] - 1.0), min(max(point[1], 0.0), size[1] - 1.0))
    at = (point[0] / size[0], point[1] / size[1])
    around = [zone for zone in zones if contains(zone.polygon, at)]
    if around:
        return min(around, key=lambda zone: area(zone.polygon))
    away = [(distance(zone.polygon, point, size), zone) for zone in zones] if slack_px > 0.0 else []
    return min((each for each in away if each[0] <= slack_px), key=lambda each: each[0], default=(0.0, None))[1]


def zone_of(
    zones: Sequence[Zone], track: Track, kind: PostureKind, size: tuple[int, int], min_score: float
) -> Zone | None:
    """The smallest zone that a body is in: where its trunk lies, its hips are, or on the floor where its feet stand.

    Args:
        zones: The camera's marked zones, those on the floor as the camera sees them.
        track: The body.
        kind: How it is held.
        size: Width and height of the picture in px.
        min_score: Of keypoints that count.
    """
    at = middle(track, min_score) if kind is PostureKind.LYING else track.hip
    stands = None if kind is PostureKind.LYING else feet(track, min_score)
    by_feet = [zone for zone in zones if stands is not None and _by_feet(zone, kind)]
    by_hips = [zone for zone in zones if zone not in by_feet]
    slack = LYING_SLACK * track.torso_px if kind is PostureKind.LYING else 0.0
    found = [zone_at(by_hips, at, size, slack)]
    if stands is not None:
        found.append(zone_at([replace(zone, polygon=zone.footprint) for zone in by_feet], stands, size))
    names = {zone.name for zone in found if zone is not None}
    return min((zone for zone in zones if zone.name in names), key=lambda zone: area(zone.polygon), default=None)


def _by_feet(zone: Zone, kind: PostureKind) -> bool:
    """Of zones on the floor; furniture is sat on, and its feet stand before it."""
    return bool(zone.footprint) and (zone.kind not in SEATS or kind in ON_FEET)


def contains(polygon: tuple[Point, ...], point: Point) -> bool:
    """Whether a polygon holds a point, by the even-odd rule."""
    x, y = point
    inside = False
    for (x0, y0), (x1, y1) in _edges(polygon):
        if (y0 > y) != (y1 > y) and x < x0 + (x1 - x0) * (y - y0) / (y1 - y0):
            inside = not inside
    return inside


def distance(polygon: tuple[Point, ...], point: Point, size: tuple[int, int]) -> float:
    """How far a point is from the outline of a polygon, px."""
    ends = np.array(list(_edges(polygon))) * size
    along = ends[:, 1] - ends[:, 0]
    share = ((point - ends[:, 0]) * along).sum(axis=1) / np.maximum((along * along).sum(axis=1), 1e-12)
    nearest = ends[:, 0] + np.clip(share, 0.0, 1.0)[:, None] * along
    return float(np.hypot(*(nearest - point).T).min())


def area(polygon: tuple[Point, ...]) -> float:
    """Area of a polygon, by the shoelace formula."""
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in _edges(polygon))) / 2


def middle(track: Track, min_score: float) -> Point:
    """The middle of what is seen of a trunk, px; the hip where nothing is: limbs hang over and are guessed at."""
    if track.pose is None:
        return track.hip
    trunk = track.pose.keypoints[_TRUNK[track.pose.layout]]
    seen = trunk[trunk[:, 2] >= min_score, :2]
    if len(seen) == 0:
        return track.hip
    x, y = seen.mean(axis=0)
    return float(x), float(y)


def feet(track: Track, min_score: float) -> Point | None:
    """The middle of the ankles, px; None unless both are seen."""
    if track.pose is None:
        return None
    ankles = track.pose.keypoints[_ANKLES[track.pose.layout]]
    if ankles[:, 2].min() < min_score:
        return None
    x, y = ankles[:, :2].mean(axis=0)
    return float(x), float(y)


def _edges(polygon: tuple[Point, ...]) -> Iterable[tuple[Point, Point]]:
    return zip(polygon, (*polygon[1:], *polygon[:1]), strict=True)
