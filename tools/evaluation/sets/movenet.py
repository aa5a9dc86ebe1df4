"""movenet_fall55: clips of MoveNet's keypoints, falls and daily life, without pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import Layout, Observation, Pose

FPS: Final = 30.0
"""The set tells none; its README says to take 30."""
SIZE: Final = (640, 480)
"""Of the picture, px. The set tells none; people who fall across it keep their length, and standing ones an adult's
shoulders, at 1.2 times as wide as high, nearest to 4:3."""
PADDING_SCORE: Final = 0.2
"""Where no joint reaches it, the frame is padding, or shows nobody."""


@dataclass(frozen=True, slots=True, eq=False)
class KeypointClip:
    """One clip."""

    name: str
    fall: bool
    t: NDArray[np.float64]
    """(T,) seconds of the frames that show somebody."""
    keypoints: NDArray[np.float32]
    """(T, 17, 3) x px, y px, score."""
    size: tuple[int, int] = SIZE

    @property
    def observations(self) -> Iterator[Observation]:
        """What the agent is given: a pose is as sure as the mean of its joints, as in keypoint recordings."""
        for t, points in zip(self.t.tolist(), self.keypoints, strict=True):
            pose = Pose(points, Layout.COCO17, float(points[:, 2].mean()))
            yield Observation("cam", t, self.size, (pose,))


def clips(folder: Path, size: tuple[int, int] = SIZE) -> Iterator[KeypointClip]:
    """Every clip, in the set's order.

    Its README calls the columns x, y, score, but they are MoveNet's own y, x, score: only so do heads lie above feet in
    daily life.
    """
    rows = np.load(folder / "GRUdata.npy")
    keypoints = rows.reshape(len(rows), -1, 17, 3).astype(np.float32)
    for index, (frames, label) in enumerate(zip(keypoints, np.load(folder / "GRUlabels.npy").ravel(), strict=True)):
        kept = np.flatnonzero(frames[..., 2].max(axis=1) >= PADDING_SCORE)
        points = frames[kept]
        points[..., :2] = points[..., 1::-1] * size
        yield KeypointClip(f"{index:02d}", int(label) == 0, kept / FPS, points, size)
