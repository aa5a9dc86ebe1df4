"""What the last seconds say of work against gravity: legs that move in turn, a trunk that goes up and down.

From the joints as the model said them: the smoothing that steadies angles takes four fifths of three steps a second.
"""

from __future__ import annotations

from math import hypot, sqrt

import numpy as np

from edge_agent.kinematics.alternation import alternation, shared
from edge_agent.kinematics.ascent import ascent
from edge_agent.kinematics.gravity import Gravity
from edge_agent.kinematics.history import Rows
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.kinematics.reasons import UNSEEN, WARMING_UP, metric
from edge_agent.types import KEYPOINTS, Layout, Metric, Track

TIME, SHOULDERS, HIPS, TORSO = range(4)
APART = slice(4, 10)
SWAY = slice(10, 13)
FEET = slice(13, 15)
COLUMNS = 15
NOTHING: Rows = np.zeros((0, COLUMNS))
"""Rows of when, how far shoulders and hips are below the camera, the torso (s and px), by how much the left knee and
then the left ankle are beside, below and ahead of the right one, torso lengths (flat bodies have no ahead), of flat
bodies how far shoulders and hips are to the right and the left hip is below the right one, and at last where the middle
of the ankles is, right and down (px)."""
MISSED = 2.2
"""Farthest the two ways of telling a cadence may be apart, as a factor: every second step missed, and a little; [C]."""
NAMES = ("stepping", "stepping_spm", "weight_shift", "heave", "sway", "ascent", "lift")
_IN_TURN = NAMES[:3]

_TRUNK = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
_LEGS = ("left_knee", "right_knee", "left_ankle", "right_ankle")
_PLACES = {layout: [KEYPOINTS[layout].index(name) for name in (*_TRUNK, *_LEGS)] for layout in Layout}


def remembered(limits: KinematicsLimits, gravity: Gravity, rows: Rows, track: Track, torso_m: float | None) -> Rows:
    """The rows of the last seconds and this instant's, if the trunk is seen.

    Args:
        limits: how long is remembered, and the score that counts as seen.
        gravity: how the camera stands.
        rows: of the instants before.
        track: the body.
        torso_m: its torso in its world landmarks, metres.
    """
    window = max(limits.stepping_window_s, limits.cadence_window_s, limits.ascent_window_s)
    rows = rows[rows[:, TIME].searchsorted(track.t - window - 1e-6) :]
    if track.pose is None or track.measured is None or (len(rows) and rows[-1, TIME] >= track.t):
        return rows
    places = _PLACES[track.pose.layout]
    points = track.measured[places]
    if points[:4, 2].min() < limits.min_keypoint_score:
        return rows
    levels = [gravity.level((x, y), 1.0) for x, y, _ in points[:4].tolist()]
    apart, sway, feet = np.full(6, np.nan), np.full(3, np.nan), np.full(2, np.nan)
    if points[4:, 2].min() >= limits.min_keypoint_score:
        ankles = float(points[6:, 0].mean()), float(points[6:, 1].mean())
        feet = np.array([gravity.aside(ankles), gravity.level(ankles, 1.0)])
        if track.measured_world is not None and torso_m:
            apart = _in_space(gravity, track.measured_world[places] / torso_m)
        else:
            apart = _in_picture(gravity, track, points[4:, :2])
            aside = [gravity.aside((x, y)) for x, y, _ in points[:4].tolist()]
            sway = np.array([(aside[0] + aside[1]) / 2.0, (aside[2] + aside[3]) / 2.0, levels[2] - levels[3]])
    low = (levels[0] + levels[1]) / 2.0, (levels[2] + levels[3]) / 2.0
    row = [track.t, *low, track.torso_px, *apart.tolist(), *sway.tolist(), *feet.tolist()]
    return np.concatenate([rows, [row]])


def _in_space(gravity: Gravity, points: np.ndarray) -> np.ndarray:
    """Left less right of knees and ankles, along the body's own axes: so turning round is no step."""
    apart = (points[0::2] - points[1::2]) @ gravity.axes.T
    across = apart[:2].sum(axis=0)
    level = hypot(across[0], across[2])
    x, z = (across[0] / level, across[2] / level) if level > 0 else (1.0, 0.0)
    left, below, ahead = apart[2:] @ (x, 0.0, z), apart[2:, 1], apart[2:] @ (-z, 0.0, x)
    return np.stack((left, below, ahead), axis=1).ravel()


def _in_picture(gravity: Gravity, track: Track, points: np.ndarray) -> np.ndarray:
    """The same along the picture's, with gravity."""
    x, y = (points[0::2] - points[1::2]).T / track.torso_px
    down = gravity.down_at(track.hip)
    right, below = x * down[1] - y * down[0], x * down[0] + y * down[1]
    return np.stack((right, below, np.zeros(2)), axis=1).ravel()


def metrics(limits: KinematicsLimits, rows: Rows, t: float) -> dict[str, Metric]:
    """How the last seconds' legs and the last second's trunk moved; see `Kinematics`."""
    recent = rows[rows[:, TIME].searchsorted(t - limits.motion_window_s - 1e-6) :]
    if len(recent) < 2:
        return dict.fromkeys(NAMES, UNSEEN)
    latest = rows[rows[:, TIME].searchsorted(t - limits.stepping_window_s - 1e-6) :]
    return {
        **_stepping(limits, latest),
        **_heaving(limits, recent),
        "ascent": _ascent(limits, rows),
        "lift": _lift(limits, rows),
    }


def cadence(limits: KinematicsLimits, rows: Rows, by_passing: Metric) -> Metric:
    """Of a gait that the legs' passing one another has shown: the rate at which they move in turn, where it is clear.

    A passing that is missed, in a turn or for a foot out of view, halves a cadence; it leaves the rate as it is.
    """
    if not by_passing.value:
        return by_passing
    legs = (
        None
        if len(rows) == 0
        else _legs(limits, rows[rows[:, TIME] >= rows[-1, TIME] - limits.cadence_window_s - 1e-6])
    )
    found = None if legs is None else alternation(limits, legs[:, TIME], legs[:, APART])
    if found is None or found.spm is None:
        return by_passing
    credible = 1.0 / MISSED <= found.spm / by_passing.value <= MISSED and found.spm <= 60.0 / limits.min_step_s
    return metric(found.spm) if credible else by_passing


def _legs(limits: KinematicsLimits, rows: Rows) -> Rows | None:
    """The rows in which both legs were seen; None where they are too few."""
    known = rows[~np.isnan(rows[:, APART]).any(axis=1)]
    return known if len(known) >= limits.legs_seen * len(rows) else None


def _stepping(limits: KinematicsLimits, rows: Rows) -> dict[str, Metric]:
    legs = _legs(limits, rows)
    if legs is None:
        return dict.fromkeys(_IN_TURN, UNSEEN)
    found = alternation(limits, legs[:, TIME], legs[:, APART])
    if found is None:
        return dict.fromkeys(_IN_TURN, WARMING_UP)
    shifted = metric(_weight_shift(limits, legs))
    return {"stepping": metric(found.speed), "stepping_spm": metric(found.spm), "weight_shift": shifted}


def _weight_shift(limits: KinematicsLimits, legs: Rows) -> float | None:
    """Of a flat body: what its legs and its trunk do at the same stride.

    A leg that swings towards the camera hardly moves in the picture: as it comes nearer it is seen lower by about as
    much as it is lifted. But who lifts a foot puts the weight over the other one, and that is seen best from ahead.
    """
    sway = legs[:, SWAY]
    if np.isnan(sway).any():
        return None
    return shared(limits, legs[:, TIME], legs[:, APART], sway / float(np.median(legs[:, TORSO])))


def _ascent(limits: KinematicsLimits, rows: Rows) -> Metric:
    if np.isnan(rows[-1, FEET]).any():
        return UNSEEN
    known = rows[~np.isnan(rows[:, FEET]).any(axis=1)]
    torso = float(np.median(known[:, TORSO]))
    found = ascent(limits, known[:, TIME], known[:, [SHOULDERS, HIPS]] / torso, known[:, FEET] / torso)
    return WARMING_UP if found is None else Metric(found)


def _lift(limits: KinematicsLimits, rows: Rows) -> Metric:
    seen_s = rows[-1, TIME] - rows[0, TIME]
    lowest = float(rows[:, HIPS].max() - rows[-1, HIPS]) / float(np.median(rows[:, TORSO]))
    return metric(lowest) if seen_s >= limits.stepping_warm_up_s else WARMING_UP


def _heaving(limits: KinematicsLimits, recent: Rows) -> dict[str, Metric]:
    """Of shoulders and hips together: an arm that is raised lifts a shoulder, and jitter is of each its own."""
    t, torso = recent[:, TIME], float(np.median(recent[:, TORSO]))
    sway = metric(float(np.ptp(recent[:, HIPS])) / torso)
    earlier = t.searchsorted(t - limits.heave_step_s + 1e-6, side="right") - 1
    later = np.flatnonzero(earlier >= 0)
    if len(later) == 0:
        return {"heave": WARMING_UP, "sway": sway}
    before = earlier[later]
    dt = t[later] - t[before]
    shoulders, hips = ((recent[later, column] - recent[before, column]) / dt for column in (SHOULDERS, HIPS))
    return {"heave": metric(sqrt(max(0.0, float(np.mean(shoulders * hips)))) / torso), "sway": sway}
