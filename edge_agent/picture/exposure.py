"""What one picture alone tells: too dark, blown out, or nothing with any structure in view."""

from __future__ import annotations

import numpy as np

from edge_agent.picture.limits import PictureLimits
from edge_agent.picture.sketch import Sketch


def dark(limits: PictureLimits, sketch: Sketch) -> bool:
    """Whether people could not be made out for want of light."""
    return float(np.mean(sketch.level[sketch.seen] < limits.dark_level)) > limits.dark_share


def over_exposed(limits: PictureLimits, sketch: Sketch) -> bool:
    """Whether most of the picture is blown out."""
    return float(np.mean(sketch.level[sketch.seen] >= limits.bright_level)) > limits.bright_share


def structured(limits: PictureLimits, sketch: Sketch) -> float:
    """Share of the cells that stand out from their neighbours: a hand or a cloth on the lens leaves soft shading only.

    Shading is told from structure by the second difference, structure from noise by the picture's own noise.
    """
    level, seen = sketch.level, sketch.seen
    beside = level[:-2, 1:-1] + level[2:, 1:-1] + level[1:-1, :-2] + level[1:-1, 2:]
    whole = seen[1:-1, 1:-1] & seen[:-2, 1:-1] & seen[2:, 1:-1] & seen[1:-1, :-2] & seen[1:-1, 2:]
    if not whole.any():
        return 0.0
    least = max(1.0, limits.structure * sketch.middle, 3 * 1.12 * sketch.chance)
    return float(np.mean(np.abs(level[1:-1, 1:-1] - beside / 4)[whole] > least))
