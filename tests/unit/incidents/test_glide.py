"""Seen on the way, or here at one look and there at the next."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.incidents.glide import FAR, LOOK_S, Glide, glide

TORSO = 50.0


def moved(steps: list[tuple[float, float]], dt: float) -> Glide:
    """Steps in torso lengths, `dt` seconds apart."""
    x = y = t = 0.0
    now = glide(None, t, 0.0, (x, y), TORSO)
    for across, down in steps:
        t, x, y = t + dt, x + across * TORSO, y + down * TORSO
        now = glide(now, t, dt, (x, y), TORSO)
    return now


@pytest.mark.parametrize("fps", [5.0, 7.0, 10.0, 15.0])
def test_rolling_off_a_bed_within_a_second_is_seen_at_any_rate(fps: float) -> None:
    looks = round(0.7 * fps)
    assert moved([(0.5 / looks, 0.8 / looks)] * looks, 1 / fps).at is not None


def test_one_great_jump_is_no_way() -> None:
    assert moved([(0.0, 0.0), (0.6, 0.9), (0.0, 0.0), (0.0, 0.0)], 0.2).at is None


def test_what_happened_between_two_distant_looks_was_not_seen() -> None:
    assert moved([(0.2, 0.2)] * 10, LOOK_S + 0.1).at is None


@given(st.lists(st.floats(0.0, 2 * math.pi), min_size=1, max_size=40))
def test_fidgeting_to_and_fro_goes_nowhere(turns: list[float]) -> None:
    places = [(0.2 * math.cos(turn) * FAR, 0.2 * math.sin(turn) * FAR) for turn in turns]
    steps = [(x - a, y - b) for (a, b), (x, y) in zip([(0.0, 0.0), *places], places, strict=False)]
    assert moved(steps, 0.1).at is None
