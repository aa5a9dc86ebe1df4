"""Where the detector's 2,254 answers are anchored."""

from __future__ import annotations

import numpy as np

from edge_agent.types import Array

INPUT_SIDE = 224
"""Side of the detector's square input, px."""

COUNT = 2254

_GRIDS = ((28, 2), (14, 2), (7, 6))
"""Cells a side and anchors a cell: strides 8, 16, and three times 32 with two anchors each, cell by cell."""


def centres() -> Array:
    """Centres of all anchors as fractions of the input's side, (2254, 2): x, y."""
    return np.concatenate([_grid(side, per_cell) for side, per_cell in _GRIDS])


def _grid(side: int, per_cell: int) -> Array:
    middle = (np.arange(side, dtype=np.float32) + np.float32(0.5)) / np.float32(side)
    y, x = np.meshgrid(middle, middle, indexing="ij")
    return np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), per_cell, axis=0)
