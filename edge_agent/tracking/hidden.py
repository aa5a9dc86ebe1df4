"""Parts of the picture in which nobody is ever seen: whoever walks into one has left, as by the picture's edge."""

from __future__ import annotations

from collections.abc import Sequence

from edge_agent.types import Point

_STEPS = 8
"""Points looked at on the way: a mask narrower than an eighth of it hides nobody for long. [C]"""


def enters(hidden: Sequence[Sequence[Point]], size: tuple[int, int], start: Point, end: Point) -> bool:
    """Whether the way from `start` to `end`, px, leads into a hidden part.

    Args:
        hidden: polygons in fractions 0-1 of the picture.
        size: width, height in px.
        start: where a body is.
        end: where it will be.
    """
    steps = (step / _STEPS for step in range(1, _STEPS + 1))
    way = [
        ((start[0] + (end[0] - start[0]) * part) / size[0], (start[1] + (end[1] - start[1]) * part) / size[1])
        for part in steps
    ]
    return any(_inside(polygon, point) for polygon in hidden for point in way)


def _inside(polygon: Sequence[Point], point: Point) -> bool:
    """Even-odd rule."""
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        crossings += (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)
    return crossings % 2 == 1
