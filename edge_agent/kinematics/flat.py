"""A flat figure set upright in space."""

from __future__ import annotations

from collections.abc import Mapping
from math import atan2, cos, degrees, hypot, radians, sin, sqrt

from edge_agent.kinematics.figure import Figure, minus
from edge_agent.kinematics.gravity import Gravity, Vector
from edge_agent.kinematics.turn import HIPS, SHOULDERS, Turn, turned
from edge_agent.types import Point

WHOLE = 0.85
"""Share of its length from which a segment counts as lying in the picture's plane. Shorter ones point out of it. Below
1, for a pixel too little must not turn an upright trunk by 20 degrees; [C]."""
THIGH = 0.85
SHANK = 0.85
"""Torso lengths (Drillis & Contini 1966: .245 and .246 of .288)."""
BESIDE = {"shoulder": SHOULDERS, "elbow": SHOULDERS, "wrist": SHOULDERS, "hip": HIPS, "knee": HIPS, "ankle": HIPS}
"""How far apart the left and the right one of a pair are taken to be, torso lengths."""


def lifted(flat: Mapping[str, Point], steep: float, turn: Turn, t: float) -> tuple[Figure, Turn]:
    """The figure of a body seen only flat: what is too short in the picture points out of it.

    Which way out can't be seen: trunk and thighs are taken to point the way the body faces, shanks the other way, as in
    bowing and sitting. Of left and right, the one turned away from the camera is farther, and lower than it seems to a
    camera that looks down.

    Args:
        flat: points of the picture from the mid-hip, torso lengths: right, and down along gravity.
        steep: tangent of the angle that the body is looked down upon.
        turn: what it has shown of itself so far.
        t: the instant, s.
    """
    at = {name: (x, y, 0.0) for name, (x, y) in flat.items()}
    seen = Figure(at, None, solid=False, steep=steep)
    trunk = seen.segment("hip", "shoulder")
    if trunk is None:
        return seen, turn
    yaw, turn = turned(seen, trunk, turn, t)
    aside, towards = (0.0, 1.0) if yaw is None else (sin(radians(yaw)), cos(radians(yaw)))
    depth = _depths(at, trunk, -1.0 if towards >= 0 else 1.0)
    half = {name: turn.breadth * apart / 2 * aside for name, apart in BESIDE.items()}
    beside = {name: _SIGN.get(name[:4], 0.0) * half.get(name.partition("_")[2], 0.0) for name in at}
    lifted = {name: (x, y + beside[name] * steep, depth[name] + beside[name]) for name, (x, y, _) in at.items()}
    forward = None if yaw is None else (aside, 0.0, -towards)
    return Figure(lifted, forward, solid=False, steep=steep), turn


_SIGN = {"left": 1.0, "righ": -1.0}


def _depths(at: Mapping[str, Vector], trunk: Vector, ahead: float) -> dict[str, float]:
    """How far away each point is for the shortness of trunk and legs; `ahead` is -1 where that is nearer."""
    depth = dict.fromkeys(at, ahead * _hidden(trunk, 1.0))
    for side in ("left", "right"):
        hip, knee, ankle = (f"{side}_{name}" for name in ("hip", "knee", "ankle"))
        depth[hip] = 0.0
        depth[knee] = ahead * _hidden(minus(at[knee], at[hip]), THIGH) if knee in at and hip in at else 0.0
        behind = ahead * _hidden(minus(at[ankle], at[knee]), SHANK) if ankle in at and knee in at else 0.0
        depth[ankle] = depth[knee] - behind
    return depth


def _hidden(span: Vector, length: float) -> float:
    """How far a segment reaches out of the picture."""
    return sqrt(max(0.0, (WHOLE * length) ** 2 - span[0] ** 2 - span[1] ** 2))


def inclination(axis: Point, gravity: Gravity, hip: Point, length: float) -> float:
    """Of a body's axis in the picture against the vertical, degrees; what it lacks in length points out of it."""
    down = gravity.down_at(hip)
    across, up = axis[0] * down[1] - axis[1] * down[0], -(axis[0] * down[0] + axis[1] * down[1])
    up /= gravity.upright_share(hip)
    hidden = sqrt(max(0.0, (WHOLE * length) ** 2 - across**2 - up**2))
    return degrees(atan2(hypot(across, hidden), up))
