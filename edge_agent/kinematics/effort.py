"""What the last second says of work against gravity: knees lifted in turn, the trunk going up and down."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from edge_agent.kinematics.history import HEAD_LEVEL, HIP_LEVEL, STRIDE, TIME, Rows
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.kinematics.reasons import UNSEEN, WARMING_UP, metric
from edge_agent.types import Metric

KNEE_BELOW = STRIDE.start + 3
"""How far the left knee is below the right one."""


def knee_lift(limits: KinematicsLimits, rows: Rows) -> Metric:
    """Spread of the height of one knee over the other in the last second, torso lengths.

    From any side alike: stepping in place lifts them in turn, and both stay level where somebody stands or squats.
    """
    below = _lately(limits, rows)[:, KNEE_BELOW]
    known = below[~np.isnan(below)]
    return metric(float(known.std())) if len(known) >= 2 else UNSEEN


def heave(limits: KinematicsLimits, rows: Rows) -> Metric:
    """Root mean square vertical speed of the trunk in the last second, less its jitter, torso lengths/s."""
    recent = _lately(limits, rows)
    t = recent[:, TIME]
    if t[-1] - t[0] < limits.motion_step_s:
        return WARMING_UP
    levels = np.nanmean(recent[:, [HIP_LEVEL, HEAD_LEVEL]], axis=1)
    earlier = t.searchsorted(t - limits.motion_step_s + 1e-6, side="right") - 1
    later = np.flatnonzero(earlier >= 0)
    dt = t[later] - t[earlier[later]]
    speed = (levels[later] - levels[earlier[later]]) / dt
    mean_square = float(np.mean(speed**2)) if len(speed) else nan
    return metric(sqrt(max(0.0, mean_square - limits.heave_noise**2)))


def _lately(limits: KinematicsLimits, rows: Rows) -> Rows:
    t = rows[:, TIME]
    return rows[t.searchsorted(t[-1] - limits.motion_window_s) :]
