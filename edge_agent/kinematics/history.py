"""What is remembered of a body's last seconds: one row of numbers an instant at which it was seen."""

from __future__ import annotations

from math import nan
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_agent.kinematics.figure import Figure
from edge_agent.types import KEYPOINTS, Layout, Pose

Rows: TypeAlias = NDArray[np.float64]

TIME: Final = 0
HIP_LEVEL: Final = 1
"""How far the hip is below the camera, torso lengths, from the picture."""
HEAD_LEVEL: Final = 2
HIP_HEIGHT: Final = 3
"""Of the hip over the lowest sole seen, torso lengths."""
HEAD_HEIGHT: Final = 4
BY_SCALE: Final = slice(5, 7)
"""Place on the floor, metres, from the body's size."""
BY_FLOOR: Final = slice(7, 9)
"""Place on the floor, metres, from the feet on the known floor."""
LEGS: Final = slice(9, 17)
"""Knees and ankles from the hips in the picture, torso lengths."""
ARMS: Final = slice(17, 25)
"""Elbows and wrists from the shoulders in the picture, torso lengths."""
STRIDE: Final = slice(25, 31)
"""Left from right ankle and left from right knee in gravity axes, torso lengths."""
COLUMNS: Final = 31

EMPTY: Final[Rows] = np.zeros((0, COLUMNS))

_UNSEEN = (nan, nan, nan)


def remembered(rows: Rows, row: list[float], window: float) -> Rows:
    """The rows with one more, without those older than the window; the same instant again replaces its row."""
    now = row[TIME]
    first = int(np.searchsorted(rows[:, TIME], now - window))
    last = len(rows) - 1 if len(rows) and rows[-1, TIME] == now else len(rows)
    return np.concatenate([rows[first:last], [row]])


def stride_of(figure: Figure) -> list[float]:
    """Left from right ankle, left from right knee; depth only where it was measured."""
    numbers: list[float] = []
    for name in ("ankle", "knee"):
        left, right = figure.at.get(f"left_{name}"), figure.at.get(f"right_{name}")
        if left is None or right is None:
            numbers += _UNSEEN
        else:
            numbers += (left[0] - right[0], left[1] - right[1], left[2] - right[2] if figure.solid else 0.0)
    return numbers


def limbs_of(pose: Pose, torso_px: float, min_score: float) -> list[float]:
    """Knees and ankles from their hips, elbows and wrists from their shoulders, in the picture; the unseen are nan."""
    joints, roots = _LIMBS[pose.layout]
    away = (pose.keypoints[joints, :2] - pose.keypoints[roots, :2]) / np.float32(torso_px)
    scores = pose.keypoints[:, 2]
    away[np.minimum(scores[joints], scores[roots]) < min_score] = nan
    numbers: list[float] = away.ravel().tolist()
    return numbers


def _limbs(layout: Layout) -> tuple[NDArray[Any], NDArray[Any]]:
    names = KEYPOINTS[layout]
    pairs = (("knee", "hip"), ("ankle", "hip"), ("elbow", "shoulder"), ("wrist", "shoulder"))
    ends = [(f"{side}_{joint}", f"{side}_{root}") for joint, root in pairs for side in ("left", "right")]
    return np.array([names.index(joint) for joint, _ in ends]), np.array([names.index(root) for _, root in ends])


_LIMBS = {layout: _limbs(layout) for layout in Layout}
