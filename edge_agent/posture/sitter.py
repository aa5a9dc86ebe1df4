"""What a sitting body shows, whichever way it faces and however large it is seen: a few angles and lengths.

Nine joints are looked at. A body that faces left is described as its mirror image would be, so that everything is
ahead of it or behind it; lengths are in torso lengths. A joint that is not seen leaves what wants it unknown.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

JOINTS: Final = (
    "nose",
    "left_shoulder",
    "right_shoulder",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)
FEATURES: Final = (
    ("trunk_forward", "deg"),
    ("head_forward", "deg"),
    ("head_over_hip", "deg"),
    ("head_ahead", "torso"),
    ("head_above", "torso"),
    ("breadth", "torso"),
    ("thigh_forward", "deg"),
    ("knees_ahead", "torso"),
    ("knees_below", "torso"),
    ("feet_ahead", "torso"),
    ("feet_below", "torso"),
    ("knees_uneven", "torso"),
    ("feet_uneven", "torso"),
    ("feet_apart", "torso"),
    ("knees_crossed", "torso"),
    ("feet_crossed", "torso"),
)
"""Name and unit, in order. Trunk: hips to shoulders against the vertical; head: shoulders to nose against the vertical,
and hips to nose. Crossed: how far the left one is to the wrong side of the right one, seen from the front."""
SIDEWAYS: Final = 0.15
"""Breadth of the shoulders below which left and right are hardly told apart, torso lengths; [C]."""
LEAST_TORSO: Final = 1e-3
"""Share of the body's extent below which a trunk has no length."""


def describe(joints: Floats) -> Floats:
    """The features of bodies.

    Args:
        joints: (N, 9, 2) places in the order of `JOINTS`, in any unit: to the right, and down along gravity. NaN where
            unseen.

    Returns:
        (N, 16) in the order of `FEATURES`; NaN where unknown.
    """
    nose = joints[:, 0]
    shoulder, hip, knee, ankle = (_middle(joints[:, i], joints[:, i + 1]) for i in (1, 3, 5, 7))
    trunk, head = shoulder - hip, nose - shoulder
    torso = np.hypot(trunk[:, 0], trunk[:, 1])
    torso = np.where(torso > LEAST_TORSO, torso, np.nan)
    ahead = facing(trunk, head, knee - hip)
    apart = _across(joints, torso)
    left_right = np.tanh((apart[1] + apart[3]) / SIDEWAYS)  # 1: the left is to the picture's right, as from the front
    lower = {i: joints[:, i, 1] - joints[:, i + 1, 1] for i in (1, 3, 5, 7)}
    slant = np.where(np.isnan(lower[3]), lower[1], (lower[1] + lower[3]) / 2)
    unit = torso[:, None]
    knee_at, foot_at = (knee - hip) / unit, (ankle - hip) / unit
    up, down = np.array([0.0, -1.0]), np.array([0.0, 1.0])
    return np.column_stack([
        _angle(trunk, ahead, up),
        _angle(head, ahead, up),
        _angle(nose - hip, ahead, up),
        ahead * head[:, 0] / torso,
        -head[:, 1] / torso,
        np.abs(apart[1]),
        _angle(knee - hip, ahead, down),
        ahead * knee_at[:, 0],
        knee_at[:, 1],
        ahead * foot_at[:, 0],
        foot_at[:, 1],
        np.abs(lower[5] - slant) / torso,
        np.abs(lower[7] - slant) / torso,
        np.abs(apart[7]),
        -left_right * apart[5],
        -left_right * apart[7],
    ])  # fmt: skip


def facing(trunk: Floats, head: Floats, thigh: Floats) -> Floats:
    """Which way bodies face across the picture: (N,) 1 right, -1 left.

    The face is ahead of the line of the trunk however that leans, and the knees are ahead of the hips.
    """
    square = (trunk**2).sum(axis=1) + 1e-12
    face = (trunk[:, 0] * head[:, 1] - trunk[:, 1] * head[:, 0]) / square
    knees = thigh[:, 0] / np.sqrt(square)
    told = np.where(np.isnan(face), 0.0, face) + 0.5 * np.where(np.isnan(knees), 0.0, knees)
    return np.where(told >= 0, 1.0, -1.0)


def _across(joints: Floats, torso: Floats) -> dict[int, Floats]:
    """How far the left of each pair is to the picture's right of the right one, torso lengths, by the left's index."""
    return {i: (joints[:, i, 0] - joints[:, i + 1, 0]) / torso for i in (1, 3, 5, 7)}


def _angle(span: Floats, ahead: Floats, axis: Floats) -> Floats:
    """Of a segment from an upright axis towards where the body faces, degrees."""
    return np.degrees(np.arctan2(ahead * span[:, 0], span @ axis))


def _middle(one: Floats, other: Floats) -> Floats:
    """Between two joints; the one that is seen where the other is not."""
    middle = (one + other) / 2
    return np.where(np.isnan(middle), np.where(np.isnan(one), other, one), middle)
