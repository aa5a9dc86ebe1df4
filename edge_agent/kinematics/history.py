"""What is remembered of a body's last seconds: one row of numbers an instant at which it was seen."""

from __future__ import annotations

from math import nan
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_agent.kinematics.figure import Figure
from edge_agent.kinematics.gravity import Vector

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
LEGS: Final = slice(9, 21)
"""Knees and ankles from the hips, torso lengths; the depth is 0 where it was not measured."""
ARMS: Final = slice(21, 33)
"""Elbows and wrists from the shoulders, torso lengths."""
STRIDE: Final = slice(33, 37)
"""How far the left ankle is ahead of and below the right one, and the left knee likewise, torso lengths."""
LEG_RATE: Final = 37
"""Mean square speed of `LEGS` since a little before, torso lengths/s, squared."""
ARM_RATE: Final = 38
"""The same of `ARMS`."""
COLUMNS: Final = 39

EMPTY: Final[Rows] = np.zeros((0, COLUMNS))
NO_FIGURE: Final = (nan,) * (STRIDE.stop - LEGS.start)

_UNSEEN: Final = (nan, nan, nan)
_LIMBS: Final = tuple(
    (f"{side}_{joint}", f"{side}_{root}")
    for joint, root in (("knee", "hip"), ("ankle", "hip"), ("elbow", "shoulder"), ("wrist", "shoulder"))
    for side in ("left", "right")
)


def remembered(rows: Rows, row: list[float], window: float) -> Rows:
    """The rows with one more, without those older than the window; the same instant again replaces its row."""
    now = row[TIME]
    first = int(rows[:, TIME].searchsorted(now - window))
    last = len(rows) - 1 if len(rows) and rows[-1, TIME] == now else len(rows)
    return np.concatenate([rows[first:last], [row]])


def limbs_of(figure: Figure) -> list[float]:
    """The columns `LEGS`, `ARMS` and `STRIDE` of a figure; nan where a joint is unseen."""
    at = figure.at
    numbers: list[float] = []
    for joint, root in _LIMBS:
        a, b = at.get(joint), at.get(root)
        numbers += (
            _UNSEEN if a is None or b is None else (a[0] - b[0], a[1] - b[1], (a[2] - b[2]) if figure.solid else 0.0)
        )
    for name in ("ankle", "knee"):
        left, right = at.get(f"left_{name}"), at.get(f"right_{name}")
        numbers += _UNSEEN[:2] if left is None or right is None else _ahead_and_below(figure, left, right)
    return numbers


def _ahead_and_below(figure: Figure, left: Vector, right: Vector) -> tuple[float, float]:
    """Ahead is where the body faces, so that turning round is no step; across the picture for a flat figure."""
    below = left[1] - right[1]
    if not figure.solid:
        return left[0] - right[0], below
    if figure.forward is None:
        return nan, below
    return (left[0] - right[0]) * figure.forward[0] + (left[2] - right[2]) * figure.forward[2], below
