"""Which marked part of the picture a body is in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from edge_agent.types import KEYPOINTS, ON_FEET, Layout, Point, PostureKind, Track, Zone, ZoneKind

SEATS = frozenset({ZoneKind.CHAIR, ZoneKind.SOFA, ZoneKind.BED})
_ANKLES = {layout: [KEYPOINTS[layout].index(n) for n in ("left_ankle", "right_ankle")] for layout in Layout}


def zone_at(zones: Iterable[Zone], point: Point, size: tuple[int, int]) -> Zone | None:
    """The smallest zone around a point.

    Args:
        zones: The camera's marked zones.
        point: Position in px.
        size: Width and height of the picture in px.
    """
    at = (point[0] / size[0], point[1] / size[1])
    around = [zone for zone in zones if contains(zone.polygon, at)]
    return min(around, key=lambda zone: area(zone.polygon), default=None)


def zone_of(
    zones: Sequence[Zone], track: Track, kind: PostureKind, size: tuple[int, int], min_score: float
) -> Zone | None:
    """The smallest zone that a body is in: where it lies, where its hips are, or on the floor where its feet stand.

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
    found = [zone_at(by_hips, at, size)]
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


def area(polygon: tuple[Point, ...]) -> float:
    """Area of a polygon, by the shoelace formula."""
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in _edges(polygon))) / 2


def middle(track: Track, min_score: float) -> Point:
    """The middle of what is seen of a body, px; its hip where there are no keypoints."""
    if track.pose is None:
        return track.hip
    seen = track.pose.keypoints[track.pose.keypoints[:, 2] >= min_score, :2]
    if len(seen) == 0:
        return track.hip
    x, y = np.mean([seen.min(axis=0), seen.max(axis=0)], axis=0)
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
