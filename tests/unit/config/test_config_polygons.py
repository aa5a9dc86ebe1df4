"""Geometry of marked regions."""

from __future__ import annotations

import pytest

from firmware_config.polygons import Point, crosses_itself, repeats_a_corner, shared_area, signed_area

SQUARE: list[Point] = [(0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.1, 0.5)]
CORNER: list[Point] = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.2), (0.2, 0.2), (0.2, 0.9), (0.1, 0.9)]


@pytest.mark.parametrize(
    ("polygon", "crosses"),
    [
        (SQUARE, False),
        (CORNER, False),
        (CORNER[::-1], False),
        ([(0, 0), (0.5, 0), (1, 0), (1, 1)], False),  # a corner on a straight side
        ([(0, 0), (1, 1), (1, 0), (0, 1)], True),
        ([(0, 0), (1, 0), (1, 1), (0.5, 0), (0, 1)], True),  # touches a side
        ([(0, 0), (1, 0), (0.5, 0), (0.5, 1)], True),  # runs back over itself
        ([(0, 0), (1, 0), (1, 1), (0, 0), (0, 1), (-1, 1)], True),  # through the same corner twice
    ],
)
def test_sides_that_cross_or_touch(polygon: list[Point], crosses: bool) -> None:  # noqa: FBT001
    assert crosses_itself(polygon) is crosses


def test_a_closing_corner_is_a_repeated_one() -> None:
    assert repeats_a_corner([*SQUARE, SQUARE[0]])
    assert not repeats_a_corner(SQUARE)


def test_the_direction_of_travel_is_the_sign_of_the_area() -> None:
    assert signed_area(SQUARE) == pytest.approx(0.16)
    assert signed_area(SQUARE[::-1]) == pytest.approx(-0.16)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (SQUARE[::-1], 0.16),
        ([(0.5, 0.1), (0.9, 0.1), (0.9, 0.5), (0.5, 0.5)], 0.0),  # touches
        ([(0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7)], 0.04),
        ([(0.2, 0.2), (0.3, 0.2), (0.3, 0.3)], 0.005),  # inside
        (CORNER, 0.07),
        ([(0.6, 0.6), (0.7, 0.6), (0.7, 0.7)], 0.0),
        ([(0, 0), (1, 0), (1, 1), (0, 1)], 0.16),
    ],
)
def test_what_two_polygons_share(other: list[Point], shared: float) -> None:
    assert shared_area(SQUARE, other) == pytest.approx(shared, abs=1e-12)
    assert shared_area(other, SQUARE) == pytest.approx(shared, abs=1e-12)


def test_what_fits_into_a_notch_is_not_shared() -> None:
    assert shared_area(CORNER, [(0.2, 0.2), (0.9, 0.2), (0.9, 0.9), (0.2, 0.9)]) == pytest.approx(0.0, abs=1e-12)
