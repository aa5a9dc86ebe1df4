"""What the camera's own scene usually looks like, and how far a picture agrees with it, tile by tile.

Three things are learnt of each cell or tile: the direction of its edges, how steep they are, and how much structure
the whole picture has. Directions are kept as doubled angles, so that an edge keeps its direction where a lamp swaps
its bright and its dark side; steepness is a ratio, so that gain and gamma leave it alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_agent.picture.limits import PictureLimits
from edge_agent.picture.sketch import COLUMNS, ROWS, Mask, Sketch
from edge_agent.types import Array

TILES = (3, 4)
"""Down and across."""
_FIRM = 0.6
"""Length of a learnt mean direction from which the edge belongs to the room: directions by chance average out."""
_LOST = 0.3
"""Share of the learnt edges below which a tile has lost them; [C]."""
_STEEP = 0.03
"""Learnt steepness below which there is nothing left to blur; [C]."""
_LEAST_STEP = 3.0
"""Grey levels between neighbouring cells that make an edge, at least."""

Directions = NDArray[np.complex64]


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What one picture says of the scene."""

    directions: Directions
    """(48, 64): unit numbers at twice the angle of the grey level's gradient; 0 where there is no edge."""
    steepness: Array
    """(3, 4): of the median edge of each tile: 0 for a ramp across the whole cell, 1 for a step from pixel to pixel."""
    edges: Array
    """(3, 4): number of cells with an edge whose steepness could be measured."""
    structured: float
    """`exposure.structured`."""


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """The averages of the traits in good pictures; of one camera by day, or by infra-red."""

    seconds: float
    """Of good pictures it rests on."""
    traits: Traits


@dataclass(frozen=True, slots=True)
class Agreement:
    """Share of the tiles that could be judged; None where these are too few."""

    elsewhere: float | None
    """Tiles that show other edges than the learnt ones."""
    soft: float | None
    """Tiles that show the learnt scene with edges less steep than usual, or with none left at their finest."""


def traits(sketch: Sketch, structured: float) -> Traits:
    """Measure one picture."""
    level = sketch.level
    right, down = np.zeros_like(level), np.zeros_like(level)
    right[:, 1:-1] = level[:, 2:] - level[:, :-2]
    down[1:-1] = level[2:] - level[:-2]
    steps = np.hypot(right, down)
    contrast = sketch.high - sketch.low
    least = max(_LEAST_STEP, 0.05 * contrast, 4 * 1.41 * sketch.chance)
    whole = _inner(sketch.seen)
    strong = whole & (steps >= least)
    doubled = np.zeros(level.shape, np.complex64)
    doubled[strong] = ((right[strong] + 1j * down[strong]) / steps[strong]) ** 2
    ramp = 1 / (sketch.samples.shape[1] - 1)
    sharp = whole & (sketch.coarse >= max(36.0, 6 * sketch.noise**2, (0.1 * contrast) ** 2))
    energy = sketch.fine / ramp / np.maximum(sketch.coarse, 1.0)
    ratio = np.where(sharp, (energy - ramp) / (1 - ramp), np.nan)
    return Traits(doubled, _medians(ratio), _tiles(sharp).sum(axis=2, dtype=np.float32), structured)


def learn(limits: PictureLimits, learnt: Learnt | None, now: Traits, dt: float) -> Learnt:
    """Average one more good picture in: the plain mean at first, then over the last hour or so."""
    if learnt is None:
        return Learnt(dt, now)
    seconds = learnt.seconds + dt
    weight = np.float32(dt / min(seconds, limits.learn_tau_s)) if dt < seconds else np.float32(1.0)
    known = learnt.traits
    steepness = np.where(np.isnan(now.steepness), known.steepness, _toward(known.steepness, now.steepness, weight))
    steepness = np.where(np.isnan(known.steepness), now.steepness, steepness)
    return Learnt(
        seconds,
        Traits(
            known.directions + weight * (now.directions - known.directions),
            steepness,
            _toward(known.edges, now.edges, weight),
            known.structured + float(weight) * (now.structured - known.structured),
        ),
    )


def compare(limits: PictureLimits, learnt: Learnt, now: Traits) -> Agreement:
    """Hold a picture against what was learnt."""
    known = learnt.traits
    firm = np.abs(known.directions) >= _FIRM
    both = firm & (now.directions != 0)
    expected = _tiles(firm).sum(axis=2)
    found = _tiles(both).sum(axis=2)
    length = np.maximum(np.abs(known.directions), _FIRM)
    agreeing = np.where(both, (now.directions * known.directions.conj()).real / length, 0.0)
    agreement = _tiles(agreeing).sum(axis=2) / np.maximum(found, 1)
    judged = (expected >= limits.known_edges) & (found >= _LOST * expected)
    same = judged & (agreement >= limits.aligned)
    measured = same & (known.edges >= limits.known_edges) & (known.steepness >= _STEEP)
    soft = measured & ((now.edges < _LOST * known.edges) | (now.steepness < limits.soft * known.steepness))
    return Agreement(_share(limits, judged & ~same, judged), _share(limits, soft, measured))


def _share(limits: PictureLimits, part: Mask, judged: Mask) -> float | None:
    count = np.count_nonzero(judged)
    return float(np.count_nonzero(part) / count) if count >= limits.known_tiles else None


def _toward(known: Array, now: Array, weight: np.float32) -> Array:
    moved: Array = known + weight * (now - known)
    return moved


def _inner(seen: Mask) -> Mask:
    """Cells whose four neighbours are seen too."""
    inner = np.zeros_like(seen)
    inner[1:-1, 1:-1] = seen[:-2, 1:-1] & seen[2:, 1:-1] & seen[1:-1, :-2] & seen[1:-1, 2:] & seen[1:-1, 1:-1]
    return inner


def _tiles(cells: NDArray[np.generic]) -> NDArray[np.generic]:
    """(48, 64) as (3, 4, cells of the tile)."""
    down, across = TILES
    split = cells.reshape(down, ROWS // down, across, COLUMNS // across)
    return split.transpose(0, 2, 1, 3).reshape(down, across, -1)


def _medians(ratio: Array) -> Array:
    """Of each tile; NaN where there is none."""
    tiles = np.sort(_tiles(ratio), axis=2)
    count = np.count_nonzero(~np.isnan(tiles), axis=2)
    lower = np.take_along_axis(tiles, np.maximum(count - 1, 0)[..., None] // 2, axis=2)[..., 0]
    upper = np.take_along_axis(tiles, count[..., None] // 2, axis=2)[..., 0]
    middle: Array = np.where(count > 0, (lower + upper) / 2, np.nan).astype(np.float32)
    return middle
