"""Black-out: what is masked is 0, wherever the mask lies and whatever its shape."""

from __future__ import annotations

import math

import numpy as np
import pytest

from edge_agent.privacy import Mask
from edge_agent.privacy.masks import Blackout, covered
from edge_agent.types import Image, Point

WHOLE = Mask("all", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))


def white(width: int, height: int) -> Image:
    return np.full((height, width, 3), 255, np.uint8)


def painted(*masks: Mask, size: tuple[int, int] = (64, 48)) -> Image:
    image = white(*size)
    Blackout(masks).paint(image)
    return image


@pytest.mark.parametrize("size", [(64, 48), (63, 47), (1, 1), (2, 1), (641, 359)])
def test_a_mask_over_all_leaves_nothing(size: tuple[int, int]) -> None:
    assert not painted(WHOLE, size=size).any()


def test_pixels_touched_in_part_and_a_ring_around_them_are_black() -> None:
    touched = painted(Mask("m", ((0.25, 0.25), (0.501, 0.25), (0.501, 0.5), (0.25, 0.5))))
    assert not touched[11:25, 15:34].any()  # column 32 is touched by a hair
    assert touched[8, 8].all()
    assert touched[30, 40].all()


def test_a_mask_smaller_than_a_pixel_is_not_lost() -> None:
    at = (0.503, 0.503)
    image = painted(Mask("dot", (at, (at[0] + 1e-5, at[1]), (at[0], at[1] + 1e-5))))
    assert not image[24, 32].any()


def test_a_line_without_area_is_covered() -> None:
    image = painted(Mask("line", ((0.1, 0.5), (0.9, 0.5), (0.5, 0.5))))
    assert not image[24, 7:57].any()


def test_beyond_the_border_is_as_good_as_on_it() -> None:
    image = painted(Mask("out", ((0.5, -0.5), (1.5, -0.5), (1.5, 1.5), (0.5, 1.5))))
    assert not image[:, 32:].any()
    assert image[:, :30].all()
    assert painted(Mask("away", ((1.3, 0.0), (1.6, 0.0), (1.6, 1.0)))).all()


def test_what_a_star_encloses_is_masked_too() -> None:
    corners: list[Point] = [
        (0.5 + 0.4 * math.sin(math.radians(144 * k)), 0.5 - 0.4 * math.cos(math.radians(144 * k))) for k in range(5)
    ]
    assert not painted(Mask("star", tuple(corners)), size=(200, 200))[100, 100].any()


def test_several_masks_are_all_painted_and_overlap_freely() -> None:
    left = Mask("left", ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
    right = Mask("right", ((0.45, 0.0), (1.0, 0.0), (1.0, 1.0), (0.45, 1.0)))
    assert not painted(left, right).any()


def test_the_size_of_the_pictures_may_change() -> None:
    blackout = Blackout((WHOLE,))
    for size in ((64, 48), (48, 64), (64, 48)):
        image = white(*size)
        blackout.paint(image)
        assert not image.any()


def test_no_mask_touches_nothing() -> None:
    assert painted().all()
    assert not covered((), 5, 4).any()


@pytest.mark.parametrize(
    "polygon",
    [
        ((0.0, 0.0), (1.0, 1.0)),
        ((0.0, 0.0), (1.0, math.nan), (1.0, 1.0)),
        ((0.0, 0.0), (math.inf, 0.0), (1.0, 1.0)),
        ((0.0, 0.0), (640.0, 0.0), (640.0, 480.0)),  # pixels for fractions
    ],
)
def test_a_mask_that_cannot_mean_what_it_says_is_refused(polygon: tuple[Point, ...]) -> None:
    with pytest.raises(ValueError, match="mask 'm'"):
        Mask("m", polygon)
