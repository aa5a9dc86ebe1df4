"""`openpose_static_poses20`: single poses of BODY_25 in twenty classes, in frames of people who hold them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from edge_agent.types import KEYPOINTS, Layout, Pose, PostureKind

SIZE: Final = (640, 480)
SCALE_PX: Final = 300.0
"""Of one unit of the set, in which a standing body is about 1.2 high."""
SCORE: Final = 0.9
_BODY25: Final = {
    "nose": 0, "right_shoulder": 2, "right_elbow": 3, "right_wrist": 4, "left_shoulder": 5, "left_elbow": 6,
    "left_wrist": 7, "right_hip": 9, "right_knee": 10, "right_ankle": 11, "left_hip": 12, "left_knee": 13,
    "left_ankle": 14, "right_eye": 15, "left_eye": 16, "right_ear": 17, "left_ear": 18,
}  # fmt: skip
LIE: Final = ("Plank", "PushUp_Low")
"""Stretched out near the floor: of this set's poses the ones most like lying."""


def posture_of(label: str) -> PostureKind | None:
    """What a pose is in our words; None where more than one would do: lunges."""
    if label in LIE:
        return PostureKind.LYING
    if label == "Seated":
        return PostureKind.SITTING
    if label == "Squat":
        return PostureKind.OTHER
    return None if "Warrior" in label else PostureKind.STANDING


def poses(folder: Path, every: int) -> Iterator[tuple[str, Pose]]:
    """Every so-manieth pose of each class, neighbours being nearly the same: its label and the pose."""
    file = np.load(folder / "poses.npz")
    labels = file["label"]
    for label in np.unique(labels).tolist():
        for places in file["xy"][labels == label][::every]:
            yield label, _pose(places)


def _pose(places: np.ndarray) -> Pose:
    keypoints = np.zeros((len(KEYPOINTS[Layout.COCO17]), 3), dtype=np.float32)
    for index, name in enumerate(KEYPOINTS[Layout.COCO17]):
        x, y = places[_BODY25[name]].tolist()
        if x or y:
            keypoints[index] = (SIZE[0] / 2 + SCALE_PX * x, SIZE[1] / 2 - SCALE_PX * y, SCORE)
    return Pose(keypoints, Layout.COCO17, SCORE)
