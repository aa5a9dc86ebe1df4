"""Who is looked for where: squares carried from picture to picture, duplicates merged, when the detector is due.

The landmark model sees people in bare floors too, so a body begins only where the detector sees one, and ends when
the detector has not seen it for long. No body is held back until seen twice: `Track.confirmed` of the tracking stage
keeps a ghost of one picture from raising events, and a single still picture has poses too.
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
"""How a lost body is looked for, relative to the axis it had; a crop 90 degrees off finds 3 of 100 joints."""
_LIMB = 0.15
"""Half the width of a limb with what two looks at it differ, in radii of the body. [C]"""
_BONES = np.array(layouts.EDGES[Layout.COCO17])


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A body found in this picture."""

    look: Look
    supported_at: float
    """When the detector last saw a body there too."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a body is expected in the next picture."""

    region: Region
    seen_at: float
    supported_at: float


@dataclass(frozen=True, slots=True)
class State:
    """What one camera's pictures have told so far."""

    t: float = -math.inf
    searched_at: float = -math.inf
    """When bodies were last searched."""
    followed: tuple[Followed, ...] = ()
    bare: bool = False
    """A body was detected whose landmarks could not be found: until it is gone the detector runs on every picture, so
    that somebody lying with the feet towards the camera is there on each, and at its place of that very picture."""
    turn: int = 0
    """Next in the round of turned looks."""
    tiled_at: float = -math.inf
    """When a tile was last looked into."""
    tile: int = 0
    """Next in the round of tiles."""


def search_due(limits: PoseLimits, state: State, t: float, *, asked: bool, lost: bool) -> bool:
    """Whether bodies are searched on this picture: the detector runs, and landmarks are tried where it sees one anew.

    They are at the cadence; and on every picture while asked for, when landmarks were lost on this picture, and while
    nobody is followed.
    """
    return asked or lost or not state.followed or t - state.searched_at >= limits.redetect_s


def expected(limits: PoseLimits, state: State, t: float) -> tuple[Followed, ...]:
    """Squares to look at on this picture: of bodies seen not long ago."""
    return tuple(followed for followed in state.followed if t - followed.seen_at <= limits.remember_s)


def followed(limits: PoseLimits, bodies: Sequence[Body], missed: Iterable[Followed], t: float) -> tuple[Followed, ...]:
    """Squares for the next picture: of the bodies found, and of those missed that nobody found stands on."""
    found = tuple(Followed(body.look.region, t, body.supported_at) for body in bodies)
    still = (old for old in missed if not any(near(limits, old.region, body.look.region) for body in bodies))
    return (*found, *still)


def supported(limits: PoseLimits, look: Look, detections: Iterable[Detection]) -> bool:
    """Whether the detector saw a body where the landmarks are, and not upside down to them."""
    squares = (roi.from_detection(detection) for detection in detections)
    return any(
        near(limits, square, look.region) and _turn(square, look.region) <= limits.opposed_deg for square in squares
    )


def settled(limits: PoseLimits, detection: Detection, bodies: Iterable[Body]) -> bool:
    """Whether landmarks were found for a detected body that agree with the detector: nothing more to look at."""
    square = roi.from_detection(detection)
    return any(
        near(limits, square, body.look.region)
        and _turn(square, body.look.region) <= limits.angle_apart_deg
        and max(square.size, body.look.region.size) <= limits.size_ratio * min(square.size, body.look.region.size)
        for body in bodies
    )


def opposed(limits: PoseLimits, look: Look, detections: Iterable[Detection]) -> tuple[Detection, ...]:
    """The detections that see a body where the landmarks are, but the other way up."""
    squares = ((detection, roi.from_detection(detection)) for detection in detections)
    return tuple(
        detection
        for detection, square in squares
        if near(limits, square, look.region) and _turn(square, look.region) > limits.opposed_deg
    )


def upside_down(limits: PoseLimits, detection: Detection) -> bool:
    """Whether the detector has the head far below the hips in the picture."""
    return abs(roi.from_detection(detection).angle_deg) > limits.opposed_deg


def without_landmarks(
    limits: PoseLimits, detections: Iterable[Detection], bodies: Sequence[Body]
) -> tuple[Detection, ...]:
    """The detected bodies nobody's landmarks were found for, and that are not a second view of one that has them."""
    return tuple(
        detection
        for detection in detections
        if not any(
            _apart(detection.hip, body.look.region.centre)
            <= limits.beside * max(detection.radius, _radius_of(body.look))
            for body in bodies
        )
    )


def within(detection: Detection, bodies: Iterable[Body]) -> bool:
    """Whether the hips of somebody who has landmarks are within the circle around a detected body."""
    return any(_apart(detection.hip, body.look.region.centre) <= detection.radius for body in bodies)


def believed(limits: PoseLimits, bodies: Iterable[Body], t: float) -> tuple[Body, ...]:
    """Each body once, by its best look, in the order given; without those the detector has not seen for too long."""
    kept: list[Body] = []
    for body in bodies:
        if t - body.supported_at > limits.unsupported_s:
            continue
        twin = next((i for i, other in enumerate(kept) if _same(limits, body.look, other.look)), None)
        if twin is None:
            kept.append(body)
        elif _worth(body.look) > limits.fresh_gain * _worth(kept[twin].look):
            kept[twin] = body
    return tuple(kept)


def covered(pose: Pose, by: Pose) -> float:
    """Share 0-1 of a pose's joints, by their scores, that lie on another body: near one of its bones."""
    joints, body = layouts.to_coco17(pose), layouts.to_coco17(by)
    total = float(joints[:, 2].sum())
    if total <= 0.0:
        return 0.0
    starts, bones = body[_BONES[:, 0], :2], body[_BONES[:, 1], :2] - body[_BONES[:, 0], :2]
    to_joints = joints[:, None, :2] - starts
    along = np.clip((to_joints * bones).sum(axis=2) / np.maximum((bones**2).sum(axis=1), 1e-6), 0.0, 1.0)
    apart = np.linalg.norm(to_joints - along[..., None] * bones, axis=2).min(axis=1)
    return float(joints[apart < _LIMB * _reach(body), 2].sum()) / total


def retries(limits: PoseLimits, state: State, demand: Demand, bodies: Sequence[Body]) -> tuple[Region, ...]:
    """Turned squares to try on this picture for the bodies asked for that were not found: a few, in turn."""
    asked = [region for region in demand.retries if not any(near(limits, region, body.look.region) for body in bodies)]
    every = [roi.turned(region, turn) for turn in _TURNS for region in asked]
    if not every:
        return ()
    first = state.turn % len(every)
    return tuple((every[first:] + every[:first])[: limits.retry_looks])


def near(limits: PoseLimits, one: Region, other: Region) -> bool:
    """Whether two squares are around one hip."""
    return _apart(one.centre, other.centre) <= limits.hip_apart * _radius(min(one.size, other.size))


def _same(limits: PoseLimits, one: Look, other: Look) -> bool:
    small, large = sorted((one, other), key=lambda look: look.region.size)
    hips = _apart(one.region.centre, other.region.centre)
    return hips <= limits.same_hip * _radius_of(small) or covered(small.pose, large.pose) >= limits.same_body


def _turn(one: Region, other: Region) -> float:
    return abs(roi.wrapped(one.angle_deg - other.angle_deg))


def _apart(one: Point, other: Point) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])


def _radius(size: float) -> float:
    return size / (2.0 * roi.SCALE)


def _radius_of(look: Look) -> float:
    return _radius(look.region.size)


def _worth(look: Look) -> float:
    return look.pose.score * float(look.pose.keypoints[:, 2].mean())


_TRUNK = tuple(
    layouts.index(Layout.COCO17, name) for name in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
)


def _reach(joints: Array) -> float:
    """Of the circle around a body, px, from its trunk (about 1.9 torso lengths) or its joints' extent, the greater."""
    left_shoulder, right_shoulder, left_hip, right_hip = joints[_TRUNK, :2]
    torso = float(np.hypot(*(0.5 * (left_shoulder + right_shoulder - left_hip - right_hip))))
    extent = float(np.ptp(joints[:, :2], axis=0).max())
    return max(1.9 * torso, 0.5 * extent)
