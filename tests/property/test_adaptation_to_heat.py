"""Whatever the board says, the rate stays within its bounds, moves slowly, and comes back."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.runtime.adaptation import HeatLimits, HeatState, allowed_fps, step

Reading: TypeAlias = tuple[float, float | None, bool | None]
"""Seconds since the one before, temperature, throttled."""

LIMITS = HeatLimits()
READINGS = st.tuples(
    st.floats(0.1, 30.0),
    st.none() | st.floats(-20.0, 110.0),
    st.sampled_from([None, False, False, True]),
)
RATES = st.floats(1.0, 30.0)


def follow(full_fps: float, readings: list[Reading]) -> list[tuple[float, HeatState]]:
    t, state, seen = 0.0, HeatState(), [(0.0, HeatState())]
    for passed, temperature_c, throttled in readings:
        t += passed
        state = step(LIMITS, state, t, full_fps, temperature_c=temperature_c, throttled=throttled)
        seen.append((t, state))
    return seen


def steady(seconds: float, temperature_c: float | None, *, throttled: bool | None = None) -> list[Reading]:
    return [(1.0, temperature_c, throttled)] * round(seconds)


@given(RATES, st.lists(READINGS, max_size=200))
def test_the_rate_never_leaves_its_bounds(full_fps: float, readings: list[Reading]) -> None:
    for _, state in follow(full_fps, readings):
        assert min(full_fps, LIMITS.floor_fps) - 1e-9 <= allowed_fps(state, full_fps) <= full_fps


@given(RATES, st.lists(READINGS, max_size=200))
def test_it_never_turns_faster_than_its_limits(full_fps: float, readings: list[Reading]) -> None:
    seen = follow(full_fps, readings)
    changes = [(t, after.factor - before.factor) for (_, before), (t, after) in pairwise(seen) if after != before]
    moved = [(t, by) for t, by in changes if by]
    for (before_t, _), (t, by) in pairwise(moved):
        assert t - before_t >= (LIMITS.down_after_s if by < 0 else LIMITS.up_after_s) - 1e-6


@given(
    RATES, st.lists(READINGS, max_size=200), st.none() | st.floats(-20.0, LIMITS.cool_c), st.sampled_from([None, False])
)
def test_once_cool_it_always_ends_at_full_rate(
    full_fps: float,
    readings: list[Reading],
    temperature_c: float | None,
    throttled: bool | None,  # noqa: FBT001
) -> None:
    _, state = follow(full_fps, [*readings, *steady(600.0, temperature_c, throttled=throttled)])[-1]
    assert (state.factor, state.hot) == (1.0, False)


@given(RATES, st.lists(READINGS, max_size=100), st.lists(READINGS, max_size=20))
def test_what_was_configured_anew_holds_at_once(
    full_fps: float,
    before: list[Reading],
    after: list[Reading],
) -> None:
    """A lower rate read on SIGHUP is never brought below the floor by what heat had left of the higher one."""
    t, state = follow(30.0, before)[-1]
    for passed, temperature_c, throttled in after:
        t += passed
        state = step(LIMITS, state, t, full_fps, temperature_c=temperature_c, throttled=throttled)
        assert min(full_fps, LIMITS.floor_fps) - 1e-9 <= allowed_fps(state, full_fps) <= full_fps


def test_hot_for_ten_seconds_is_one_step_down_and_the_floor_is_kept() -> None:
    rates = [allowed_fps(state, 10.0) for _, state in follow(10.0, steady(60.0, 76.0))]
    assert rates[10] == 10.0
    assert rates[11] == 7.5
    assert rates[-1] == pytest.approx(4.0)
    assert sorted(set(rates), reverse=True) == pytest.approx([10.0, 7.5, 5.625, 4.21875, 4.0])


def test_throttled_is_hot_whatever_the_thermometer_says() -> None:
    _, state = follow(10.0, steady(11.0, 50.0, throttled=True))[-1]
    assert (state.hot, state.factor) == (True, 0.75)


def test_between_the_two_limits_nothing_moves() -> None:
    hot = steady(11.0, 76.0)
    _, state = follow(10.0, [*hot, *steady(600.0, 72.0)])[-1]
    assert (state.hot, state.factor) == (True, 0.75)


def test_a_slow_box_is_said_hot_though_it_has_nothing_to_give() -> None:
    _, state = follow(3.0, steady(30.0, 90.0))[-1]
    assert (state.hot, allowed_fps(state, 3.0)) == (True, 3.0)


def test_a_board_that_cools_when_it_does_less_settles_into_a_slow_swing() -> None:
    """A box too hot at 10 a second and cool at 7.5: at most one step each way in 70 s."""
    state, t, temperature = HeatState(), 0.0, 60.0
    turns = []
    for _ in range(3600):
        t += 1.0
        wanted = 60.0 + 2.0 * allowed_fps(state, 10.0)  # 80 °C at full rate, 75 at the first step, 71 at the second
        temperature += (wanted - temperature) / 30.0
        after = step(LIMITS, state, t, 10.0, temperature_c=temperature, throttled=False)
        if after.factor != state.factor:
            turns.append(t)
        state = after
    assert len(turns) <= 2 * 3600 / (LIMITS.down_after_s + LIMITS.up_after_s)
    assert allowed_fps(state, 10.0) >= LIMITS.floor_fps
