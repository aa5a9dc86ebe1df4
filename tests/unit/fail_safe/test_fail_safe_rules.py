"""When the fail-safe calls, and when it stops."""

from __future__ import annotations

from edge_agent.fail_safe.rules import FailSafeLimits, State, UnheardFall, step

LIMITS = FailSafeLimits(after_s=60.0, hold_s=120.0, least_s=2.0)

CONFIRMED = UnheardFall("fall-1", "confirmed", 100.0)
ESCALATED = UnheardFall("fall-1", "escalated", 250.0)
OTHER = UnheardFall("fall-2", "confirmed", 150.0)


def calling(*looks: tuple[float, tuple[UnheardFall, ...]]) -> list[tuple[str, ...] | None]:
    """At each look, the falls that are called out; None where nothing calls."""
    state, found = State(), list[tuple[str, ...] | None]()
    for now, unheard in looks:
        state = step(LIMITS, state, now, unheard)
        found.append(None if state.began is None else tuple(fall.incident_id for fall in state.calling))
    return found


def test_a_fall_that_is_acknowledged_in_time_never_calls() -> None:
    assert calling((100.0, (CONFIRMED,)), (159.9, (CONFIRMED,)), (160.0, ())) == [None, None, None]


def test_one_that_is_not_calls_until_it_is() -> None:
    assert calling((160.0, (CONFIRMED,)), (170.0, (CONFIRMED,)), (170.5, ())) == [("fall-1",), ("fall-1",), None]


def test_it_calls_no_longer_than_it_may_and_not_again_for_the_same_news() -> None:
    looks = [(160.0, (CONFIRMED,)), (279.9, (CONFIRMED,)), (280.0, (CONFIRMED,)), (9999.0, (CONFIRMED,))]
    assert calling(*looks) == [("fall-1",), ("fall-1",), None, None]


def test_news_of_a_fall_that_still_waits_call_again_at_once() -> None:
    both = (CONFIRMED, ESCALATED)
    later = (CONFIRMED, UnheardFall("fall-1", "escalated again", 500.0))
    looks = [(160.0, (CONFIRMED,)), (280.0, both), (400.0, both), (500.0, later), (620.0, later)]
    assert calling(*looks) == [("fall-1",), ("fall-1",), None, ("fall-1",), None]


def test_news_of_a_fall_that_was_acknowledged_wait_anew() -> None:
    looks = [(160.0, (CONFIRMED,)), (170.0, ()), (250.0, (ESCALATED,)), (309.9, (ESCALATED,)), (310.0, (ESCALATED,))]
    assert calling(*looks) == [("fall-1",), None, None, None, ("fall-1",)]


def test_a_call_is_never_too_short_to_be_noticed() -> None:
    assert calling((160.0, (CONFIRMED,)), (160.5, ()), (161.9, ()), (162.0, ())) == [("fall-1",), (), (), None]


def test_two_falls_call_until_both_are_acknowledged() -> None:
    both = (OTHER, CONFIRMED)
    looks = [(160.0, both), (210.0, both), (220.0, (OTHER,)), (230.0, ())]
    assert calling(*looks) == [("fall-1",), ("fall-1", "fall-2"), ("fall-2",), None]


def test_the_wait_is_told_from_the_first_news() -> None:
    state = step(LIMITS, State(), 300.0, (ESCALATED, CONFIRMED))
    assert state.calling == (UnheardFall("fall-1", "escalated", 100.0),)


def test_a_fall_of_an_earlier_run_has_waited_already() -> None:
    assert calling((0.0, (UnheardFall("old", "confirmed", -500.0),))) == [("old",)]
