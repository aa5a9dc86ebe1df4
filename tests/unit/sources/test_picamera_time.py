"""The sensor's stamp on the monotonic clock, whichever clock it is of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.sources.sensor_time import OLDEST_S, monotonic_of

SECOND = 1_000_000_000
UP = 1_000 * SECOND
ages = st.integers(0, 4 * SECOND)
naps = st.integers(0, 10**6 * SECOND)


@given(age=ages, asleep=naps)
def test_a_stamp_of_the_monotonic_clock_is_taken_as_it_is(age: int, asleep: int) -> None:
    assert monotonic_of(UP - age, UP, UP + asleep) == pytest.approx((UP - age) / SECOND)


@given(age=ages, asleep=naps)
def test_a_stamp_of_the_boot_clock_loses_the_time_asleep(age: int, asleep: int) -> None:
    told = monotonic_of(UP + asleep - age, UP, UP + asleep)
    if asleep > age:
        assert told == pytest.approx((UP - age) / SECOND)
    else:  # the stamp could be of either clock: it is off by no more than the picture's age
        assert abs(told - (UP - age) / SECOND) <= age / SECOND + 1e-6


@given(stamp=st.integers(0, 2**62), up=st.integers(0, 2**60), asleep=naps)
def test_a_picture_is_neither_from_the_future_nor_old(stamp: int, up: int, asleep: int) -> None:
    assert -1e-6 <= up / SECOND - monotonic_of(stamp, up, up + asleep) <= OLDEST_S + 1e-6


@pytest.mark.parametrize("stamp", [0, 1_700_000_000 * SECOND, UP - 60 * SECOND])
def test_a_stamp_that_no_clock_explains_gives_the_time_of_arrival(stamp: int) -> None:
    assert monotonic_of(stamp, UP, UP + 3 * SECOND) == UP / SECOND
