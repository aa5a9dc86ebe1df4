"""One body as seen at one instant, cleaned: what is not a number, or off its score, counts as unseen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import atan2, degrees, hypot
from typing import Any

import numpy as np

from edge_agent.tracking.limits import TrackingLimits
from edge_agent.tracking.scale import scale_of
from edge_agent.tracking.smoothing import Numbers
from edge_agent.types import KEYPOINTS, Array, Detection, Layout, Observation, Point, Pose

RADIUS_PER_TORSO = 1.9
"""Of the detector's circle around a body. BlazePose, measured on standing and sitting people (pipeline.py agrees)."""


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A pose or a detection that can be placed."""

    hip: Point
    """Mid-hip, px."""
    axis: Point
    """Hip to shoulders, px; from the detector: hip to top, as long as the torso."""
    scale: float
    """Torso length as seen, px; too small where the body is foreshortened."""
    score: float
    xy: Numbers
    """(J, 2) px; empty for a detection."""
    seen: Numbers
    """(J,) score, 0 where unseen."""
    pose: Pose | None = None
    detection: Detection | None = None
    world: Numbers | None = None
    """(J, 3) metres, finite."""

    @property
    def person(self) -> int | None:
        """The identity a recording gave."""
        return None if self.pose is None else self.pose.person


@cache
def joint(layout: Layout, name: str) -> int:
    """Index of a named keypoint."""
    return KEYPOINTS[layout].index(name)


def sightings(limits: TrackingLimits, observation: Observation) -> tuple[list[Sighting], list[Sighting]]:
    """Poses and detections that can be placed, each in an order that does not depend on how they were given."""
    posed = [seen for pose in observation.poses if (seen := of_pose(limits, pose)) is not None]
    detected = [seen for detection in observation.detections if (seen := _of_detection(detection)) is not None]
    return sorted(posed, key=_order), sorted(detected, key=_order)


def of_pose(limits: TrackingLimits, pose: Pose) -> Sighting | None:
    """A pose, or None where too little of it is seen to place the body."""
    raw = _cleaned(pose.keypoints)
    xy, seen = raw[:, :2], np.minimum(np.maximum(raw[:, 2], 0.0), 1.0)
    world = None if pose.world is None else _cleaned(pose.world)
    scale = scale_of(limits, pose.layout, xy, seen, world)
    ends = _trunk(limits, pose.layout, xy, seen, scale)
    if scale <= 0 or ends is None:
        return None
    hip, axis = ends
    score = float(pose.score) if np.isfinite(pose.score) else 0.0
    return Sighting(hip, axis, scale, score, xy, seen, pose=pose, world=world)


def _cleaned(points: Array) -> Numbers:
    """As given; all zero where any of a point's numbers isn't one."""
    numbers = points.astype(np.float64)
    if not np.isfinite(numbers).all():
        finite: Any = np.isfinite(numbers)
        numbers[~finite.all(axis=1)] = 0.0
    return numbers


def _trunk(
    limits: TrackingLimits, layout: Layout, xy: Numbers, seen: Numbers, scale: float
) -> tuple[Point, Point] | None:
    """Mid-hip, and the way from there to the shoulders; what is hidden is taken to be upright."""
    hip = _middle(xy, seen, layout, "hip", limits.min_keypoint_score)
    shoulder = _middle(xy, seen, layout, "shoulder", limits.min_keypoint_score)
    if hip is not None and shoulder is not None:
        return hip, (shoulder[0] - hip[0], shoulder[1] - hip[1])
    if hip is not None:
        return hip, (0.0, -scale)
    if shoulder is None:
        return None
    axis = _from_head(limits, layout, xy, seen, shoulder, scale)
    return (shoulder[0] - axis[0], shoulder[1] - axis[1]), axis


def _from_head(
    limits: TrackingLimits, layout: Layout, xy: Numbers, seen: Numbers, shoulder: Point, scale: float
) -> Point:
    """Hidden hips to shoulders: upright, unless the head shows that the body lies."""
    head = _middle(xy, seen, layout, "ear", limits.min_keypoint_score)
    if head is None:
        return 0.0, -scale
    x, y = head[0] - shoulder[0], head[1] - shoulder[1]
    length = hypot(x, y)
    if length == 0 or degrees(atan2(abs(x), -y)) < limits.down_deg:
        return 0.0, -scale
    return scale * x / length, scale * y / length


def _middle(xy: Numbers, seen: Numbers, layout: Layout, name: str, least: float) -> Point | None:
    sides = [joint(layout, f"{side}_{name}") for side in ("left", "right")]
    there = [index for index in sides if seen[index] >= least]
    if not there:
        return None
    return sum(float(xy[index, 0]) for index in there) / len(there), sum(float(xy[index, 1]) for index in there) / len(
        there
    )


def _of_detection(detection: Detection) -> Sighting | None:
    numbers = (*detection.hip, *detection.top, detection.score)
    radius = detection.radius
    if not np.isfinite(numbers).all() or radius <= 0:
        return None
    axis = (
        (detection.top[0] - detection.hip[0]) / RADIUS_PER_TORSO,
        (detection.top[1] - detection.hip[1]) / RADIUS_PER_TORSO,
    )
    none = np.zeros((0, 2))
    return Sighting(
        detection.hip, axis, radius / RADIUS_PER_TORSO, detection.score, none, none[:, 0], detection=detection
    )


def _order(seen: Sighting) -> tuple[float, float, float, float, float, bytes]:
    person = -1.0 if seen.person is None else float(seen.person)
    return person, *seen.hip, seen.scale, seen.score, seen.xy.tobytes()
