"""Small pictures of a drawn room, and a code in them that stands for the person who is in view.

The code is what a pose model would look at: whoever can read it sees the person, and what blackens, freezes, covers or
overexposes the picture takes the person away with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge_agent.types import Image

SIZE = (256, 144)
"""Width, height: about the smallest picture whose quality is judged, in the shape of our keypoint recordings."""
BLOCK = 6
"""Px of one bit's side."""
COLUMNS, ROWS = 8, 4
FINDER = (1, 0, 1, 1, 0, 0, 1, 0)
"""First row of every code."""
BLACK, WHITE = 40, 215
CONTRAST = 60.0
"""Grey levels between the finder's white and black from which a code counts as seen."""
NOISE = 2.0
"""Of the sensor, grey levels (standard deviation)."""
TAKES = 24
"""Pictures drawn in advance for one room and light: noise is drawn once, and their order at random."""
FREE, MASKED = (150, 60), (16, 60)
"""Upper left corner of the code: in the open, and behind the mask."""
MASK = ((0.0, 0.0), (0.34, 0.0), (0.34, 1.0), (0.0, 1.0))
"""The part of the picture that is private, as fractions."""


@dataclass(frozen=True, slots=True)
class Code:
    """Who is in view: an instant of a recording."""

    recording: int
    """0-15."""
    instant: int
    """0-4095."""


def room(seed: int) -> Image:
    """Wall, floor and furniture with edges everywhere, coloured; (144, 256, 3)."""
    draw = np.random.default_rng(seed)
    width, height = SIZE
    image = np.full((height, width, 3), (150, 165, 170), np.uint8)
    image[height * 2 // 3 :] = (90, 110, 140)
    for _ in range(60):
        x, y = int(draw.integers(width)), int(draw.integers(height))
        wide, high = int(draw.integers(8, 50)), int(draw.integers(8, 40))
        colour = tuple(int(value) for value in draw.integers(40, 215, 3))
        cv2.rectangle(image, (x, y), (x + wide, y + high), colour, cv2.FILLED)
    return image


def infra_red(image: Image) -> Image:
    """The same at night."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)


def takes(image: Image, seed: int) -> tuple[Image, ...]:
    """Pictures of the same view that differ by the sensor's noise alone."""
    draw = np.random.default_rng(seed)
    noise = (NOISE * draw.standard_normal((TAKES, *image.shape))).round().astype(np.int16)
    return tuple(np.asarray(np.clip(image + grain, 0, 255), np.uint8) for grain in noise)


def with_code(image: Image, code: Code, at: tuple[int, int]) -> Image:
    """A copy with the code drawn into it."""
    bits = np.array(_bits(code), np.uint8).reshape(ROWS, COLUMNS)
    blocks = np.kron(np.where(bits, WHITE, BLACK).astype(np.uint8), np.ones((BLOCK, BLOCK), np.uint8))
    shown, (x, y) = image.copy(), at
    shown[y : y + blocks.shape[0], x : x + blocks.shape[1]] = blocks[..., np.newaxis]
    return shown


def read(image: Image) -> Code | None:
    """The person that can be seen in a picture, at either place; None for nobody."""
    return next((code for at in (FREE, MASKED) if (code := _read(image, *at)) is not None), None)


def _read(image: Image, x: int, y: int) -> Code | None:
    patch = image[y : y + ROWS * BLOCK, x : x + COLUMNS * BLOCK, 1].astype(np.float32)
    levels = patch.reshape(ROWS, BLOCK, COLUMNS, BLOCK).mean(axis=(1, 3)).reshape(-1)
    finder = np.array(FINDER, np.bool_)
    white, black = float(levels[: len(FINDER)][finder].min()), float(levels[: len(FINDER)][~finder].max())
    if white - black < CONTRAST:
        return None
    bits = levels > (white + black) / 2
    number = int("".join("1" if bit else "0" for bit in bits[len(FINDER) : len(FINDER) + 16]), 2)
    code = Code(number >> 12, number & 0xFFF)
    return code if tuple(int(bit) for bit in bits) == _bits(code) else None


def _bits(code: Code) -> tuple[int, ...]:
    number = code.recording << 12 | code.instant
    check = (number * 181 + 93) >> 3 & 0xFF
    return (*FINDER, *(number >> place & 1 for place in range(15, -1, -1)), *(check >> place & 1 for place in range(8)))
