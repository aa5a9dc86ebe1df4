"""What the last second says of work against gravity: knees lifted in turn, the trunk going up and down.

From the keypoints as the model said them: the smoothing that steadies angles takes four fifths of three steps a second.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from edge_agent.kinematics.gravity import Gravity
from edge_agent.kinematics.history import Rows
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.kinematics.reasons import UNSEEN, WARMING_UP, metric
from edge_agent.types import KEYPOINTS, Layout, Metric, Track

NOTHING: Rows = np.zeros((0, 4))
"""Rows of when, the level of the trunk's middle, that of the left knee over the right one, and the torso; s and px."""
TIME, TRUNK, KNEES, TORSO = range(4)

_TRUNK = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
_KNEES = ("left_knee", "right_knee")
_PLACES = {layout: [KEYPOINTS[layout].index(name) for name in (*_TRUNK, *_KNEES)] for layout in Layout}


def remembered(limits: KinematicsLimits, gravity: Gravity, rows: Rows, track: Track) -> Rows:
    """The rows of the last seconds and this instant's, if trunk and knees are seen."""
    rows = rows[rows[:, TIME].searchsorted(track.t - limits.motion_window_s - limits.motion_step_s) :]
    if track.pose is None or track.measured is None or (len(rows) and rows[-1, TIME] >= track.t):
        return rows
    points = track.measured[_PLACES[track.pose.layout]]
    if points[:4, 2].min() < limits.min_keypoint_score:
        return rows
    levels = [gravity.level((x, y), 1.0) for x, y, _ in points.tolist()]
    knees = levels[4] - levels[5] if points[4:, 2].min() >= limits.min_keypoint_score else np.nan
    return np.concatenate([rows, [[track.t, sum(levels[:4]) / 4.0, knees, track.torso_px]]])


def metrics(limits: KinematicsLimits, rows: Rows, t: float) -> dict[str, Metric]:
    """How the last second's knees and trunk went up and down; see `Kinematics`."""
    recent = rows[rows[:, TIME].searchsorted(t - limits.motion_window_s) :]
    if len(recent) < 2:
        return dict.fromkeys(("stepping", "heave", "sway"), UNSEEN)
    trunk = recent[:, TRUNK]
    return {
        "stepping": _speed(recent, KNEES, limits.motion_step_s, limits.step_noise),
        "heave": _speed(recent, TRUNK, limits.heave_step_s, limits.heave_noise),
        "sway": metric(float(trunk.max() - trunk.min()) / _torso(recent)),
    }


def _speed(recent: Rows, column: int, step_s: float, noise: float) -> Metric:
    """Root mean square of displacements over a short time, less their jitter, torso lengths/s."""
    known = recent[~np.isnan(recent[:, column])]
    t = known[:, TIME]
    earlier = t.searchsorted(t - step_s + 1e-6, side="right") - 1
    later = np.flatnonzero(earlier >= 0)
    if len(later) == 0:
        return WARMING_UP
    speed = (known[later, column] - known[earlier[later], column]) / (t[later] - t[earlier[later]]) / _torso(recent)
    return metric(sqrt(max(0.0, float(np.mean(speed**2)) - noise**2)))


def _torso(recent: Rows) -> float:
    return float(np.median(recent[:, TORSO]))
