"""A stream's clock on ours: steady under jitter, never ahead, on again after a restart."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.sources.stream_time import DRIFT, SETTLED_S, StreamTime

PERIOD = 0.04


def times(arrivals: list[float], stamps: list[float]) -> list[float | None]:
    clock = StreamTime()
    return [clock.at(stamp, arrived) for stamp, arrived in zip(stamps, arrivals, strict=True)]


def test_pictures_queued_while_the_stream_was_opened_are_not_used() -> None:
    stamps = [PERIOD * i for i in range(40)]
    arrivals = [101.2 + 0.001 * i if i < 30 else 100.0 + PERIOD * i + 0.002 for i in range(40)]
    seen = times(arrivals, stamps)
    assert seen[:31] == [None] * 31
    used = [t for t in seen[31:] if t is not None]
    assert len(used) == 9
    assert all(abs(b - a - PERIOD) < 0.001 for a, b in pairwise(used))


def test_a_picture_of_the_same_time_is_none() -> None:
    assert times([10.0, 10.04, 10.04, 10.04], [0.0, 0.04, 0.04, 0.04])[2:] == [None, None]


def test_a_stream_that_begins_its_clock_again_is_followed() -> None:
    seen = times([10.0, 10.04, 10.08, 12.0, 12.04], [50.0, 50.04, 50.08, 0.0, 0.04])
    assert seen[2] is not None
    assert seen[4] is not None
    assert abs(seen[4] - 12.04) < 0.01


def test_a_picture_held_up_keeps_the_time_at_which_it_was_taken() -> None:
    seen = times([10.0, 10.04, 10.08, 12.12], [0.0, 0.04, 0.08, 0.12])
    assert seen[3] is not None
    assert abs(seen[3] - 10.12) < 0.01


def test_a_camera_whose_clock_runs_slow_is_followed() -> None:
    slow = 1.0 - DRIFT / 2
    arrivals = [10.0 + PERIOD * i for i in range(30_000)]  # 20 minutes
    last = times(arrivals, [slow * PERIOD * i for i in range(30_000)])[-1]
    assert last is not None
    assert arrivals[-1] - last < 0.01


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
