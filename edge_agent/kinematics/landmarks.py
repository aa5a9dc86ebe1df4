"""From a track's landmarks to a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from math import hypot

import numpy as np

from edge_agent.kinematics.figure import NAMES, Figure, minus
from edge_agent.kinematics.flat import lifted
from edge_agent.kinematics.gravity import Gravity, Vector
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.kinematics.turn import Turn
from edge_agent.types import KEYPOINTS, Layout, Point, Pose, Track


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
        return Figure(at, _facing(at), solid=True, sight=gravity.sight(track.hip)), turn
    return lifted(_flat(gravity, track, pose, seen), gravity.steepness(track.hip), turn, track.t)


def in_picture(limits: KinematicsLimits, gravity: Gravity, track: Track, figure: Figure) -> Figure:
    """The head and trunk of a figure measured in 3D as the picture shows them; empty without a pose."""
    pose = track.pose
    if pose is None:
        return Figure({}, figure.forward, solid=False)
    seen = [
        (name, index)
        for name, index in _indices(pose.layout)
        if name.endswith(_UPPER) and pose.keypoints[index, 2] >= limits.min_keypoint_score
    ]
    flat = {name: (x, y, 0.0) for name, (x, y) in _flat(gravity, track, pose, seen).items()}
    forward, (x, _, z) = figure.forward, figure.sight
    if forward is not None:
        forward = forward[0] * z - forward[2] * x, 0.0, forward[0] * x + forward[2] * z
    return Figure(flat, forward, solid=False, steep=gravity.steepness(track.hip))


_UPPER = ("ear", "shoulder", "hip")


def _flat(gravity: Gravity, track: Track, pose: Pose, seen: Iterable[tuple[str, int]]) -> dict[str, Point]:
    """Points of the picture from the mid-hip, torso lengths: right, and down along gravity."""
    down, unit = gravity.down_at(track.hip), 1.0 / track.torso_px
    across = unit * gravity.upright_share(track.hip)
    return {name: _turned(pose.keypoints[index], track.hip, down, (across, unit)) for name, index in seen}


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
