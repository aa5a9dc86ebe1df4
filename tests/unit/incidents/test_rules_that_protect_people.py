"""The rules that protect people, as far as incidents keep them; by the numbers of the design.

The others of the device: rule 6 in `test_activity_invariants`, 7 in `test_minutes_sums` and `test_minutes`, 8 in
`test_pause_ends`. Rule 1 is kept by `state`, which names every open incident for as long as it is open.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.incidents import IncidentLimits
from edge_agent.incidents.courses import courses
from edge_agent.types import Camera, Care, Incident, Kind, Phase, Severity, Zone, ZoneKind
from tests.fakes.falls import ROOM, Act, Actor, play

FELL_AT = 5.0
FEET = Act("feet", FELL_AT)
WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def falls(*after: Act) -> Actor:
    return Actor((FEET, *(after or (Act("floor", 1e9, over=0.8),))))


def phases(said: list[Incident]) -> list[Phase]:
    return [each.phase for each in said if each.kind is Kind.FALL]


def first(said: list[Incident], phase: Phase) -> Incident:
    return next(each for each in said if each.kind is Kind.FALL and each.phase is phase)


def helper(begins: float, ends: float, *, x: float = 420.0, how: str = "feet") -> Actor:
    return Actor((Act(how, ends, track=7, x=x),), start=begins, confirmed_after=0.0)


@settings(deadline=None, max_examples=20)
@given(st.floats(20.0, 400.0))
def test_rule_1_an_incident_is_open_until_it_is_over(down_s: float) -> None:
    state, _ = play(falls(), until=FELL_AT + down_s, fps=2.0)
    assert [each.kind for each in state.open] == [Kind.FALL]
    assert state.open[0].onset == pytest.approx(FELL_AT, abs=1.0)


@cache
def of_nobody_else() -> list[Incident]:
    """What is said of the same fall with nobody else there."""
    return play(falls(), until=300.0, fps=4.0)[1]


@settings(deadline=None, max_examples=15)
@given(st.floats(FELL_AT + 1.0, 60.0), st.floats(1.0, 200.0))
def test_rule_2_another_person_delays_by_a_minute_at_most_and_is_raised_again_when_they_leave(
    comes: float, stays: float
) -> None:
    _, said = play(falls(), helper(comes, comes + stays), until=300.0, fps=4.0)
    for phase in (Phase.CONFIRMED, Phase.ESCALATED):
        late = first(said, phase).t - first(of_nobody_else(), phase).t
        assert -0.01 <= late <= 60.5
    assert first(said, Phase.ESCALATED).severity is Severity.ALARM


def test_rule_2_somebody_who_was_there_before_or_sits_or_stands_elsewhere_softens_nothing() -> None:
    for other in (helper(0.0, 1e9), helper(8.0, 1e9, how="seat"), helper(8.0, 1e9, x=620.0)):
        _, said = play(falls(), other, until=40.0)
        assert first(said, Phase.CONFIRMED).t - first(said, Phase.SUSPECTED).t <= 12.5
        assert not any(each.another_person for each in said)


def test_rule_2_nobody_softens_in_a_shared_room() -> None:
    _, said = play(falls(), helper(8.0, 1e9), until=60.0, camera=replace(ROOM, shared_room=True))
    assert not any(each.another_person for each in said)


@pytest.mark.parametrize("up", ["feet", "seat"])
def test_rule_3_up_again_clears_and_asks_for_a_check(up: str) -> None:
    _, said = play(falls(Act("floor", 40.0), Act(up, 90.0, over=2.0)), until=60.0)
    cleared = first(said, Phase.CLEARED)
    assert cleared.check_required
    assert cleared.severity is not Severity.ALARM


@settings(deadline=None, max_examples=15)
@given(st.floats(1.0, 100.0), st.floats(30.0, 900.0))
def test_rule_3_lost_from_sight_or_blind_the_alarm_stays(after_s: float, for_s: float) -> None:
    confirmed_at = FELL_AT + 20.0
    lost = confirmed_at + after_s
    unseen = falls(Act("floor", lost), Act("floor", 1e9, seen=False))
    state, said = play(unseen, until=lost + for_s, fps=2.0)
    assert Phase.CLEARED not in phases(said)
    assert [each.kind for each in state.open] == [Kind.FALL]
    state, said = play(falls(), until=lost + for_s, fps=2.0, blind=(lost, 1e9))
    assert Phase.CLEARED not in phases(said)
    assert Kind.FALL in {each.kind for each in state.open}


def test_rule_4_a_bed_excuses_only_who_was_seen_to_lie_down_there() -> None:
    bedroom = Camera("room", "room-1", zones=(Zone("bed-a", ZoneKind.BED, WHOLE),))
    lies_down = falls(Act("seat", 8.0, over=1.0, zone="bed-a"), Act("bed", 1e9, over=2.0, zone="bed-a"))
    assert phases(play(lies_down, until=60.0, camera=bedroom)[1]) == []
    beside_it = falls(Act("floor", 1e9, zone="bed-a"))
    assert phases(play(beside_it, until=60.0, camera=bedroom)[1])[:2] == [Phase.SUSPECTED, Phase.CONFIRMED]


@settings(deadline=None, max_examples=15)
@given(st.sampled_from([2.0, 4.0, 7.0, 10.0, 15.0]), st.floats(0.3, 1.5))
def test_rule_5_suspected_within_5_s_confirmed_10_to_20_s_after_escalated_from_2_min(fps: float, over: float) -> None:
    _, said = play(falls(Act("floor", 1e9, over=over)), until=140.0, fps=fps)
    suspected, confirmed, escalated = (first(said, p) for p in (Phase.SUSPECTED, Phase.CONFIRMED, Phase.ESCALATED))
    assert suspected.t - FELL_AT <= 5.0
    assert 10.0 <= confirmed.t - suspected.t <= 20.0
    assert escalated.t - suspected.onset == pytest.approx(120.0, abs=1.5)


def test_rule_5_the_long_lie_of_an_hour_and_a_word_every_five_minutes_before_it() -> None:
    _, said = play(falls(), until=3700.0, fps=1.0)
    times = [each.t - each.onset for each in said if each.phase is Phase.ESCALATED]
    assert any(t == pytest.approx(3600.0, abs=2.0) for t in times)
    assert max(later - sooner for sooner, later in pairwise(times)) <= 302.0


def test_rule_10_only_a_fall_is_an_alarm() -> None:
    assert all(Severity.ALARM not in course.severities for course in courses(IncidentLimits()))
    assert first(play(falls(), until=40.0)[1], Phase.CONFIRMED).severity is Severity.ALARM
    assert not Care().bed_exit, "a bed exit is said where somebody asked for it"
