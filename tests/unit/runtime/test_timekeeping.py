"""What happened to the clocks between two looks."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from edge_agent.runtime.clock import SystemClock, second_of_day
from edge_agent.runtime.timekeeping import Jump, Naps, Timekeeping
from tests.fakes.clocks import HeldClock


def test_time_that_passes_is_nothing_to_say() -> None:
    clock = HeldClock()
    kept = Timekeeping(clock)
    for _ in range(100):
        clock.go_on(0.5)
        clock.jump(0.04)  # slewed at chrony's fastest
        kept.look()
    assert (kept.jump, kept.naps) == (None, None)


@pytest.mark.parametrize("by_s", [3600.0, -3600.0, 86_400.0 * 365, 1.5])
def test_a_clock_set_anew_is_a_jump_forward_or_back(by_s: float) -> None:
    clock = HeldClock()
    kept = Timekeeping(clock)
    clock.go_on(0.5)
    clock.jump(by_s)
    kept.look()
    assert kept.jump is not None
    assert kept.jump.at == clock.wall
    assert kept.jump.by_s == pytest.approx(by_s)
    clock.go_on(0.5)
    kept.look()
    assert kept.jump.by_s == pytest.approx(by_s), "the last jump stays said"
    assert kept.naps is None


def test_a_suspend_is_no_jump_and_adds_up() -> None:
    clock = HeldClock()
    kept = Timekeeping(clock)
    for seconds in (600.0, 30.0):
        clock.go_on(0.5)
        clock.sleep(seconds)
        kept.look()
    assert kept.jump is None
    assert kept.naps == Naps(630.0, clock.wall)


def test_asleep_and_set_at_once_are_told_apart() -> None:
    clock = HeldClock()
    kept = Timekeeping(clock)
    clock.sleep(600.0)
    clock.jump(-20.0)
    kept.look()
    assert kept.naps == Naps(600.0, clock.wall)
    assert kept.jump == Jump(clock.wall, -20.0)


def test_this_machine_has_the_clocks_that_are_asked() -> None:
    clock = SystemClock()
    before = clock.boottime() - clock.monotonic()
    assert before > -0.1, "time spent asleep only adds"
    kept = Timekeeping(clock)
    kept.look()
    assert (kept.jump, kept.naps) == (None, None)


def test_the_second_of_the_day_is_the_places_and_unknown_while_the_clock_is_not_set() -> None:
    clock = HeldClock()
    clock.wall = datetime(2026, 7, 1, 21, 30, 15, tzinfo=UTC)
    rome = ZoneInfo("Europe/Rome")
    assert second_of_day(clock, rome, clock.boottime()) == 23 * 3600 + 30 * 60 + 15
    assert second_of_day(clock, rome, clock.boottime() - 3600.0) == 22 * 3600 + 30 * 60 + 15
    clock.set = False
    assert second_of_day(clock, rome, clock.boottime()) is None
