"""From the camera's pixels to a model's input: one resampling, one conversion, no buffer made twice."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge_agent.pose import roi
from edge_agent.types import Array, Detection, Image, Point, Region

_SAMPLED = 8
"""Every so many px, across and down, are looked at for colour."""


def colourless(image: Image, below: float) -> bool:
    """Whether a picture, (H, W, 3 or 4), has no colours, as cameras in infra-red give it.

    Args:
        image: blue, green, red in any order.
        below: spread between the three in which there is none, grey levels, mean over the picture.
    """
    sampled = image[::_SAMPLED, ::_SAMPLED, :3]
    return float((sampled.max(axis=2) - sampled.min(axis=2)).mean()) < below


@dataclass(frozen=True, slots=True)
class Letterbox:
    """How a picture lies in a square: scaled as a whole, centred, black around it."""

    scale: float
    """Square px per picture px."""
    left: int
    top: int
    """Of the picture in the square, px."""
    width: int
    height: int
    """Of the picture in the square, px."""

    @classmethod
    def fitting(cls, width: int, height: int, side: int) -> Letterbox:
        """The largest whole picture that fits into a square of `side` px."""
        scale = side / max(width, height)
        across, down = max(1, round(width * scale)), max(1, round(height * scale))
        return cls(scale, (side - across) // 2, (side - down) // 2, across, down)

    def to_picture(self, point: Point) -> Point:
        """Map px of the square to px of the picture."""
        return (point[0] - self.left) / self.scale, (point[1] - self.top) / self.scale

    def detection(self, found: Detection) -> Detection:
        """The same body in px of the picture."""
        return Detection(self.to_picture(found.hip), self.to_picture(found.top), found.score)


class Cropper:
    """Fills model inputs from pictures; keeps its buffers from picture to picture."""

    def __init__(self, side: int, low: float, high: float) -> None:
        """Serve a model whose input is a square of `side` px with values from `low` (black) to `high` (white)."""
        self._side = side
        self._gain = np.float32((high - low) / 255.0)
        self._low = np.float32(low)
        self._boxed_bgr: Image = np.zeros((side, side, 3), np.uint8)
        self._warped: Image = np.zeros((side, side, 4), np.uint8)
        self._rgb: Image = np.zeros((side, side, 3), np.uint8)
        self._boxed: Letterbox | None = None

    def letterbox(self, image: Image, out: Array) -> Letterbox:
        """Put the whole picture, (H, W, 3) blue green red, into `out`, (side, side, 3) red green blue."""
        height, width = image.shape[:2]
        box = Letterbox.fitting(width, height, self._side)
        if box != self._boxed:
            self._boxed_bgr.fill(0)
            self._boxed = box
        inside = self._boxed_bgr[box.top : box.top + box.height, box.left : box.left + box.width]
        cv2.resize(image, (box.width, box.height), dst=inside, interpolation=cv2.INTER_LINEAR)
        self._convert(self._boxed_bgr, cv2.COLOR_BGR2RGB, out)
        return box

    def crop(self, image4: Image, region: Region, out: Array) -> None:
        """Put a rotated square of the picture, (H, W, 4) red green blue *, into `out`, (side, side, 3).

        Four channels, because OpenCV warps them in less than half the time of three.
        """
        cv2.warpAffine(
            image4,
            roi.pixel_map(region, self._side),
            (self._side, self._side),
            dst=self._warped,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        )
        self._convert(self._warped, cv2.COLOR_RGBA2RGB, out)

    def _convert(self, square: Image, colours: int, out: Array) -> None:
        cv2.cvtColor(square, colours, dst=self._rgb)
        np.multiply(self._rgb, self._gain, out=out)
        if self._low:
            np.add(out, self._low, out=out)


def four_channels(image: Image, out: Image | None) -> Image:
    """(H, W, 3) blue green red -> (H, W, 4) red green blue *; in `out` where its size fits."""
    if out is None or out.shape[:2] != image.shape[:2]:
        out = np.empty((*image.shape[:2], 4), np.uint8)
    cv2.cvtColor(image, cv2.COLOR_BGR2RGBA, dst=out)
    return out
