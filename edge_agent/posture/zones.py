"""Which marked part of the picture a body is in."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from edge_agent.types import Point, Track, Zone, ZoneKind

SEATS = frozenset({ZoneKind.CHAIR, ZoneKind.SOFA, ZoneKind.BED})


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


def _edges(polygon: tuple[Point, ...]) -> Iterable[tuple[Point, Point]]:
    return zip(polygon, (*polygon[1:], *polygon[:1]), strict=True)
