"""Tiles: nobody small enough falls between them, whatever the picture's shape, and a round shows all of them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.pose import tiles
from edge_agent.pose.limits import PoseLimits
from edge_agent.types import Region

LIMITS = PoseLimits()
sizes = st.tuples(st.integers(160, 2000), st.integers(160, 2000))
share = st.floats(0.0, 1.0)


def edges(tile: Region) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    (x, y), half = tile.centre, tile.size / 2
    return x - half, y - half, x + half, y + half


@given(sizes, share, share, share, share)
def test_what_is_no_larger_than_half_a_tile_lies_wholly_in_one(
    size: tuple[int, int], width: float, height: float, across: float, down: float
) -> None:
    every = tiles.tiles(LIMITS, size)
    most = every[0].size / 2
    wide, high = width * min(most, size[0]), height * min(most, size[1])
    left, top = across * (size[0] - wide), down * (size[1] - high)
    slack = 1e-6 * max(size)
    assert any(
        x0 <= left + slack and y0 <= top + slack and left + wide <= x1 + slack and top + high <= y1 + slack
        for x0, y0, x1, y1 in map(edges, every)
    )


@given(sizes)
def test_tiles_are_upright_of_one_size_and_seldom_many(size: tuple[int, int]) -> None:
    every = tiles.tiles(LIMITS, size)
    assert len({tile.size for tile in every}) == 1
    assert all(tile.angle_deg == 0.0 for tile in every)
    assert len(set(every)) == len(every) <= 16
    assert every[0].size == LIMITS.tile_share * max(size)


@pytest.mark.parametrize(("size", "looks"), [((640, 360), 8), ((1280, 720), 8), ((640, 480), 12), ((360, 640), 8)])
def test_a_round_of_an_ordinary_picture_is_short(size: tuple[int, int], looks: int) -> None:
    assert len(tiles.tiles(LIMITS, size)) == looks


@given(sizes)
def test_a_tile_shows_nothing_beyond_the_picture_but_across_a_narrow_one(size: tuple[int, int]) -> None:
    for left, top, right, bottom in map(edges, tiles.tiles(LIMITS, size)):
        if right - left <= size[0] + 1e-6:
            assert left >= -1e-6
            assert right <= size[0] + 1e-6
        if bottom - top <= size[1] + 1e-6:
            assert top >= -1e-6
            assert bottom <= size[1] + 1e-6


@given(sizes)
def test_a_picture_on_end_has_the_same_tiles_on_end(size: tuple[int, int]) -> None:
    lying = {(tile.centre, tile.size) for tile in tiles.tiles(LIMITS, size)}
    on_end = {((y, x), side) for (x, y), side in ((t.centre, t.size) for t in tiles.tiles(LIMITS, size[::-1]))}
    assert lying == on_end


@given(sizes, st.integers(0, 10_000))
def test_a_round_shows_every_tile_once(size: tuple[int, int], first: int) -> None:
    every = tiles.tiles(LIMITS, size)
    shown = [tiles.tile(LIMITS, size, first + turn) for turn in range(len(every))]
    assert set(shown) == set(every)
    assert math.isclose(sum(tile.size for tile in shown), sum(tile.size for tile in every))
