"""The face detector: the picture in overlapping squares, and lying heads turned upright."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_agent.privacy import faces
from edge_agent.privacy.heads import Head
from edge_agent.privacy.settings import PrivacyLimits
from edge_agent.stopwatch import UNMEASURED, Stopwatch
from edge_agent.types import Array, Image, Region

MODEL = "face_detection_float32"
"""The name of the model in the list of built ones."""
OVERLAP = 0.15
"""Of neighbouring squares, at least, as a share of their side: a smaller face is whole in one of them. [C]"""
AROUND = 6.0
"""Side of the square a lying head is looked for in, in its radii: it may have moved by its own width. [C]"""
_SAME = 0.3
"""Heads whose middles are closer, in radii of the larger, are one: close enough that either circle covers it. [C]"""


class Network(Protocol):
    """A model with one input and outputs known by their shapes."""

    def input(self) -> Array:
        """The input tensor, (height, width, 3), to be written to; valid until `invoke`."""
        ...

    def invoke(self) -> None:
        """Run."""
        ...

    def output(self, *shape: int) -> Array:
        """The output of this shape; valid until `invoke`."""
        ...


class FaceDetector(Protocol):
    """Finds faces in single pictures."""

    def find(self, image: Image, lying: Sequence[Head]) -> tuple[Head, ...]:
        """The heads whose faces are seen in an (H, W, 3) blue green red picture, px.

        Args:
            image: the picture; not kept.
            lying: heads that are not upright: there it looks again, turned as they are.

        Raises:
            ValueError, RuntimeError: it cannot tell. No face found is an answer, an error is none.
        """
        ...


class FullRangeFaces:
    """MediaPipe's full-range model, for faces to about 5 m. One thread at a time; keeps nothing of a picture's faces.

    The picture is shown in squares of its shorter side rather than as a whole: twice for usual formats. Of 51 faces
    of photographs the whole pictures gave 22 at a score of .25, their squares 40.
    """

    def __init__(
        self, network: Network, limits: PrivacyLimits | None = None, stopwatch: Stopwatch = UNMEASURED
    ) -> None:
        """Take the model; stages measured are faces.pre, faces.invoke and faces.post."""
        self._network = network
        self._limits = limits or PrivacyLimits()
        self._stopwatch = stopwatch

    def find(self, image: Image, lying: Sequence[Head]) -> tuple[Head, ...]:
        """As `FaceDetector` says."""
        height, width = image.shape[:2]
        turned = (Region(head.centre, AROUND * head.radius, head.up_deg) for head in lying)
        return once(head for region in (*squares(width, height), *turned) for head in self._seen(image, region))

    def _seen(self, image: Image, region: Region) -> tuple[Head, ...]:
        network = self._network
        with self._stopwatch.measure("faces.pre"):
            square = cut(image, region, faces.INPUT_SIDE)
            rgb = cv2.cvtColor(square, cv2.COLOR_BGR2RGB)
            np.multiply(rgb, np.float32(2.0 / 255.0), out=network.input())
            np.subtract(network.input(), np.float32(1.0), out=network.input())
        with self._stopwatch.measure("faces.invoke"):
            network.invoke()
        with self._stopwatch.measure("faces.post"):
            boxes, logits = network.output(faces.COUNT, faces.VALUES), network.output(faces.COUNT, 1)[:, 0]
            found = faces.decode(boxes, logits, self._limits.face_score)
            return tuple(to_picture(region, head, faces.INPUT_SIDE) for head in found)


def once(found: Iterable[Head]) -> tuple[Head, ...]:
    """The heads without those another square has shown already."""
    kept: list[Head] = []
    for head in found:
        if all(math.dist(head.centre, other.centre) > _SAME * max(head.radius, other.radius) for other in kept):
            kept.append(head)
    return tuple(kept)


def squares(width: int, height: int) -> tuple[Region, ...]:
    """Squares of the shorter side that overlap and together are the picture."""
    short, long = sorted((width, height))
    count = max(1, math.ceil((long / short - OVERLAP) / (1.0 - OVERLAP)))
    step = (long - short) / max(1, count - 1)
    half = 0.5 * short
    along = [half + round(number * step) for number in range(count)]
    return tuple(Region((at, half) if width >= height else (half, at), float(short), 0.0) for at in along)


def cut(image: Image, region: Region, side: int) -> Image:
    """A square of a picture as (side, side, 3); a turned one is black where it reaches beyond."""
    if region.angle_deg == 0.0:
        half = 0.5 * region.size
        left, top, length = (round(value) for value in (region.centre[0] - half, region.centre[1] - half, region.size))
        upright = image[top : top + length, left : left + length]
        return np.asarray(cv2.resize(upright, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
    down, across = _axes(region)
    step = region.size / side
    origin = np.subtract(region.centre, 0.5) - (0.5 * side - 0.5) * step * (across + down)
    placed = np.column_stack([across * step, down * step, origin])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(image, placed, (side, side), flags=flags), np.uint8)


def to_picture(region: Region, head: Head, side: int) -> Head:
    """A head at px of a square cut out with `side` px, in px of the picture."""
    down, across = _axes(region)
    step = region.size / side
    x, y = head.centre[0] - 0.5 * side, head.centre[1] - 0.5 * side
    at_x, at_y = (np.asarray(region.centre) + step * (x * across + y * down)).tolist()
    return Head((at_x, at_y), head.radius * step, region.angle_deg + head.up_deg)


def _axes(region: Region) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The square's own down and right in the picture, unit vectors."""
    angle = math.radians(region.angle_deg)
    sin, cos = math.sin(angle), math.cos(angle)
    return np.array([-sin, cos]), np.array([cos, sin])
