"""Who is looked for where: squares carried from picture to picture, duplicates merged, when the detector is due.

No person is held back here until seen twice: a model that sees a ghost in one picture reports it, and
`Track.confirmed` of the tracking stage keeps it from raising events. So a single still picture has poses too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from edge_agent.pose import layouts, roi
from edge_agent.pose.landmarks import Look
from edge_agent.pose.limits import PoseLimits
from edge_agent.types import Array, Demand, Detection, Layout, Point, Pose, Region

_TURNS = (0.0, 90.0, -90.0, 180.0)
"""How a lost body is looked for, relative to the axis it had; a crop 90 degrees off finds nothing (models.md)."""
_JOINT_SPREAD = 0.15
"""Standard deviation of one joint between two looks at one body, in radii of the body. [C]"""


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a body is expected in the next picture."""

    region: Region
    seen_at: float


@dataclass(frozen=True, slots=True)
class State:
    """What one camera's pictures have told so far."""

    t: float = -math.inf
    detected_at: float = -math.inf
    """When the detector last ran."""
    followed: tuple[Followed, ...] = ()
    bare: bool = False
    """At the last run a body was detected whose landmarks could not be found."""
    turn: int = 0
    """Next in the round of turned looks."""


def detector_due(limits: PoseLimits, state: State, t: float, *, asked: bool, lost: bool) -> bool:
    """Whether the detector runs on this picture.

    It does at its cadence; and on every picture while asked to, when landmarks were lost on this picture, while
    nobody is followed, and while a body is there that only the detector sees. So bodies without landmarks (somebody
    lying with the feet towards the camera) don't flicker at the cadence of the detector, and each is of its picture.
    """
    return asked or lost or state.bare or not state.followed or t - state.detected_at >= limits.redetect_s


def expected(limits: PoseLimits, state: State, t: float) -> tuple[Followed, ...]:
    """Squares to look at on this picture: of bodies seen not long ago."""
    return tuple(followed for followed in state.followed if t - followed.seen_at <= limits.remember_s)


def followed(limits: PoseLimits, looks: Sequence[Look], missed: Iterable[Followed], t: float) -> tuple[Followed, ...]:
    """Squares for the next picture: of the bodies found, and of those missed that nobody found stands on."""
    found = tuple(Followed(look.region, t) for look in looks)
    still = (old for old in missed if not any(_near(limits, old.region, look.region) for look in looks))
    return (*found, *still)


def settled(limits: PoseLimits, detection: Detection, looks: Iterable[Look]) -> bool:
    """Whether landmarks were found for a detected body that agree with the detector: nothing more to look at."""
    square = roi.from_detection(detection)
    return any(
        _near(limits, square, look.region)
        and abs(roi.wrapped(square.angle_deg - look.region.angle_deg)) <= limits.angle_apart_deg
        and max(square.size, look.region.size) <= limits.size_ratio * min(square.size, look.region.size)
        for look in looks
    )


def without_landmarks(
    limits: PoseLimits, detections: Iterable[Detection], looks: Sequence[Look]
) -> tuple[Detection, ...]:
    """The detected bodies nobody's landmarks were found for."""
    return tuple(
        detection
        for detection in detections
        if not any(_near(limits, roi.from_detection(detection), look.region) for look in looks)
    )


def merged(limits: PoseLimits, looks: Iterable[Look]) -> tuple[Look, ...]:
    """Each body once, by its best look; in the order the bodies were given."""
    kept: list[Look] = []
    for look in looks:
        twin = next((i for i, other in enumerate(kept) if similarity(look.pose, other.pose) >= limits.same_body), None)
        if twin is None:
            kept.append(look)
        elif _worth(look) > _worth(kept[twin]):
            kept[twin] = look
    return tuple(kept)


def similarity(one: Pose, other: Pose) -> float:
    """How alike two poses are, 0-1: as OKS, with one spread for all joints, each weighted by its lower score."""
    a, b = layouts.to_coco17(one), layouts.to_coco17(other)
    weights = np.minimum(a[:, 2], b[:, 2])
    total = float(weights.sum())
    if total <= 0.0:
        return 0.0
    spread = _JOINT_SPREAD * max(min(_radius(a), _radius(b)), 1.0)
    distance = ((a[:, :2] - b[:, :2]) ** 2).sum(axis=1)
    return float((np.exp(-0.5 * distance / spread**2) * weights).sum()) / total


def retries(limits: PoseLimits, state: State, demand: Demand, looks: Sequence[Look]) -> tuple[Region, ...]:
    """Turned squares to try on this picture for the bodies asked for that were not found: a few, in turn."""
    asked = [region for region in demand.retries if not any(_near(limits, region, look.region) for look in looks)]
    every = [roi.turned(region, turn) for turn in _TURNS for region in asked]
    if not every:
        return ()
    first = state.turn % len(every)
    return tuple((every[first:] + every[:first])[: limits.retry_looks])


def _near(limits: PoseLimits, one: Region, other: Region) -> bool:
    radius = min(one.size, other.size) / (2.0 * roi.SCALE)
    return _distance(one.centre, other.centre) <= limits.hip_apart * radius


def _distance(one: Point, other: Point) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])


def _worth(look: Look) -> float:
    return look.pose.score * float(look.pose.keypoints[:, 2].mean())


_TRUNK = tuple(
    layouts.index(Layout.COCO17, name) for name in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
)


def _radius(joints: Array) -> float:
    """Of the circle around a body, px, from its trunk (about 1.9 torso lengths) or its joints' extent, the greater."""
    left_shoulder, right_shoulder, left_hip, right_hip = joints[_TRUNK, :2]
    torso = float(np.hypot(*(0.5 * (left_shoulder + right_shoulder - left_hip - right_hip))))
    extent = float(np.ptp(joints[:, :2], axis=0).max())
    return max(1.9 * torso, 0.5 * extent)
