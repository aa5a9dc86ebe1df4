"""Whatever is asked, however often, over restarts too: a pause ends, and the camera watches for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.pause.record import RESTART_S, Moment, elapsed_s
from edge_agent.pause.rules import By, Cause, Held, Pause, PauseLimits, active, offered, paused, restored, resumed

LIMITS = PauseLimits(longest_s=600.0, watch_s=60.0)
SOURCES: tuple[By, ...] = ("request", "file", "schedule", "button")

Step: TypeAlias = tuple[float, str, By, float, int]
"""Seconds to wait before it, what, by whom, for how long, which cause."""
LONG: Step = (5000.0, "wait", "request", 0.0, 0)
STEPS: st.SearchStrategy[Step] = st.tuples(
    st.floats(0.0, 200.0),
    st.sampled_from(["pause", "cause", "resume", "resume one", "restart", "wait"]),
    st.sampled_from(SOURCES),
    st.one_of(st.floats(0.0, 2000.0), st.just(1e12)),
    st.integers(0, 5),
)


def applied(held: Held, now: float, step: Step) -> Held:
    _, what, by, wanted_s, key = step
    match what:
        case "pause":
            return paused(LIMITS, held, now, Pause(now + wanted_s, by))
        case "cause":
            return offered(LIMITS, held, now, Cause(str(key), Pause(now + wanted_s, by)))
        case "resume":
            return resumed(held, now)
        case "resume one":
            return resumed(held, now, by)
        case "restart":
            return restored(LIMITS, held, now)
    return held


def stretches(steps: list[Step]) -> list[tuple[float, float]]:
    """When the camera was paused, from step to step."""
    held, now, found = Held(), 0.0, []
    for step in [*steps, LONG]:
        wait_s = step[0]
        pause = active(held, now)
        if pause is not None and wait_s > 0:
            found.append((now, min(pause.until, now + wait_s)))
        now += wait_s
        held = applied(held, now, step)
    return found


@given(st.lists(STEPS, max_size=60))
def test_rule_8_no_run_of_pauses_is_longer_than_the_longest(steps: list[Step]) -> None:
    found = stretches(steps)
    began = found[0][0] if found else 0.0
    for (_, until), (begins, _) in pairwise(found):
        if begins - until >= LIMITS.watch_s:
            began = begins
        assert until - began <= LIMITS.longest_s + 1e-6
    if found:
        assert found[-1][1] - began <= LIMITS.longest_s + 1e-6


@given(st.lists(STEPS, max_size=30), st.sampled_from(SOURCES), st.floats(1.0, 1e9))
def test_rule_8_a_pause_that_is_shown_counts_down(steps: list[Step], by: By, wanted_s: float) -> None:
    held, now = Held(), 0.0
    for step in steps:
        now += step[0]
        held = applied(held, now, step)
    held = paused(LIMITS, held, now, Pause(now + wanted_s, by))
    pause = active(held, now)
    if pause is not None:
        assert now < pause.until <= now + LIMITS.longest_s
        assert active(held, pause.until) is None


@given(st.lists(st.floats(0.0, 1000.0), min_size=1, max_size=40), st.lists(st.booleans(), min_size=40, max_size=40))
def test_a_machine_that_restarts_for_ever_with_no_clock_gets_over_a_pause(runs: list[float], jumps: list[bool]) -> None:
    """Runs of the machine one after the other; it writes the pause down each minute, as `Pauses` does."""
    held = paused(LIMITS, Held(), 0.0, Pause(1e12, "request"))
    now, paused_s = 0.0, 0.0
    for run_s, forward in zip(runs, jumps, strict=False):
        pause = active(held, now)
        paused_s += 0.0 if pause is None else min(pause.until - now, run_s)
        written = now + run_s // RESTART_S * RESTART_S
        then = Moment(written, datetime(2026, 1, 1, tzinfo=UTC), synchronised=True, kernel_boot="one")
        wall = then.utc + timedelta(days=1000 if forward else -1000)
        after = Moment(3.0, wall, synchronised=False, kernel_boot="two")
        shift = after.monotonic - elapsed_s(then, after) - written
        held = restored(LIMITS, moved(held, shift), 3.0)
        now = 3.0
    assert paused_s <= LIMITS.longest_s + 1e-6


def moved(held: Held, by_s: float) -> Held:
    return Held(
        {by: until + by_s for by, until in held.ends.items()},
        None if held.since is None else held.since + by_s,
        None if held.ended is None else held.ended + by_s,
        held.spent,
    )
