"""How large a body is in the picture: its torso length as it would be seen upright and unforeshortened."""

from __future__ import annotations

from functools import cache
from math import exp, hypot, log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_agent.tracking.limits import TrackingLimits
from edge_agent.tracking.smoothing import Numbers
from edge_agent.types import KEYPOINTS, Layout

LIMBS = (("hip", "knee", 0.85), ("knee", "ankle", 0.85), ("shoulder", "elbow", 0.65))
"""Segments of either side and their length in torso lengths (Drillis & Contini 1966: .245, .246, .186 of .288)."""
LONG_LIMBS = 0.75
"""Share of the scale suggested by the limbs that is certain: people (and what models call a shoulder) differ by a
quarter, and an upright trunk must not be taken for a foreshortened one; [C]."""
TORSO_M = (0.35, 0.65)
"""A torso's length in world landmarks is believed between these, metres (Drillis & Contini: .288 of 1.2-2.2 m)."""
SHOULDERS = 0.6
"""Distance of the shoulders' centres, torso lengths: as the kinematics take it."""
LEAST_SPREAD_M = 0.05
"""World landmarks that spread less across the picture than this say nothing of the scale; [C]."""


@cache
def _segments(layout: Layout) -> tuple[NDArray[Any], NDArray[Any], Numbers]:
    names = KEYPOINTS[layout]
    rows = [
        (names.index(f"{side}_{upper}"), names.index(f"{side}_{lower}"), length)
        for upper, lower, length in LIMBS
        for side in ("left", "right")
    ]
    upper, lower, length = zip(*rows, strict=True)
    return np.array(upper), np.array(lower), np.array(length)


def scale_of(limits: TrackingLimits, layout: Layout, xy: Numbers, seen: Numbers, world: Numbers | None) -> float:
    """Torso length of one pose, px; 0 where nothing tells it.

    With world landmarks it is what maps metres to pixels, which foreshortening leaves alone. Without, it is the trunk
    as seen, or what the longer limbs suggest where that is more: foreshortening only ever makes a segment too short.
    """
    if world is not None:
        scale = _scale_by_world(limits, layout, xy, seen, world)
        if scale > 0:
            return scale
    scale = max(_trunk(limits, layout, xy, seen), LONG_LIMBS * _scale_by_limbs(limits, layout, xy, seen))
    return scale if scale > 0 else _scale_by_shoulders(limits, layout, xy, seen)


def _trunk(limits: TrackingLimits, layout: Layout, xy: Numbers, seen: Numbers) -> float:
    """Mid-shoulder to mid-hip, or the one side seen."""
    ends = _trunk_ends(layout)
    left, right, hip_left, hip_right = (xy[index] for index in ends)
    there = [seen[index] >= limits.min_keypoint_score for index in ends]
    if all(there):
        return hypot(*(left + right - hip_left - hip_right).tolist()) / 2
    sides = ((left, hip_left, there[0] and there[2]), (right, hip_right, there[1] and there[3]))
    return max((hypot(*(shoulder - hip).tolist()) for shoulder, hip, seen_side in sides if seen_side), default=0.0)


def _scale_by_limbs(limits: TrackingLimits, layout: Layout, xy: Numbers, seen: Numbers) -> float:
    """What the longer limbs suggest; the longest may be a mistake."""
    upper, lower, length = _segments(layout)
    whole = np.minimum(seen[upper], seen[lower]) >= limits.min_keypoint_score
    if not whole.any():
        return 0.0
    spans = xy[upper] - xy[lower]
    said = np.sort((np.sqrt((spans * spans).sum(axis=1)) / length)[whole])
    return float(said[-2] if len(said) >= 3 else said[-1])


def _scale_by_shoulders(limits: TrackingLimits, layout: Layout, xy: Numbers, seen: Numbers) -> float:
    """All that is left of somebody under a blanket."""
    left, right, *_ = _trunk_ends(layout)
    if min(seen[left], seen[right]) < limits.min_keypoint_score:
        return 0.0
    return hypot(*(xy[left] - xy[right]).tolist()) / SHOULDERS


@cache
def _trunk_ends(layout: Layout) -> tuple[int, int, int, int]:
    left, right, hip_left, hip_right = (
        KEYPOINTS[layout].index(name) for name in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
    )
    return left, right, hip_left, hip_right


def _scale_by_world(limits: TrackingLimits, layout: Layout, xy: Numbers, seen: Numbers, world: Numbers) -> float:
    weight = np.where(seen >= limits.min_keypoint_score, seen, 0.0)
    total = float(weight.sum())
    if total <= 0:
        return 0.0
    points = np.concatenate([xy, world[:, :2]], axis=1)
    away = points - (weight @ points) / total
    x, y, x_m, y_m = (weight @ (away * away)).tolist()
    metres = sqrt((x_m + y_m) / total)
    if metres < LEAST_SPREAD_M:
        return 0.0
    left, right, hip_left, hip_right = world[list(_trunk_ends(layout))].tolist()
    span = [(a + b - c - d) / 2 for a, b, c, d in zip(left, right, hip_left, hip_right, strict=True)]
    torso = min(max(hypot(*span), TORSO_M[0]), TORSO_M[1])
    return torso * sqrt((x + y) / total) / metres


def follow_scale(
    limits: TrackingLimits,
    before: float,
    said: float,
    dt: float,
    seen_for: float,
    axis: tuple[float, float],
    *,
    solid: bool,
    down: bool,
) -> float:
    """The running scale, px, after another look.

    Args:
        limits: time constants.
        before: the scale so far, px.
        said: this look's, px.
        dt: since the look before, s.
        seen_for: how long the body has been seen, s; a young scale adapts as fast as it is old.
        axis: hip to shoulders in the picture, px.
        solid: whether `said` came from world landmarks, which foreshortening does not shrink.
        down: whether the body is lying or going down, where models see a small upright one at times.
    """
    length = hypot(*axis)
    whole = length >= 0.5 * (said if solid and not down else before)
    upright = whole and length > 0 and -axis[1] >= 0.75 * length
    if said > before and not (solid and (down or not upright)):
        tau = limits.scale_rise_s
    elif upright and not down:
        tau = limits.scale_fall_s
    else:
        tau = limits.scale_fall_slow_s / (4.0 if solid and not down else 1.0)
    gain = 1.0 - exp(-dt / min(tau, max(seen_for, 1e-3)))
    change = gain * log(said / before)
    most = limits.scale_rate * dt
    return before * exp(min(max(change, -most), most))
