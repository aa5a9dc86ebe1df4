"""Faces a test can see: one colour that occurs nowhere else, a detector and a network that find it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from edge_agent.privacy import faces
from edge_agent.privacy.heads import Head
from edge_agent.types import KEYPOINTS, Array, Image, Layout, Observation, Point, Pose

FACE_BGR = (40, 60, 250)
LIKELY = 6.0
"""Logit of a clear yes."""


def scene(*centres: Point, radius: float = 20.0, size: tuple[int, int] = (320, 240), seed: int = 0) -> Image:
    """A picture of grey noise with round faces, blue green red; in each every pixel differs from its neighbours."""
    random = np.random.default_rng(seed)
    image = np.repeat(random.integers(80, 120, (size[1], size[0], 1), dtype=np.uint8), 3, axis=2)
    for centre in centres:
        disc = inside(image, centre, radius)
        image[disc] = np.array(FACE_BGR, np.uint8)
        image[disc, 2] -= random.integers(0, 40, int(disc.sum()), dtype=np.uint8)
    return np.ascontiguousarray(image)


def inside(image: Image, centre: Point, radius: float) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """(H, W): pixels whose middle is in the circle."""
    down, across = np.ogrid[: image.shape[0], : image.shape[1]]
    disc: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = (
        np.hypot(across + 0.5 - centre[0], down + 0.5 - centre[1]) <= radius
    )
    return disc


def posed(head: Point, radius: float, layout: Layout = Layout.COCO17, t: float = 0.0) -> Observation:
    """An upright person whose face points and shoulders fit a head of that radius."""
    names = KEYPOINTS[layout]
    keypoints = np.zeros((len(names), 3), np.float32)
    places = {"nose": (0.0, 0.0), "left_eye": (0.22, -0.2), "right_eye": (-0.22, -0.2)}
    places |= {"left_ear": (0.5, -0.1), "right_ear": (-0.5, -0.1)}
    places |= {"left_shoulder": (1.2, 1.8), "right_shoulder": (-1.2, 1.8), "left_hip": (0.9, 5.2)}
    places |= {"right_hip": (-0.9, 5.2)}
    for name, (x, y) in places.items():
        keypoints[names.index(name)] = (head[0] + x * radius, head[1] + y * radius, 0.9)
    return Observation("a", t, (320, 240), (Pose(keypoints, layout, 0.9),))


@dataclass
class FakeFaces:
    """A `FaceDetector` that is told what to answer."""

    answer: tuple[Head, ...] = ()
    fault: Exception | None = None
    seen: list[Image] = field(default_factory=list)
    asked: list[tuple[Head, ...]] = field(default_factory=list)

    def find(self, image: Image, lying: Sequence[Head]) -> tuple[Head, ...]:
        self.seen.append(image.copy())
        self.asked.append(tuple(lying))
        if self.fault is not None:
            raise self.fault
        return self.answer


@dataclass
class RedFaces:
    """A network that answers as the full-range model would where its input is red, and only upright ovals."""

    runs: int = 0
    broken: bool = False

    def __post_init__(self) -> None:
        self._tensor = np.zeros((faces.INPUT_SIDE, faces.INPUT_SIDE, 3), np.float32)
        self._boxes = np.zeros((faces.COUNT, faces.VALUES), np.float32)
        self._logits = np.full((faces.COUNT, 1), -LIKELY, np.float32)

    def input(self) -> Array:
        return self._tensor

    def invoke(self) -> None:
        self.runs += 1
        self._boxes[:], self._logits[:] = 0.0, -LIKELY
        red = ((self._tensor[..., 0] > 0.3) & (self._tensor[..., 1] < 0.0)).astype(np.uint8)
        count, _, stats, middles = cv2.connectedComponentsWithStats(red)
        for number in range(1, count):
            width, height = stats[number, cv2.CC_STAT_WIDTH], stats[number, cv2.CC_STAT_HEIGHT]
            if stats[number, cv2.CC_STAT_AREA] < 9 or width > 1.15 * height:
                continue
            middle = middles[number] + 0.5
            column, row = (int(value // 4) for value in middle)
            at = row * faces.GRID + column
            side = float(max(width, height))
            self._boxes[at, :4] = [*(middle - (np.array([column, row]) + 0.5) * 4.0), side, side]
            self._logits[at] = LIKELY
        if self.broken:
            self._logits[0] = np.nan

    def output(self, *shape: int) -> Array:
        tensors: dict[tuple[int, ...], Array] = {self._boxes.shape: self._boxes, self._logits.shape: self._logits}
        return tensors[shape]
