"""What a body's last seconds say of its motion: descent, speed over the floor, motion of the limbs."""

from __future__ import annotations

from math import hypot, isnan, nan, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_agent.kinematics.history import (
    ARMS,
    BY_FLOOR,
    BY_SCALE,
    HEAD_HEIGHT,
    HEAD_LEVEL,
    HIP_HEIGHT,
    HIP_LEVEL,
    LEGS,
    TIME,
    Rows,
)
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.kinematics.reasons import UNSEEN, WARMING_UP, metric
from edge_agent.types import Metric

Numbers: TypeAlias = NDArray[np.float64]

SUPPORT = 2.0
SUPPORT_DROP = 0.3
SUPPORT_SPEED = 0.5
"""A descent over the feet may be twice the one below the camera, and 0.3 torso lengths (0.5 /s) more; [C]: with the
tilt 15 degrees off, a body that moves a metre away from the camera seems to rise by 0.5."""
MOMENT_S = 1e-6
"""Times closer than this are one."""


def descents(limits: KinematicsLimits, rows: Rows) -> tuple[Metric, Metric, Metric]:
    """Descent of the hip, of the head, and greatest downward speed of the hip, torso lengths (per second).

    A body that goes down does so over its own feet *and* below the camera. Each alone is deceived, the first by a foot
    seen wrong or put up, the second by moving towards or from a camera whose tilt is only assumed. So the descent over
    the feet counts as far as the other supports it; where the feet are hidden, the other alone.
    """
    now = rows[-1, TIME]
    recent = rows[rows[:, TIME].searchsorted(now - limits.drop_window_s) :]
    if now - recent[0, TIME] < limits.drop_warm_up_s:
        return WARMING_UP, WARMING_UP, WARMING_UP
    hip, head = _descent(limits, recent, HIP_LEVEL, HIP_HEIGHT), _descent(limits, recent, HEAD_LEVEL, HEAD_HEIGHT)
    speed = _fall_speed(limits, recent[:, TIME].tolist(), (-recent[:, HIP_LEVEL]).tolist())
    if not isnan(recent[-1, HIP_HEIGHT]):
        seen = recent[~np.isnan(recent[:, HIP_HEIGHT])]
        over_feet = _fall_speed(limits, seen[:, TIME].tolist(), seen[:, HIP_HEIGHT].tolist())
        speed = min(over_feet, SUPPORT * speed + SUPPORT_SPEED)
    return metric(hip), metric(head), Metric(speed)


def _descent(limits: KinematicsLimits, rows: Rows, level: int, height: int) -> float | None:
    by_camera = _below_level(limits, -rows[:, level])
    by_feet = _below_level(limits, rows[:, height])
    if by_camera is None:
        return None
    return max(0.0, by_camera if by_feet is None else min(by_feet, SUPPORT * max(by_camera, 0.0) + SUPPORT_DROP))


def _below_level(limits: KinematicsLimits, heights: Numbers) -> float | None:
    """How far the last height is below the window's; None where it isn't known."""
    last = float(heights[-1])
    if isnan(last):
        return None
    known = sorted(_known(heights))
    at = limits.drop_level * (len(known) - 1)
    low, high = known[int(at)], known[min(int(at) + 1, len(known) - 1)]
    return low + (high - low) * (at - int(at)) - last


def _fall_speed(limits: KinematicsLimits, t: list[float], heights: list[float]) -> float:
    """Greatest descent per second over `fall_speed_s`, or as little more as the instants allow."""
    greatest, earlier = 0.0, 0
    for now, height in zip(t, heights, strict=True):
        while earlier + 1 < len(t) and t[earlier + 1] <= now - limits.fall_speed_s + MOMENT_S:
            earlier += 1
        dt = now - t[earlier]
        if dt >= limits.fall_speed_s - MOMENT_S:
            greatest = max(greatest, (heights[earlier] - height) / dt)
    return greatest


def speed_over_floor(limits: KinematicsLimits, rows: Rows, depth_axis: tuple[float, float]) -> Metric:
    """Speed of the body over the floor, m/s.

    Args:
        limits: the window.
        rows: the last seconds.
        depth_axis: unit vector on the floor (right, away) from the camera to the body.
    """
    now = rows[-1, TIME]
    recent = rows[rows[:, TIME].searchsorted(now - limits.speed_window_s) :]
    if now - recent[0, TIME] < limits.speed_warm_up_s:
        return WARMING_UP
    if not np.isnan(recent[:, BY_FLOOR]).any():
        return Metric(hypot(*_slope(recent[:, TIME], recent[:, BY_FLOOR])))
    right, away = _slope(recent[:, TIME], recent[:, BY_SCALE])
    depth = right * depth_axis[0] + away * depth_axis[1]
    across = right * depth_axis[1] - away * depth_axis[0]
    return Metric(sqrt(across**2 + max(0.0, depth**2 - limits.depth_noise_mps**2)))


def _slope(t: Numbers, places: Numbers) -> tuple[float, float]:
    """Velocity of the straight line through the places."""
    centred = t - t.sum() / len(t)
    x, y = ((centred @ places) / (centred @ centred)).tolist()
    return x, y


def limb_rates(limits: KinematicsLimits, rows: Rows, row: list[float]) -> tuple[float, float]:
    """Mean square speed of the legs' and the arms' joints since `motion_step_s` ago; nan where that can't be told.

    The displacement is taken over that time whatever the frame rate, which divides the jitter's share at high rates.

    Args:
        limits: times.
        rows: the instants before.
        row: this instant, as far as `STRIDE`.
    """
    now = row[TIME]
    earlier = int(rows[:, TIME].searchsorted(now - limits.motion_step_s + MOMENT_S, side="right")) - 1
    if earlier < 0 or now - rows[earlier, TIME] > limits.motion_gap_s:
        return nan, nan
    dt = now - float(rows[earlier, TIME])
    moved = (np.array(row[LEGS.start : ARMS.stop]) - rows[earlier, LEGS.start : ARMS.stop]) / dt
    squared = (moved * moved).tolist()
    half = LEGS.stop - LEGS.start
    return _joint_mean(squared[:half]), _joint_mean(squared[half:])


def _joint_mean(squared: list[float]) -> float:
    """Mean over the joints seen; three coordinates each."""
    known = [value for value in squared if value == value]  # noqa: PLR0124 - nan is not itself
    return 3.0 * sum(known) / len(known) if known else nan


def limb_motion(limits: KinematicsLimits, rows: Rows, rate: int, noise: float) -> Metric:
    """Root mean square speed over the last second, less the jitter `noise` in quadrature, torso lengths/s."""
    t = rows[:, TIME]
    if t[-1] - t[0] < limits.motion_step_s:
        return WARMING_UP
    known = _known(rows[t.searchsorted(t[-1] - limits.motion_window_s) :, rate])
    if not known:
        return UNSEEN
    return Metric(sqrt(max(0.0, sum(known) / len(known) - noise**2)))


def _known(numbers: Numbers) -> list[float]:
    """Those that are numbers."""
    return [number for number in numbers.tolist() if number == number]  # noqa: PLR0124 - nan is not itself
