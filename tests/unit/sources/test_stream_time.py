"""A stream's clock on ours: steady under jitter, never ahead, on again after a restart."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.sources.stream_time import DRIFT, SETTLED_S, StreamTime

PERIOD = 0.04


def times(arrivals: list[float], stamps: list[float]) -> list[float | None]:
    clock = StreamTime()
    return [clock.at(stamp, arrived) for stamp, arrived in zip(stamps, arrivals, strict=True)]


def evenly(start: float, count: int, first: float = 0.0) -> tuple[list[float], list[float]]:
    """Arrivals and stamps of a stream without any delay."""
    return [start + PERIOD * i for i in range(count)], [first + PERIOD * i for i in range(count)]


@pytest.mark.parametrize("slow_s", [0.0, 0.045, 0.1], ids=["all quick", "the first slow", "the first very slow"])
def test_pictures_queued_while_the_stream_was_opened_are_not_used(slow_s: float) -> None:
    arrivals, stamps = evenly(100.0, 60)
    decoded = [101.16 + (slow_s if i else 0.0) + 0.001 * i for i in range(60)]  # the queue, as fast as can be
    arrivals = [max(pair) for pair in zip(arrivals, decoded, strict=True)]
    used = [t for t in times(arrivals, stamps) if t is not None]
    assert 20 <= len(used) <= 25
    assert used[-1] == pytest.approx(arrivals[-1], abs=0.005)
    assert np.diff(used) == pytest.approx(PERIOD, abs=0.001)


def test_a_picture_of_the_same_time_is_none() -> None:
    arrivals, stamps = evenly(10.0, 10)
    assert times([*arrivals, 10.4, 10.44], [*stamps, stamps[-1], stamps[-1]])[-3:] != [None] * 3
    assert times([*arrivals, 10.4, 10.44], [*stamps, stamps[-1], stamps[-1]])[-2:] == [None, None]


def test_a_stream_that_begins_its_clock_again_is_followed() -> None:
    before, after = evenly(10.0, 10, first=50.0), evenly(12.0, 10)
    last = times(before[0] + after[0], before[1] + after[1])[-1]
    assert last == pytest.approx(after[0][-1], abs=0.001)


def test_a_picture_held_up_keeps_the_time_at_which_it_was_taken() -> None:
    arrivals, stamps = evenly(10.0, 11)
    arrivals[-1] += 2.0
    assert times(arrivals, stamps)[-1] == pytest.approx(10.4, abs=0.01)


def test_a_camera_whose_clock_runs_slow_is_followed() -> None:
    arrivals, stamps = evenly(10.0, 30_000)  # 20 minutes
    last = times(arrivals, [(1.0 - DRIFT / 2) * stamp for stamp in stamps])[-1]
    assert last == pytest.approx(arrivals[-1], abs=0.01)


@given(st.lists(st.floats(0.0, 0.5), min_size=3, max_size=60))
def test_under_any_delay_times_grow_and_are_never_ahead(delays: list[float]) -> None:
    arrived, arrivals = 0.0, []
    for i, delay in enumerate(delays):
        arrived = max(arrived + 1e-4, 100.0 + PERIOD * i + delay)  # they come in order
        arrivals.append(arrived)
    used = [(t, i) for i, t in enumerate(times(arrivals, [PERIOD * i for i in range(len(delays))])) if t is not None]
    assert all(t <= arrivals[i] + 1e-9 for t, i in used)
    for (before, i), (after, j) in pairwise(used):
        assert after > before
        if j == i + 1:  # two in a row: what lies between them is the stream's own step
            assert after - before >= PERIOD - SETTLED_S - 1e-9
            assert after - before <= PERIOD + DRIFT * (arrivals[j] - arrivals[i]) + 1e-9
