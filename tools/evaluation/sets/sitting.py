"""`sitting_posture`: single seated people as nine joints in fractions of a picture, labelled by how they sit."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge_agent.posture.sitter import JOINTS
from edge_agent.types import KEYPOINTS, Kinematics, Layout, Metric, Pose, SeatedKind, Track

Floats = NDArray[np.float64]

SIZE: Final = (640, 480)
"""The pictures' sizes are not given, only fractions of them: 4:3 makes the bodies look like bodies. [C]"""
NAMES: Final = {
    "proper": SeatedKind.UPRIGHT,
    "slouching": SeatedKind.SLOUCHING,
    "reclining": SeatedKind.RECLINING,
    "crossed_legs": SeatedKind.CROSSED_LEGS,
}
BLOCKS: Final = 5
SCORE: Final = 0.9
_ORDER: Final = [KEYPOINTS[Layout.COCO17].index(name) for name in JOINTS]


@dataclass(frozen=True, slots=True, eq=False)
class Sitters:
    """Labelled people."""

    joints: Floats
    """(N, 9, 2) fractions of the picture's width and height, NaN where missing."""
    kinds: NDArray[np.str_]
    """(N,) `SeatedKind`."""

    def taken(self, which: NDArray[np.bool_]) -> Sitters:
        """Some of them."""
        return Sitters(self.joints[which], self.kinds[which])


def read(path: Path) -> Sitters:
    """A file of the set."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    places = [[[float(row[f"{name}_{axis}"]) for axis in "xy"] for name in JOINTS] for row in rows]
    joints = np.array(places)
    joints[(joints == 0.0).any(axis=2)] = np.nan
    return Sitters(joints, np.array([NAMES[row["class"]].value for row in rows]))


def blocks(kinds: NDArray[np.str_], count: int = BLOCKS) -> NDArray[np.int64]:
    """(N,) the block of each: every class in its order cut into so many pieces that lie together."""
    block = np.zeros(len(kinds), dtype=np.int64)
    for kind in np.unique(kinds):
        for number, piece in enumerate(np.array_split(np.flatnonzero(kinds == kind), count)):
            block[piece] = number
    return block


def pose_of(joints: Floats, size: tuple[int, int] = SIZE) -> Pose:
    """One of them as a pose: (9, 2) fractions of the picture."""
    keypoints = np.zeros((len(KEYPOINTS[Layout.COCO17]), 3), dtype=np.float32)
    seen = np.isfinite(joints).all(axis=1)
    keypoints[_ORDER, :2] = np.nan_to_num(joints) * np.array(size)
    keypoints[_ORDER, 2] = np.where(seen, SCORE, 0.0)
    return Pose(keypoints, Layout.COCO17, SCORE)


def track_of(pose: Pose, t: float = 0.0) -> tuple[Track, Kinematics]:
    """Somebody of whom a picture is all that is known, upright in it."""
    names = [name for name in Kinematics.__slots__ if name not in _NO_METRIC]
    nothing = dict.fromkeys(names, Metric.unknown("joint_unseen"))
    return Track(1, t, 0.0, t, (0.0, 0.0), 100.0, pose), Kinematics(track=1, t=t, **nothing)  # type: ignore[arg-type]


_NO_METRIC: Final = {"track", "t", "steps", "mean_score", "joint_angles", "trunk", "down", "down_measured", "plumb"}
