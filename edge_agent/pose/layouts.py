"""The skeletons: names, indices, edges and left/right pairs of each layout, and the way from one to the other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import Array, Layout, Pose

COCO17 = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)

BLAZEPOSE33 = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)

NAMES: Mapping[Layout, tuple[str, ...]] = {Layout.COCO17: COCO17, Layout.BLAZEPOSE33: BLAZEPOSE33}

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


def _mirrored(name: str) -> str:
    swapped = {"left": "right", "right": "left"}
    return "_".join(swapped.get(word, word) for word in name.split("_"))


EDGES: Mapping[Layout, tuple[tuple[int, int], ...]] = {
    Layout.COCO17: _indices(COCO17, _LIMBS),
    Layout.BLAZEPOSE33: _indices(BLAZEPOSE33, _LIMBS + _HANDS_AND_FEET),
}
"""Bones to draw or to walk along, as pairs of keypoint indices."""

PAIRS: Mapping[Layout, tuple[tuple[int, int], ...]] = {
    layout: tuple(
        (index, names.index(_mirrored(name))) for index, name in enumerate(names) if "left" in name.split("_")
    )
    for layout, names in NAMES.items()
}
"""(left, right) indices of each joint that comes in two."""

_COCO_IN_BLAZEPOSE: NDArray[np.intp] = np.array([BLAZEPOSE33.index(name) for name in COCO17])


def index(layout: Layout, name: str) -> int:
    """Position of a joint in a layout.

    Raises:
        ValueError: the layout has no such joint.
    """
    if name not in NAMES[layout]:
        raise ValueError(f"{layout} has no {name}")
    return NAMES[layout].index(name)


def to_coco17(pose: Pose) -> Array:
    """The 17 COCO joints of a pose of either layout, (17, 3)."""
    return pose.keypoints if pose.layout is Layout.COCO17 else pose.keypoints[_COCO_IN_BLAZEPOSE]
