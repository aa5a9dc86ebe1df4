"""The skeletons: indices and bones of each layout, and the way from one to the other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import KEYPOINTS, Array, Layout, Pose

COCO17 = KEYPOINTS[Layout.COCO17]
BLAZEPOSE33 = KEYPOINTS[Layout.BLAZEPOSE33]

_LIMBS = (
    ("left_shoulder", "right_shoulder"),
    ("left_hip", "right_hip"),
    *(
        (f"{side}_{near}", f"{side}_{far}")
        for side in ("left", "right")
        for near, far in (
            ("shoulder", "elbow"),
            ("elbow", "wrist"),
            ("shoulder", "hip"),
            ("hip", "knee"),
            ("knee", "ankle"),
            ("eye", "ear"),
        )
    ),
    ("nose", "left_eye"),
    ("nose", "right_eye"),
)
_HANDS_AND_FEET = tuple(
    (f"{side}_{near}", f"{side}_{far}")
    for side in ("left", "right")
    for near, far in (
        ("wrist", "thumb"),
        ("wrist", "index"),
        ("wrist", "pinky"),
        ("ankle", "heel"),
        ("heel", "foot_index"),
        ("ankle", "foot_index"),
    )
)


def _indices(names: tuple[str, ...], edges: tuple[tuple[str, str], ...]) -> tuple[tuple[int, int], ...]:
    return tuple((names.index(near), names.index(far)) for near, far in edges)


EDGES: Mapping[Layout, tuple[tuple[int, int], ...]] = {
    Layout.COCO17: _indices(COCO17, _LIMBS),
    Layout.BLAZEPOSE33: _indices(BLAZEPOSE33, _LIMBS + _HANDS_AND_FEET),
}
"""Bones to draw or to walk along, as pairs of keypoint indices."""

_COCO_IN_BLAZEPOSE: NDArray[np.intp] = np.array([BLAZEPOSE33.index(name) for name in COCO17])


def index(layout: Layout, name: str) -> int:
    """Position of a joint in a layout.

    Raises:
        ValueError: the layout has no such joint.
    """
    if name not in KEYPOINTS[layout]:
        raise ValueError(f"{layout} has no {name}")
    return KEYPOINTS[layout].index(name)


def to_coco17(pose: Pose) -> Array:
    """The 17 COCO joints of a pose of either layout, (17, 3)."""
    return pose.keypoints if pose.layout is Layout.COCO17 else pose.keypoints[_COCO_IN_BLAZEPOSE]
