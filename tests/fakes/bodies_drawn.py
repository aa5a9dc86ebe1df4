"""A world the pose stage can be tested in without models: bodies are two dots, networks that find just these.

A body is a red dot at the mid-hip and a green dot at the top of the circle around it, on black. The networks look at
the very tensors the real ones would, so cropping, turning and mapping back are under test with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np

from edge_agent.pose import anchors, landmarks, layouts
from edge_agent.types import Array, Image, Point

_RED, _GREEN = 0, 1
LIKELY = 6.0
"""Logit of a clear yes."""


@dataclass(frozen=True)
class Drawn:
    """One body; angle of hip -> top, 0 up, clockwise positive."""

    hip: Point
    radius: float
    angle_deg: float = 0.0

    @property
    def top(self) -> Point:
        angle = math.radians(self.angle_deg)
        return self.hip[0] + self.radius * math.sin(angle), self.hip[1] - self.radius * math.cos(angle)


def picture(*bodies: Drawn, size: tuple[int, int] = (640, 480), blue: int = 0) -> Image:
    """The world as a camera sees it, blue green red; on black as good as without colours, on blue with them."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    image[..., 0] = blue
    for body in bodies:
        _dot(image, body.hip, body.radius / 8, (0, 0, 255))
        _dot(image, body.top, body.radius / 8, (0, 255, 0))
    return image


def _dot(image: Image, at: Point, radius: float, colour: tuple[int, int, int]) -> None:
    # OpenCV counts from the centre of the first pixel, the pose stage from its corner; 4 bits of fraction.
    x, y = (round((value - 0.5) * 16) for value in at)
    cv2.circle(image, (x, y), round(radius * 16), colour, -1, cv2.LINE_AA, 4)


@dataclass
class FakeNetwork:
    """Counts its runs; `blind` makes it find nothing."""

    side: int
    low: float
    blind: bool = False
    runs: int = 0
    outputs: dict[tuple[int, ...], Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._tensor = np.zeros((self.side, self.side, 3), np.float32)

    def input(self) -> Array:
        return self._tensor

    def output(self, *shape: int) -> Array:
        return self.outputs[shape]

    def invoke(self) -> None:
        self.runs += 1
        self.answer([] if self.blind else self._bodies())

    def answer(self, bodies: list[tuple[Array, Array]]) -> None:
        raise NotImplementedError

    def _bodies(self) -> list[tuple[Array, Array]]:
        """Hips, each with the nearest top, px of the input, nearest to its middle first."""
        hips, tops = self._dots(_RED), self._dots(_GREEN)
        pairs = [(hip, min(tops, key=lambda top: float(np.hypot(*(top - hip))))) for hip in hips if tops]
        return sorted(pairs, key=lambda pair: float(np.hypot(*(pair[0] - self.side / 2))))

    def _dots(self, channel: int) -> list[Array]:
        light = np.clip((self._tensor[..., channel] - self.low) / (1.0 - self.low), 0.0, 1.0)
        count, labels = cv2.connectedComponents((light > 0.2).astype(np.uint8))
        rows, columns = np.indices(light.shape)
        found = []
        for label in range(1, count):
            weight = light * (labels == label)
            centre = np.array([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum() + 0.5
            found.append(centre.astype(np.float32))
        return found


class FakeDetector(FakeNetwork):
    """Finds every body in its input but those tilted further than `max_tilt_deg` or smaller than `least` px in radius.

    And a phantom, px there; all with one score.
    """

    def __init__(self, max_tilt_deg: float = 180.0, least: float = 0.0) -> None:
        super().__init__(anchors.INPUT_SIDE, -1.0)
        self.max_tilt_deg = max_tilt_deg
        self.least = least
        self.phantom: Point | None = None
        self.score = 1.0 / (1.0 + math.exp(-LIKELY))

    def answer(self, bodies: list[tuple[Array, Array]]) -> None:
        boxes = np.zeros((anchors.COUNT, 12), np.float32)
        logits = np.full((anchors.COUNT, 1), -LIKELY, np.float32)
        centres = anchors.centres() * self.side
        if self.phantom is not None:
            hip = np.array(self.phantom, np.float32)
            bodies = [*bodies, (hip, hip - np.array([0, 20], np.float32))]
        for hip, top in bodies:
            if tilt(hip, top) > self.max_tilt_deg or float(np.hypot(*(top - hip))) < self.least:
                continue
            at = int(np.argmin(((centres - hip) ** 2).sum(axis=1)))
            radius = float(np.hypot(*(top - hip)))
            boxes[at] = [*(hip - centres[at]), radius, radius, *(hip - centres[at]), *(top - centres[at]), 0, 0, 0, 0]
            logits[at] = math.log(self.score / (1.0 - self.score))
        self.outputs = {boxes.shape: boxes, logits.shape: logits}


class FakeLandmarks(FakeNetwork):
    """Finds the body nearest the middle of its input if it stands within `max_tilt_deg` of upright there."""

    def __init__(self, max_tilt_deg: float = 60.0) -> None:
        super().__init__(landmarks.INPUT_SIDE, 0.0)
        self.max_tilt_deg = max_tilt_deg
        self.flag = 1.0

    def answer(self, bodies: list[tuple[Array, Array]]) -> None:
        points = np.zeros((landmarks.POINTS, 5), np.float32)
        points[:, 3:] = LIKELY
        flag, world = 0.0, np.zeros((landmarks.POINTS, 3), np.float32)
        for hip, top in bodies[:1]:
            flag = self.flag if tilt(hip, top) <= self.max_tilt_deg else 0.0
            points[:, :2] = [place(name, hip, top) for name in (*layouts.BLAZEPOSE33, *["hip"] * 6)]
            points[34, :2] = top
            world[:, :2] = (points[:, :2] - hip) / float(np.hypot(*(top - hip)))
        heat = np.full((64, 64, landmarks.POINTS), -LIKELY, np.float32)
        self.outputs = {
            (points.size,): points.ravel(),
            (1,): np.array([flag], np.float32),
            heat.shape: heat,
            (world.size,): world.ravel(),
        }


def tilt(hip: Array, top: Array) -> float:
    """How far hip -> top is from up, 0-180 degrees."""
    dx, dy = (top - hip).tolist()
    return abs(math.degrees(math.atan2(dx, -dy)))


def place(name: str, hip: Array, top: Array) -> Array:
    """Where the fakes put a joint: along the axis, left joints to the right of it as on somebody facing the camera."""
    axis = top - hip
    across = np.array([-axis[1], axis[0]], np.float32)
    along = next((share for word, share in _ALONG.items() if word in name), 0.0)
    side = 0.15 if name.startswith("left") else -0.15 if name.startswith("right") else 0.0
    found: Array = hip + along * axis + side * across
    return found


_ALONG = {"shoulder": 0.5, "elbow": 0.3, "wrist": 0.1, "hip": 0.0, "knee": -0.45, "ankle": -0.9, "heel": -0.95} | {
    "foot": -0.95,
    "nose": 0.8,
    "eye": 0.85,
    "ear": 0.8,
    "mouth": 0.75,
}
