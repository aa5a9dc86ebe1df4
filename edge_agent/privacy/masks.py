"""Black-out: what is masked is gone from the picture, not drawn over later."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_agent.privacy.settings import Mask
from edge_agent.types import Image

Corners: TypeAlias = NDArray[np.int32]
"""(N, 2) px, in fractions of `_FRACTION_BITS`."""

_FRACTION_BITS = 4
_NEIGHBOURS = np.ones((3, 3), np.uint8)


class Blackout:
    """The masks of one camera, drawn once for each size of picture."""

    def __init__(self, masks: tuple[Mask, ...]) -> None:
        """Take the masks."""
        self._masks = masks
        self._covered: Image = np.zeros((0, 0), np.uint8)
        self._black: Image = np.zeros((0, 0, 3), np.uint8)

    def paint(self, image: Image) -> None:
        """Set every masked pixel of an (H, W, 3) picture to 0, in place."""
        if not self._masks:
            return
        height, width = image.shape[:2]
        if self._covered.shape != (height, width):
            self._covered = covered(self._masks, width, height)
            self._black = np.zeros((height, width, 3), np.uint8)
        cv2.copyTo(self._black, self._covered, image)


def covered(masks: tuple[Mask, ...], width: int, height: int) -> Image:
    """(H, W) 255 for every pixel a mask touches, be it at a corner, and for a ring of one pixel more; else 0."""
    margin = 2  # so that an outline along the border is closed, too
    every = np.zeros((height + 2 * margin, width + 2 * margin), np.uint8)
    for mask in masks:
        # Fractions count from the outer corner of the first pixel, OpenCV from its centre.
        corners = np.array(mask.polygon, np.float64) * (width, height) + margin - 0.5
        outline = np.round(corners * (1 << _FRACTION_BITS)).astype(np.int32)
        one = np.asarray(cv2.dilate(_wound(outline, every.shape), _NEIGHBOURS), np.uint8)
        # Where a polygon crosses itself OpenCV leaves islands: filling the outer contours leaves none.
        contours, _ = cv2.findContours(one, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(every, contours, -1, 255, cv2.FILLED)
    return np.ascontiguousarray(every[margin:-margin, margin:-margin])


def _wound(outline: Corners, shape: tuple[int, ...]) -> Image:
    """255 wherever an outline goes round at least once; a plain fill leaves free what it goes round twice."""
    turns = np.zeros(shape, np.int16)
    first = outline[0]
    for one, other in pairwise(outline[1:]):
        triangle = np.zeros(shape, np.uint8)
        cv2.fillPoly(triangle, [np.array([first, one, other])], 1, cv2.LINE_8, _FRACTION_BITS)
        (ax, ay), (bx, by) = (one - first).tolist(), (other - first).tolist()
        across = ax * by - ay * bx
        turns += ((across > 0) - (across < 0)) * triangle.astype(np.int16)
    filled = np.asarray(turns != 0, np.uint8) * np.uint8(255)
    cv2.polylines(filled, [outline], isClosed=True, color=255, thickness=1, lineType=cv2.LINE_8, shift=_FRACTION_BITS)
    return filled
