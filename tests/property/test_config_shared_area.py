"""What two polygons share, held to counting points."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from firmware_config.polygons import Point, crosses_itself, repeats_a_corner, shared_area, signed_area

GRID = 24
"""Corners lie on whole numbers, sample points between them: none lies on an axis-parallel side."""


@st.composite
def staircases(draw: st.DrawFn) -> list[Point]:
    """A polygon of axis-parallel sides with steps, so that it is seldom convex; its area can be counted exactly."""
    steps = draw(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5)), min_size=1, max_size=4))
    left, bottom = draw(st.integers(0, 6)), draw(st.integers(16, GRID))
    heights = [4 + step[1] for step in steps]
    assume(all(one != other for one, other in pairwise(heights)))
    corners: list[Point] = [(float(left), float(bottom))]
    x = left
    for (width, _), height in zip(steps, heights, strict=True):
        corners += [(float(x), float(bottom - height)), (float(x + width), float(bottom - height))]
        x += width
    return [*corners, (float(x), float(bottom))]


def inside(polygon: list[Point], x: float, y: float) -> bool:
    crossings = [
        (x1 - x0) * (y - y0) / (y1 - y0) + x0 > x
        for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], polygon[0]], strict=True)
        if (y0 > y) != (y1 > y)
    ]
    return sum(crossings) % 2 == 1


@given(staircases(), staircases())
def test_the_shared_area_is_the_number_of_squares_in_both(one: list[Point], other: list[Point]) -> None:
    assert not crosses_itself(one)
    assert not repeats_a_corner(one)
    squares = sum(
        inside(one, x + 0.5, y + 0.5) and inside(other, x + 0.5, y + 0.5) for x in range(GRID) for y in range(GRID)
    )
    assert abs(shared_area(one, other) - squares) < 1e-9
    assert abs(shared_area(one, one) - abs(signed_area(one))) < 1e-9
