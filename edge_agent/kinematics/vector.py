"""The posture vector: 16 joint angles that do not depend on where the camera stands.

Each is the angle between two named edges of the skeleton, both taken in the direction given, 0 to 180 degrees.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import KEYPOINTS, Layout

Edge: TypeAlias = tuple[str, str]

VERSION: Final = 1
"""Grows with any change to `EDGES` or to what an angle means."""
_TRUNK: Final[Edge] = ("mid_hip", "mid_shoulder")
_SHOULDERS: Final[Edge] = ("left_shoulder", "right_shoulder")
_HIPS: Final[Edge] = ("left_hip", "right_hip")


def _both(one: Edge, other: Edge) -> tuple[tuple[Edge, Edge], tuple[Edge, Edge]]:
    """The same angle on the left and on the right; `*` stands for the side."""

    def on(side: str, edge: Edge) -> Edge:
        return edge[0].replace("*", side), edge[1].replace("*", side)

    return (on("left", one), on("left", other)), (on("right", one), on("right", other))


EDGES: Final[tuple[tuple[Edge, Edge], ...]] = (
    *_both(("*_elbow", "*_shoulder"), ("*_elbow", "*_wrist")),
    *_both(("*_shoulder", "*_hip"), ("*_shoulder", "*_elbow")),
    *_both(("*_hip", "*_shoulder"), ("*_hip", "*_knee")),
    *_both(("*_knee", "*_hip"), ("*_knee", "*_ankle")),
    *_both(_SHOULDERS, ("*_shoulder", "*_elbow")),
    *_both(_HIPS, ("*_hip", "*_knee")),
    (_TRUNK, ("mid_shoulder", "mid_ear")),
    (_SHOULDERS, _HIPS),
    (_TRUNK, _SHOULDERS),
    (_TRUNK, _HIPS),
)
"""Left then right: elbow, shoulder, hip and knee (180 is straight), upper arm against the shoulder line, thigh against
the hip line; then neck against trunk, twist of the shoulders against the hips, and both lines against the trunk."""

_SHORTEST_M: Final = 1e-3


def joint_angles(
    layout: Layout, world: NDArray[Any], scores: NDArray[Any], min_score: float
) -> tuple[float | None, ...]:
    """The 16 angles of one instant.

    Args:
        layout: of the landmarks.
        world: (K, 3) metres, any axes.
        scores: (K,) of the landmarks.
        min_score: angles with a joint below it are None.

    Returns:
        Degrees in the order of `EDGES`.
    """
    halves, ends = _ends(layout)
    points = np.concatenate([world, (world[halves[0]] + world[halves[1]]) / 2])
    seen = np.concatenate([scores, np.minimum(scores[halves[0]], scores[halves[1]])])
    spans = points[ends[1]] - points[ends[0]]
    first, second = spans[:16], spans[16:]
    lengths = np.sqrt((spans * spans).sum(axis=1))
    product = lengths[:16] * lengths[16:]
    known = seen[ends].min(axis=0).reshape(2, 16).min(axis=0) >= min_score
    known &= product > _SHORTEST_M**2
    cosine = (first * second).sum(axis=1) / np.where(known, product, 1.0)
    angles = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return tuple(angle if ok else None for angle, ok in zip(angles.tolist(), known.tolist(), strict=True))


@cache
def _ends(layout: Layout) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices (2, 3) of the joints whose middles are points too, and (2, 32) of the edges' ends, first edges first."""
    names = KEYPOINTS[layout]
    middles = ("hip", "shoulder", "ear")
    halves = np.array([[names.index(f"{side}_{name}") for name in middles] for side in ("left", "right")])
    points = (*names, *(f"mid_{name}" for name in middles))
    edges = [pair[which] for which in (0, 1) for pair in EDGES]
    ends = np.array([[points.index(edge[end]) for edge in edges] for end in (0, 1)])
    return halves, ends
