"""How alike two postures are, wherever each was seen from: one is turned onto the other, then they are compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import KEYPOINTS, Layout

Numbers: TypeAlias = NDArray[np.float64]

JOINTS = (
    "nose",
    *(
        f"{side}_{name}"
        for name in ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
        for side in ("left", "right")
    ),
)
"""Compared: what every layout has and what says how a body is held."""
LEAST_JOINTS = 4
"""Joints seen in both below which nothing is said; [C]: three can always be turned onto one another."""
TRUNK = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A body's joints about its mid-hip, in torso lengths, in any axes."""

    points: Numbers
    """(J, 3) in the order of `JOINTS`."""
    weights: Numbers
    """(J,) how far each is to be trusted; 0 where unseen."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between two shapes."""

    apart: float
    """Weighted root mean square distance of the joints once turned onto one another, torso lengths."""
    turned_deg: float
    """How far one had to be turned, 0 to 180."""


def shape_of(layout: Layout, world: NDArray[Any], scores: NDArray[Any], min_score: float) -> Shape | None:
    """The shape of a body's 3D landmarks; None where its trunk is unseen.

    Args:
        layout: of the landmarks.
        world: (K, 3) metres, any axes.
        scores: (K,) of the landmarks.
        min_score: joints below it weigh nothing.
    """
    chosen, trunk = _indices(layout)
    if scores[trunk].min() < min_score:
        return None
    left, right, hip_left, hip_right = world[trunk].astype(np.float64)
    middle = (hip_left + hip_right) / 2
    torso = float(np.linalg.norm((left + right) / 2 - middle))
    if torso < 1e-3:
        return None
    seen = scores[chosen].astype(np.float64)
    return Shape((world[chosen] - middle) / torso, np.where(seen >= min_score, seen, 0.0))


def difference(one: Shape, other: Shape) -> Difference | None:
    """How far apart two shapes are but for a turn: Kabsch's rotation about the weighted centres.

    Left stays left: a mirror image is another posture, so only proper rotations count. A joint weighs as much as it is
    seen in both (Umeyama 1991, whose scale is fixed by the torso here).

    Returns:
        None where too few joints were seen in both, or all of them in one line, which any turn about it fits.
    """
    weights = np.sqrt(one.weights * other.weights)
    if (weights > 0).sum() < LEAST_JOINTS:
        return None
    share = weights / weights.sum()
    a, b = (shape.points - share @ shape.points for shape in (one, other))
    u, spread, v = np.linalg.svd((a * share[:, None]).T @ b)
    if spread[1] < 1e-6:
        return None
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u) * np.linalg.det(v))])
    turn = (u * sign) @ v
    apart = a @ turn - b
    cosine = (np.trace(turn) - 1.0) / 2.0
    return Difference(
        float(np.sqrt(share @ (apart * apart).sum(axis=1))), float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
    )


@cache
def _indices(layout: Layout) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    names = KEYPOINTS[layout]
    return np.array([names.index(name) for name in JOINTS]), np.array([names.index(name) for name in TRUNK])
