"""Overlapping squares of a picture, looked into in turn: the detector's second scale, for who is too far for the first.

The whole picture is made small enough for the detector's input; somebody twice as far away is a little larger in a tile
of .4 of the picture's longer side than somebody near is in the whole.
"""

from __future__ import annotations

import math

from edge_agent.pose.limits import PoseLimits
from edge_agent.types import Region

_HALF = 0.5
"""Of a tile's side: how far tiles overlap at least, so that what is no larger lies wholly in one of them."""


def due(limits: PoseLimits, tiled_at: float, t: float) -> bool:
    """Whether a searched picture is one on which a tile is looked into as well."""
    return math.isfinite(limits.tile_s) and t - tiled_at >= limits.tile_s


def tile(limits: PoseLimits, size: tuple[int, int], turn: int) -> Region:
    """The tile whose turn it is, in a round through all of them.

    Args:
        limits: how large they are.
        size: width, height of the picture, px.
        turn: any count that goes up by one from look to look.
    """
    every = tiles(limits, size)
    return every[turn % len(every)]


def tiles(limits: PoseLimits, size: tuple[int, int]) -> tuple[Region, ...]:
    """Upright squares that cover the picture: whatever is no larger than half of one lies wholly in at least one."""
    side = limits.tile_share * max(size)
    across, down = (_middles(length, side) for length in size)
    return tuple(Region((x, y), side, 0.0) for y in down for x in across)


def _middles(length: float, side: float) -> tuple[float, ...]:
    """Middles of the fewest tiles along one side of the picture that cover it and overlap enough."""
    beyond = length - side
    if beyond <= 0.0:
        return (length / 2.0,)
    steps = math.ceil(beyond / (side * (1.0 - _HALF)) - 1e-9)
    return tuple(side / 2.0 + beyond * step / steps for step in range(steps + 1))
