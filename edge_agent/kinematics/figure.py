"""A body as a figure of named points in gravity axes, whether it came with 3D landmarks or only as a flat picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import acos, atan2, cos, degrees, hypot, radians, sin, sqrt

import numpy as np

from edge_agent.kinematics.gravity import Gravity, Vector
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.types import KEYPOINTS, Layout, Point, Track

NAMES = (
    "nose",
    *(
        f"{side}_{name}"
        for name in ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
        for side in ("left", "right")
    ),
)

WHOLE = 0.85
"""Share of its length from which a segment counts as lying in the picture's plane. Shorter ones point out of it. Below
1, for a pixel too little must not turn an upright trunk by 20 degrees; [C]."""
THIGH = 0.85
SHANK = 0.85
"""Torso lengths (Drillis & Contini 1966: .245 and .246 of .288)."""
SHOULDERS = 0.60
HIPS = 0.39
"""Distance of the two shoulders' and hips' centres, torso lengths: rather narrow people seen from the front. 52 COCO
persons have .73 and .46 in the upper quarter; [C]."""


BROADEST = 1.3
"""Share of the two above that a broad person reaches; [C]: the UTD-MHAD skeletons have 1.2."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a flat body has shown of itself so far; it helps to tell which way it faces."""

    side: float = 1.0
    """Which way it last faced across the picture: right positive."""
    breadth: float = 1.0
    """Of shoulders and hips when seen from the front, as a share of `SHOULDERS` and `HIPS`."""


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Points in torso lengths from the mid-hip: x right, y down along gravity, z away from the camera, level."""

    at: Mapping[str, Vector]
    """The points seen, by keypoint name."""
    forward: Vector | None
    """Level unit vector the body faces; None where its sides can't be told apart."""
    solid: bool
    """Measured in 3D rather than lifted from the picture."""

    def mid(self, name: str) -> Vector | None:
        """Between left and right; None unless both are seen."""
        left, right = self.at.get(f"left_{name}"), self.at.get(f"right_{name}")
        if left is None or right is None:
            return None
        return (left[0] + right[0]) / 2, (left[1] + right[1]) / 2, (left[2] + right[2]) / 2

    def segment(self, start: str, end: str) -> Vector | None:
        """From one pair's middle to the other's; along one side where the other is hidden."""
        ends = self.mid(start), self.mid(end)
        for side in ("left", "right"):
            if ends[0] is None or ends[1] is None:
                ends = self.at.get(f"{side}_{start}"), self.at.get(f"{side}_{end}")
        return None if ends[0] is None or ends[1] is None else minus(ends[1], ends[0])

    @property
    def yaw_deg(self) -> float | None:
        """Between the way the body faces and the way to the camera, 0 to 180."""
        return None if self.forward is None else degrees(acos(max(-1.0, min(1.0, -self.forward[2]))))


def minus(a: Vector, b: Vector) -> Vector:
    """Difference of two vectors."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


@cache
def _indices(layout: Layout) -> tuple[tuple[str, int], ...]:
    names = KEYPOINTS[layout]
    return tuple((name, names.index(name)) for name in NAMES if name in names)


def figure_of(
    limits: KinematicsLimits, gravity: Gravity, track: Track, torso_m: float, turn: Turn
) -> tuple[Figure, Turn]:
    """The figure of a track that has a pose.

    Args:
        limits: the score that counts as seen.
        gravity: how the camera stands.
        track: with a pose.
        torso_m: the body's torso in its world landmarks, metres.
        turn: what it showed so far.

    Returns:
        The figure, and `turn` as it is now.
    """
    pose = track.pose
    if pose is None:
        raise ValueError("a track without a pose has no figure")
    seen = [
        (name, index) for name, index in _indices(pose.layout) if pose.keypoints[index, 2] >= limits.min_keypoint_score
    ]
    if pose.world is not None:
        points = ((pose.world @ gravity.axes.T) / np.float32(torso_m)).tolist()
        at: dict[str, Vector] = {name: tuple(points[index]) for name, index in seen}
        return Figure(at, _facing(at), solid=True), turn
    down, unit = gravity.down_at(track.hip), 1.0 / track.torso_px
    across = unit * gravity.upright_share(track.hip)
    flat = {name: _turned(pose.keypoints[index], track.hip, down, (across, unit)) for name, index in seen}
    return _lifted(flat, turn)


def _facing(at: Mapping[str, Vector]) -> Vector | None:
    """Level unit vector ahead: at right angles to the line from the left to the right shoulder and hip."""
    x = z = width = 0.0
    for name in ("shoulder", "hip"):
        left, right = at.get(f"left_{name}"), at.get(f"right_{name}")
        if left is not None and right is not None:
            x, z = x + right[0] - left[0], z + right[2] - left[2]
            width += hypot(*minus(right, left))
    level = hypot(x, z)
    return (-z / level, 0.0, x / level) if width > 0 and level > 0.4 * width else None


def _turned(joint: np.ndarray[tuple[int, ...], np.dtype[np.float32]], hip: Point, down: Point, unit: Point) -> Point:
    """A picture point from the hip, torso lengths, right and down along gravity; `unit` is that of either, 1/px."""
    x, y = float(joint[0]) - hip[0], float(joint[1]) - hip[1]
    return (x * down[1] - y * down[0]) * unit[0], (x * down[0] + y * down[1]) * unit[1]


def _lifted(flat: Mapping[str, Point], turn: Turn) -> tuple[Figure, Turn]:
    """A flat figure set upright in space: what is too short in the picture points out of it.

    Which way out can't be seen: trunk and thighs are taken to point the way the body faces, shanks the other way, as in
    bowing and sitting.
    """
    at = {name: (x, y, 0.0) for name, (x, y) in flat.items()}
    flat_figure = Figure(at, None, solid=False)
    trunk = flat_figure.segment("hip", "shoulder")
    if trunk is None:
        return flat_figure, turn
    yaw, turn = _turned_by(flat_figure, trunk, turn)
    ahead = -1.0 if yaw is None or yaw <= 90.0 else 1.0
    shoulder_z = ahead * _hidden(trunk, 1.0)
    depth = dict.fromkeys(at, shoulder_z)
    for body_side in ("left", "right"):
        hip, knee, ankle = (f"{body_side}_{name}" for name in ("hip", "knee", "ankle"))
        depth[hip] = 0.0
        depth[knee] = ahead * _hidden(minus(at[knee], at[hip]), THIGH) if knee in at and hip in at else 0.0
        behind = ahead * _hidden(minus(at[ankle], at[knee]), SHANK) if ankle in at and knee in at else 0.0
        depth[ankle] = depth[knee] - behind
    lifted = {name: (x, y, depth[name]) for name, (x, y, _) in at.items()}
    forward = None if yaw is None else (turn.side * sin(radians(yaw)), 0.0, -cos(radians(yaw)))
    return Figure(lifted, forward, solid=False), turn


def _hidden(span: Vector, length: float) -> float:
    """How far a segment reaches out of the picture."""
    return sqrt(max(0.0, (WHOLE * length) ** 2 - span[0] ** 2 - span[1] ** 2))


def _turned_by(flat: Figure, trunk: Vector, turn: Turn) -> tuple[float | None, Turn]:
    """How far a flat body is turned from the camera by its breadth, and to which side it faces."""
    long = hypot(trunk[0], trunk[1])
    if long < 1e-6:
        return None, turn
    across = -trunk[1] / long, trunk[0] / long
    share = weight = 0.0
    for name, breadth in (("shoulder", SHOULDERS), ("hip", HIPS)):
        left, right = flat.at.get(f"left_{name}"), flat.at.get(f"right_{name}")
        if left is not None and right is not None:
            share += (left[0] - right[0]) * across[0] + (left[1] - right[1]) * across[1]
            weight += breadth
    nose, back = flat.at.get("nose"), flat.mid("ear") or flat.at.get("left_ear") or flat.at.get("right_ear")
    if nose is not None and back is not None:
        ahead = (nose[0] - back[0]) * across[0] + (nose[1] - back[1]) * across[1]
        if abs(ahead) > 0.03:
            turn = replace(turn, side=1.0 if ahead > 0 else -1.0)
    if weight == 0:
        return None, turn
    shown = share / weight
    if abs(shown) > turn.breadth:
        turn = replace(turn, breadth=min(abs(shown), BROADEST))
    return degrees(acos(max(-1.0, min(1.0, shown / turn.breadth)))), turn


def inclination(axis: Point, gravity: Gravity, hip: Point, length: float) -> float:
    """Of a body's axis in the picture against the vertical, degrees; what it lacks in length points out of it."""
    down = gravity.down_at(hip)
    across, up = axis[0] * down[1] - axis[1] * down[0], -(axis[0] * down[0] + axis[1] * down[1])
    up /= gravity.upright_share(hip)
    hidden = sqrt(max(0.0, (WHOLE * length) ** 2 - across**2 - up**2))
    return degrees(atan2(hypot(across, hidden), up))
