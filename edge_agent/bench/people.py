"""A room with a drawn person walking in it, the same on every machine: what is measured is shown to the models.

Drawn in flat colours, well enough that detector, landmarks and face detector find the person and do their full work.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_agent.types import Image

PERIOD_S = 4.0
"""To and fro across the room."""
_SKIN, _SHIRT, _TROUSERS, _SHOES, _HAIR = (150, 175, 215), (70, 90, 170), (110, 70, 50), (40, 40, 45), (40, 55, 80)
_SHIFT = 4
"""Bits of fraction in OpenCV's coordinates."""


class Walk:
    """Someone walks to and fro; pictures are drawn as they are asked for, so that none of them fills the memory."""

    def __init__(self, size: tuple[int, int]) -> None:
        """Furnish the room; width and height of the pictures, px."""
        self._room = _room(*size)

    def picture(self, t: float) -> Image:
        """What a camera sees at `t` seconds."""
        image = self._room.copy()
        height, width = image.shape[:2]
        phase = t / PERIOD_S
        at = 0.5 + 0.2 * math.sin(2.0 * math.pi * phase)
        _person(image, at * width, 0.93 * height, 0.72 * height, 0.8 * math.sin(2.0 * math.pi * PERIOD_S * phase))
        return np.asarray(cv2.GaussianBlur(image, (0, 0), max(0.5, height / 600.0)), np.uint8)


def _room(width: int, height: int) -> Image:
    """Wall, floor, a window, a chest of drawers, and a sensor's noise."""
    image = np.empty((height, width, 3), np.float32)
    image[:] = np.array((205.0, 212.0, 215.0)) - 40.0 * np.linspace(0.0, 1.0, height)[:, None, None]
    image[round(0.62 * height) :] = (95, 125, 150)
    for (left, top, right, bottom), colour in (
        ((0.05, 0.15, 0.20, 0.45), (235, 225, 210)),
        ((0.82, 0.50, 0.97, 0.75), (80, 95, 120)),
    ):
        image[round(top * height) : round(bottom * height), round(left * width) : round(right * width)] = colour
    noise = np.random.default_rng(1).normal(0.0, 3.0, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def _person(image: Image, x: float, y: float, tall: float, swing: float) -> None:
    """Seen from the front: feet at (x, y) px, `tall` px, arms and legs swung by -1 to 1. Lengths are hundredths."""
    one = tall / 100.0

    def at(right: float, up: float) -> NDArray[np.float64]:
        return np.array((x + right * one, y - up * one))

    def limb(
        begin: NDArray[np.float64], end: NDArray[np.float64], wide: tuple[float, float], colour: tuple[int, int, int]
    ) -> None:
        _limb(image, begin, end, (wide[0] * one, wide[1] * one), colour)

    def oval(
        centre: NDArray[np.float64], radii: tuple[float, float], colour: tuple[int, int, int], first_deg: int = 0
    ) -> None:
        _oval(image, centre, (radii[0] * one, radii[1] * one), colour, first_deg)

    for side in (-1.0, 1.0):
        leg, arm = side * swing, -side * swing
        limb(at(side * 5, 50), at(side * 6 + leg * 3, 27), (5.5, 4.0), _TROUSERS)
        limb(at(side * 6 + leg * 3, 27), at(side * 6 + leg * 5, 5), (4.0, 3.0), _TROUSERS)
        limb(at(side * 6 + leg * 5, 3), at(side * 8 + leg * 5, 1.5), (2.6, 2.2), _SHOES)
        limb(at(side * 12, 79), at(side * 16 + arm * 2, 62), (3.6, 3.0), _SHIRT)
        limb(at(side * 16 + arm * 2, 62), at(side * 17 + arm * 5, 47), (2.7, 2.0), _SKIN)
        oval(at(side * 17 + arm * 5, 45), (2.6, 2.6), _SKIN)
    for across in (-6.0, 0.0, 6.0):
        limb(at(across, 78), at(0.8 * across, 52), (6.5, 5.5), _SHIRT)
    limb(at(0, 84), at(0, 88), (3.2, 3.2), _SKIN)
    oval(at(0, 92.5), (5.2, 7.0), _SKIN)
    oval(at(0, 95), (5.5, 5.2), _HAIR, 180)
    for side in (-1.0, 1.0):
        oval(at(side * 2, 93), (1.0, 0.6), (40, 40, 40))
    oval(at(0, 91.2), (0.5, 1.2), (110, 135, 180))
    oval(at(0, 88.6), (1.8, 0.5), (90, 90, 170))


def _limb(
    image: Image,
    begin: NDArray[np.float64],
    end: NDArray[np.float64],
    wide: tuple[float, float],
    colour: tuple[int, int, int],
) -> None:
    """A tapered stroke with round ends; half-widths px."""
    along = end - begin
    across = np.array((-along[1], along[0])) / max(1e-6, float(np.hypot(*along)))
    corners = np.array(
        [begin + across * wide[0], end + across * wide[1], end - across * wide[1], begin - across * wide[0]]
    )
    cv2.fillConvexPoly(image, np.rint(corners * 2**_SHIFT).astype(np.int32), colour, cv2.LINE_AA, _SHIFT)
    for centre, radius in ((begin, wide[0]), (end, wide[1])):
        _oval(image, centre, (radius, radius), colour, 0)


def _oval(
    image: Image, centre: NDArray[np.float64], radii: tuple[float, float], colour: tuple[int, int, int], first_deg: int
) -> None:
    middle = (round(float(centre[0]) * 2**_SHIFT), round(float(centre[1]) * 2**_SHIFT))
    axes = (max(2**_SHIFT, round(radii[0] * 2**_SHIFT)), max(2**_SHIFT, round(radii[1] * 2**_SHIFT)))
    cv2.ellipse(image, middle, axes, 0, first_deg, 360, colour, -1, cv2.LINE_AA, _SHIFT)
