"""A picture reduced to what its quality is judged by: 64 x 48 cells, from two of the rows of pixels in each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import Array, Image

ROWS, COLUMNS = 48, 64
LEAST = (3 * COLUMNS, 3 * ROWS)
"""Width and height in px of the smallest picture that can be judged."""
CLIPPED = (3.0, 252.0)
"""Grey levels of a cell outside of which the sensor shows neither noise nor colour."""
_COLOURED = (24, 230)
"""Grey levels of a pixel between which it could show a colour if it had one."""
_SMOOTH = 0.25
"""Quantile of the cells' fine energy that is noise alone: a quarter of any room is smooth wall, floor or ceiling."""
_RANGE = (0.05, 0.5, 0.95)

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """One picture's cells. (48, 64) each, unless said otherwise."""

    samples: Image
    """(2, w, 48, 64): the green of two neighbouring rows across each cell, which is w px wide."""
    seen: Mask
    """Cells that are not ignored."""
    level: Array
    """Mean grey."""
    fine: Array
    """Mean square of the differences between neighbouring pixels, the noise's share taken off."""
    coarse: Array
    """The same between the first and the last pixel across a cell."""
    noise: float
    """Standard deviation of a pixel, grey levels; a little too high where nothing in the picture is smooth."""
    colour: float | None
    """Spread between blue, green and red that a tenth of the picture exceeds, grey levels; None without light."""
    low: float
    """Grey level below which a twentieth of the cells seen lie."""
    middle: float
    """Their median."""
    high: float
    """Grey level above which a twentieth of them lie."""

    @property
    def chance(self) -> float:
        """Standard deviation of a cell's level, by noise alone."""
        return self.noise / float(np.sqrt(self.samples.shape[0] * self.samples.shape[1]))

    @property
    def exposed(self) -> Mask:
        """Cells seen that are neither black nor blown out."""
        exposed: Mask = self.seen & (self.level > CLIPPED[0]) & (self.level < CLIPPED[1])
        return exposed


def sketch(image: Image, ignored: Mask | None) -> Sketch:
    """Reduce a picture.

    Args:
        image: (H, W, 3) blue, green, red; at least `LEAST`.
        ignored: (h, w) of any size, laid over the whole picture: True where it was blacked out.
    """
    height, width = image.shape[0] // ROWS, image.shape[1] // COLUMNS
    top = (image.shape[0] - height * ROWS) // 2 + (height - 2) // 2
    left = (image.shape[1] - width * COLUMNS) // 2
    across = slice(left, left + width * COLUMNS)
    rows = np.stack([image[top + row : top + row + height * (ROWS - 1) + 1 : height, across, 1] for row in (0, 1)])
    samples = np.ascontiguousarray(rows.reshape(2, ROWS, COLUMNS, width).transpose(0, 3, 1, 2))
    values = samples.astype(np.float32)
    level = values.mean(axis=(0, 1))
    fine, coarse = _energy(values, 1), _energy(values, width - 1)
    seen = _seen(ignored)
    (pure,) = ranked(fine[seen], _SMOOTH)
    pure /= 1 - 0.67 * float(np.sqrt(3 / (2 * width)))  # that quantile of so few squares of noise, against their mean
    low, middle, high = ranked(level[seen], *_RANGE)
    pixels = image[top : top + height * (ROWS - 1) + 1 : 2 * height, left + width // 2 : across.stop : 2 * width]
    noise = float(np.sqrt(pure / 2))
    colour = _colour(pixels, seen[::2, ::2], noise)
    return Sketch(samples, seen, level, fine - pure, coarse - pure, noise, colour, low, middle, high)


def ranked(values: NDArray[np.generic], *shares: float) -> tuple[float, ...]:
    """The values below which these shares of all lie, without interpolation; 0 where there are none."""
    if not values.size:
        return (0.0,) * len(shares)
    places = [round(share * (values.size - 1)) for share in shares]
    ordered = np.partition(values, places)
    return tuple(float(ordered[place]) for place in places)


def _energy(values: Array, apart: int) -> Array:
    difference = values[:, apart:] - values[:, :-apart]
    np.square(difference, out=difference)
    mean: Array = difference.mean(axis=(0, 1))
    return mean


def _seen(ignored: Mask | None) -> Mask:
    """Cells without anything ignored in or beside them: the border of a mask is an edge of its own."""
    if ignored is None:
        return np.ones((ROWS, COLUMNS), np.bool_)
    down = (np.arange(2 * ROWS) * 2 + 1) * ignored.shape[0] // (4 * ROWS)
    along = (np.arange(2 * COLUMNS) * 2 + 1) * ignored.shape[1] // (4 * COLUMNS)
    points = ignored[np.ix_(down, along)].reshape(ROWS, 2, COLUMNS, 2).any(axis=(1, 3))
    wide = np.pad(points, 1)
    near = wide[:-2] | wide[1:-1] | wide[2:]
    return ~(near[:, :-2] | near[:, 1:-1] | near[:, 2:])


def _colour(pixels: Image, seen: Mask, noise: float) -> float | None:
    highest, lowest = pixels.max(axis=2), pixels.min(axis=2)
    telling = seen & (highest > _COLOURED[0]) & (lowest < _COLOURED[1])
    if np.count_nonzero(telling) < 0.2 * telling.size:
        return None
    (spread,) = ranked((highest - lowest)[telling], 0.9)
    return max(0.0, spread - 3 * noise)  # what noise alone would make of grey
