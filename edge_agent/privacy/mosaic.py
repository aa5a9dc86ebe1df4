"""A face made unrecognisable for good."""

from __future__ import annotations

import math

import cv2
import numpy as np

from edge_agent.types import Image, Point

LEAST_CELL_PX = 3.0
"""No cell of the mosaic is smaller, however small the head."""


def blur(image: Image, centre: Point, radius: float, cell: float) -> None:
    """Replace a circle of an (H, W, 3) picture by a smoothed mosaic, in place.

    Of the circle's pixels there remain the mean colours of the cells of the square around it. Nothing else of them is
    in the result, so nothing can bring them back. Smoothing between the cells adds nothing; it spares the pose models
    edges that are not there. A chain of pictures of a moving head gives away more than a single one: nothing
    downstream keeps pictures.

    Args:
        image: the picture; the circle may reach beyond it or lie outside.
        centre: px, (0, 0) being the outer corner of the first pixel.
        radius: px.
        cell: side of a cell, px, about.
    """
    height, width = image.shape[:2]
    left, right = _within(centre[0], radius, width)
    top, bottom = _within(centre[1], radius, height)
    if left >= right or top >= bottom:
        return
    square = image[top:bottom, left:right]
    cells = (_cells(right - left, cell), _cells(bottom - top, cell))
    means = cv2.resize(square, cells, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(means, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    down, across = np.ogrid[top:bottom, left:right]
    # Every pixel the circle touches: its centre may be half a diagonal outside.
    inside = np.hypot(across + 0.5 - centre[0], down + 0.5 - centre[1]) <= radius + math.sqrt(0.5)
    cv2.copyTo(np.asarray(smooth, np.uint8), inside.astype(np.uint8), square)


def _within(middle: float, radius: float, length: int) -> tuple[int, int]:
    """First pixel touched, and the one after the last; nothing where there is none."""
    return max(0, math.floor(middle - radius)), min(length, math.ceil(middle + radius))


def _cells(length: int, cell: float) -> int:
    """How many cells of at least the given side."""
    return max(1, int(length / max(cell, LEAST_CELL_PX)))
