"""A blurred face is a few mean colours: the result does not depend on anything else of it."""

from __future__ import annotations

import numpy as np
import pytest

from edge_agent.privacy import mosaic
from edge_agent.types import Image
from tests.fakes.faces import inside, scene


def blurred(image: Image, centre: tuple[float, float], radius: float, cell: float = 8.0) -> Image:
    copy = image.copy()
    mosaic.blur(copy, centre, radius, cell)
    return copy


def test_pictures_with_the_same_means_give_the_same_result() -> None:
    """Shuffling the pixels within each cell changes nothing: they are not in the result."""
    image = scene((160.0, 120.0))
    other = image.copy()
    random = np.random.default_rng(1)
    for top in range(96, 144, 8):
        for left in range(136, 184, 8):
            cell = other[top : top + 8, left : left + 8].reshape(-1, 3)
            other[top : top + 8, left : left + 8] = random.permutation(cell).reshape(8, 8, 3)
    ours, theirs = (blurred(each, (160.0, 120.0), 24.0) for each in (image, other))
    disc = inside(image, (160.0, 120.0), 24.0)
    assert (image[disc] != other[disc]).any()
    np.testing.assert_array_equal(ours[disc], theirs[disc])


def test_only_the_circle_changes() -> None:
    image = scene((160.0, 120.0))
    changed = (blurred(image, (160.0, 120.0), 20.0) != image).any(axis=2)
    assert not changed[~inside(image, (160.0, 120.0), 21.5)].any()
    assert changed[inside(image, (160.0, 120.0), 18.0)].mean() > 0.98


@pytest.mark.parametrize("centre", [(0.0, 0.0), (319.0, 239.0), (-5.0, 120.0), (160.0, 245.0)])
def test_a_circle_over_the_border_is_cut_there(centre: tuple[float, float]) -> None:
    image = scene()
    disc = inside(image, centre, 20.0)
    assert (blurred(image, centre, 20.0) != image).any(axis=2)[disc].mean() > 0.9


@pytest.mark.parametrize("centre", [(-50.0, 10.0), (500.0, 10.0), (10.0, 1000.0)])
def test_a_circle_outside_changes_nothing(centre: tuple[float, float]) -> None:
    image = scene()
    np.testing.assert_array_equal(blurred(image, centre, 20.0), image)


@pytest.mark.parametrize("radius", [0.2, 1.0, 2.5])
def test_a_tiny_face_becomes_one_colour(radius: float) -> None:
    image = scene((100.3, 80.6), radius=radius)
    patch = blurred(image, (100.3, 80.6), radius)[inside(image, (100.3, 80.6), radius)]
    assert (np.ptp(patch, axis=0) <= 1).all() if len(patch) else radius < 1.0


def test_a_circle_larger_than_the_picture_covers_it_all() -> None:
    image = scene((160.0, 120.0))
    assert (blurred(image, (160.0, 120.0), 5000.0, 60.0) != image).any(axis=2).mean() > 0.9
