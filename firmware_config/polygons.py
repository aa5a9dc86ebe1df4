"""Geometry of marked regions: corners are fractions 0-1 of the picture's width (x, right) and height (y, down)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Polygon: TypeAlias = Sequence[Point]

_ORIGIN: Point = (0.0, 0.0)


def signed_area(polygon: Polygon) -> float:
    """Area by the shoelace formula, as a share of the picture; negative for the other direction of travel.

    >>> signed_area([(0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5)])
    0.25
    """
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in _edges(polygon)) / 2


def repeats_a_corner(polygon: Polygon) -> bool:
    """Whether two corners in a row, or the last and the first, are one."""
    return any(one == other for one, other in _edges(polygon))


def crosses_itself(polygon: Polygon) -> bool:
    """Whether two sides meet anywhere but at the corner that they share.

    >>> crosses_itself([(0, 0), (1, 1), (1, 0), (0, 1)])
    True
    """
    sides = list(_edges(polygon))
    last = len(sides) - 1
    return any(
        _folds_back(one, other) if second == first + 1 else _folds_back(other, one) if (first, second) == (0, last)
        else _meet(one, other)
        for (first, one), (second, other) in combinations(enumerate(sides), 2)
    )  # fmt: skip


def shared_area(one: Polygon, other: Polygon) -> float:
    """Area of what two polygons that do not cross themselves have in common, as a share of the picture.

    Each polygon is the sum of the triangles between the origin and its sides, those that are travelled backwards
    counted as negative; so what two polygons share is the sum over all pairs of such triangles, which are convex.

    >>> round(shared_area([(0, 0), (1, 0), (1, 1), (0, 1)], [(0.5, 0.5), (2, 0.5), (2, 2), (0.5, 2)]), 6)
    0.25
    """
    if not _boxes_touch(one, other):
        return 0.0
    return abs(
        sum(
            sign * other_sign * abs(signed_area(_clipped(triangle, other_triangle)))
            for sign, triangle in _fan(one)
            for other_sign, other_triangle in _fan(other)
        )
    )


def _edges(polygon: Polygon) -> Iterator[tuple[Point, Point]]:
    return zip(polygon, (*polygon[1:], *polygon[:1]), strict=True)


def _turn(a: Point, b: Point, c: Point) -> float:
    """Positive where a -> b -> c turns one way, negative the other, 0 on a line."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _folds_back(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether a side runs back over the side before it."""
    (a, b), (_, c) = one, other
    return _turn(a, b, c) == 0 and (a[0] - b[0]) * (c[0] - b[0]) + (a[1] - b[1]) * (c[1] - b[1]) > 0


def _meet(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = one, other
    abc, abd, cda, cdb = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if (abc > 0) != (abd > 0) and (cda > 0) != (cdb > 0) and 0.0 not in {abc, abd, cda, cdb}:
        return True
    touching = ((abc, a, b, c), (abd, a, b, d), (cda, c, d, a), (cdb, c, d, b))
    return any(turn == 0 and _between(start, end, point) for turn, start, end, point in touching)


def _between(start: Point, end: Point, point: Point) -> bool:
    """Whether a point on the line through a side lies on the side."""
    return all(min(s, e) <= p <= max(s, e) for s, e, p in zip(start, end, point, strict=True))


def _boxes_touch(one: Polygon, other: Polygon) -> bool:
    return all(
        min(p[axis] for p in one) < max(p[axis] for p in other)
        and min(p[axis] for p in other) < max(p[axis] for p in one)
        for axis in (0, 1)
    )


def _fan(polygon: Polygon) -> list[tuple[int, list[Point]]]:
    """Triangles from the origin to each side, all travelled in the positive direction, with their sign."""
    triangles = []
    for start, end in _edges(polygon):
        turn = _turn(_ORIGIN, start, end)
        if turn > 0:
            triangles.append((1, [_ORIGIN, start, end]))
        elif turn < 0:
            triangles.append((-1, [_ORIGIN, end, start]))
    return triangles


def _clipped(subject: list[Point], window: list[Point]) -> list[Point]:
    """The part of a polygon inside a convex one (Sutherland and Hodgman, 1974); both in the positive direction."""
    for start, end in _edges(window):
        kept: list[Point] = []
        for before, point in _edges([*subject[-1:], *subject[:-1]]):
            here, there = _turn(start, end, point), _turn(start, end, before)
            if (here < 0) != (there < 0):
                share = there / (there - here)
                kept.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
            if here >= 0:
                kept.append(point)
        subject = kept
    return subject
