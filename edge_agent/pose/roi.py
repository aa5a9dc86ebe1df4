"""Rotated squares in the picture (`types.Region`): what a landmark model is shown, and the way back from it.

Positions in the picture are continuous: (0, 0) is the outer corner of the first pixel, whose centre is (.5, .5). The
square turns with the body so that hip -> head points up in the crop.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import Array, Detection, Point, Region

SCALE = 1.25
"""Of the square's half side to the circle around the body: how BlazePose was trained."""


def around(hip: Point, top: Point) -> Region:
    """The square around the body whose circle has its centre at `hip` and passes through `top`."""
    dx, dy = top[0] - hip[0], top[1] - hip[1]
    return Region(hip, 2.0 * SCALE * math.hypot(dx, dy), math.degrees(math.atan2(dx, -dy)))


def from_detection(detection: Detection) -> Region:
    """The square to look at for the landmarks of a detected body."""
    return around(detection.hip, detection.top)


def turned(region: Region, by_deg: float) -> Region:
    """The same square turned clockwise."""
    return Region(region.centre, region.size, wrapped(region.angle_deg + by_deg))


def wrapped(angle_deg: float) -> float:
    """The same direction within -180 <= angle < 180."""
    return (angle_deg + 180.0) % 360.0 - 180.0


def rotation(region: Region) -> Array:
    """(2, 2): turns a vector of the crop (x right, y down) into one of the picture."""
    angle = math.radians(region.angle_deg)
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([[cos, -sin], [sin, cos]], dtype=np.float32)


def to_picture(region: Region, unit: Array) -> Array:
    """Map (N, 2) positions in the crop, 0-1 of its side, to px of the picture."""
    corner = np.asarray(region.centre, dtype=np.float32)
    mapped: Array = (unit - np.float32(0.5)) @ (rotation(region).T * np.float32(region.size)) + corner
    return mapped


def detection(region: Region, found: Detection, side: int) -> Detection:
    """The body found at px of a crop of `side` px, in px of the picture."""
    (hip_x, hip_y), (top_x, top_y) = to_picture(
        region, np.array([found.hip, found.top], dtype=np.float32) / np.float32(side)
    ).tolist()
    return Detection((hip_x, hip_y), (top_x, top_y), found.score)


def to_crop(region: Region, points: Array) -> Array:
    """Map (N, 2) px of the picture to positions in the crop, 0-1 of its side: the inverse of `to_picture`."""
    corner = np.asarray(region.centre, dtype=np.float32)
    mapped: Array = (points - corner) @ (rotation(region) / np.float32(region.size)) + np.float32(0.5)
    return mapped


def pixel_map(region: Region, side: int) -> NDArray[np.float64]:
    """(2, 3): from the pixel indices of a crop of `side` px to those of the picture, as OpenCV counts them."""
    angle = math.radians(region.angle_deg)
    step = region.size / side
    cos, sin = math.cos(angle) * step, math.sin(angle) * step
    middle = 0.5 * side - 0.5
    x, y = region.centre[0] - 0.5, region.centre[1] - 0.5
    return np.array(
        [[cos, -sin, x - (cos - sin) * middle], [sin, cos, y - (sin + cos) * middle]],
        dtype=np.float64,
    )
