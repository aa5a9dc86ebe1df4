from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from edge_agent.types import Incident, Phase, Severity, Zone, ZoneKind
from tests.fakes.falls import ROOM, Act, Actor, play

BED = Zone("bed-a", ZoneKind.BED, ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
BEDROOM = replace(ROOM, zones=(BED,))


def phases(said: list[Incident]) -> list[Phase]:
    return [each.phase for each in said if each.kind == "fall"]


def first(said: list[Incident], phase: Phase) -> Incident:
    return next(each for each in said if each.phase is phase)


def falls_at_5(*after: Act, over: float = 0.8) -> Actor:
    return Actor((Act("feet", 5.0), *(after or (Act("floor", 1e9, over=over),))))


def test_a_fall_is_suspected_confirmed_and_escalated_by_the_rules() -> None:
    _, said = play(falls_at_5(), until=200.0)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED, Phase.ESCALATED]
    suspected, confirmed, escalated = said
    assert suspected.onset == pytest.approx(5.0, abs=0.5)
    assert suspected.t - 5.0 <= 5.0
    assert 10.0 <= confirmed.t - suspected.t <= 20.0
    assert escalated.t - suspected.onset == pytest.approx(120.0, abs=1.0)
    assert [each.severity for each in said] == [Severity.WARNING, Severity.ALARM, Severity.ALARM]
    assert {each.id for each in said} == {"fall-room-1"}


def test_the_long_lie_is_said_at_one_hour_and_reminders_before_it() -> None:
    _, said = play(falls_at_5(), until=3700.0, fps=1.0)
    escalations = [each.t - each.onset for each in said if each.phase is Phase.ESCALATED]
    assert escalations[:2] == pytest.approx([120.0, 420.0], abs=3.0)
    assert any(each == pytest.approx(3600.0, abs=2.0) for each in escalations)
    assert max(b - a for a, b in pairwise(escalations)) <= 302.0


def test_every_phase_says_why_and_what_it_ruled_out() -> None:
    _, said = play(falls_at_5(), until=30.0)
    suspected, confirmed = said
    assert {"trunk_inclination", "hip_height"} <= {each.feature for each in suspected.reasons}
    assert {"hip_drop", "head_drop"} <= {each.feature for each in confirmed.reasons}
    assert {each.alternative for each in suspected.rejected} >= {"bending", "sitting_down", "lying_in_bed"}
    assert confirmed.reasons[0].feature == "on_floor_for"
    assert confirmed.confidence > 0.9
    assert confirmed.quality.coverage == 1.0


@pytest.mark.parametrize("up", ["feet", "seat"])
def test_up_again_clears_and_asks_for_a_check(up: str) -> None:
    _, said = play(falls_at_5(Act("floor", 40.0), Act(up, 60.0, over=2.0)), until=55.0)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED, Phase.CLEARED]
    assert said[-1].check_required
    assert 42.0 <= said[-1].t <= 47.0


def test_sitting_up_on_the_floor_is_not_up_again() -> None:
    state, said = play(falls_at_5(Act("floor", 40.0), Act("floor_sitting", 90.0)), until=80.0)
    assert Phase.CLEARED not in phases(said)
    assert state.open


def test_lost_from_sight_the_alarm_stays_and_is_timed() -> None:
    state, said = play(falls_at_5(Act("floor", 30.0), Act("floor", 400.0, seen=False)), until=300.0)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED, Phase.UPDATED, Phase.ESCALATED]
    assert said[2].reasons[0].feature == "unseen_for"
    assert said[2].seen_at == pytest.approx(30.0, abs=0.3)
    assert state.open[0].phase is Phase.ESCALATED


def test_seen_again_is_news() -> None:
    _, said = play(falls_at_5(Act("floor", 30.0), Act("floor", 70.0, seen=False), Act("floor", 99.0)), until=90.0)
    updates = [each for each in said if each.phase is Phase.UPDATED]
    assert [each.reasons[0].feature for each in updates] == ["unseen_for", "seen_again_for"]
    assert updates[1].seen_at is None


def test_blind_the_alarm_stays() -> None:
    state, said = play(falls_at_5(), until=130.0, blind=(20.0, 130.0))
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED, Phase.UPDATED, Phase.ESCALATED]
    assert state.open


def test_gone_from_the_tracker_the_alarm_stays() -> None:
    state, said = play(falls_at_5(Act("floor", 30.0)), until=200.0)
    assert phases(said)[-1] is Phase.ESCALATED
    assert len(state.open) == 1


def test_a_new_number_on_the_same_body_is_the_same_fall() -> None:
    actor = falls_at_5(
        Act("floor", 12.0), Act("floor", 16.0, seen=False), Act("floor", 40.0, track=2), Act("feet", 60.0, track=2)
    )
    state, said = play(actor, until=55.0)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED, Phase.CLEARED]
    assert {each.id for each in said} == {"fall-room-1"}
    assert not state.open


def test_a_second_fall_has_its_own_name() -> None:
    actor = falls_at_5(Act("floor", 20.0), Act("feet", 40.0, over=2.0), Act("floor", 60.0))
    _, said = play(actor, until=55.0)
    assert [each.id for each in said if each.phase is Phase.SUSPECTED] == ["fall-room-1", "fall-room-2"]


def test_a_slow_slide_from_a_chair_without_impact() -> None:
    _, said = play(Actor((Act("seat", 20.0), Act("floor_sitting", 1e9, over=4.0))), until=45.0)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED]
    assert said[0].onset == pytest.approx(20.0, abs=2.0)
    assert said[0].t - said[0].onset <= 5.0


def test_a_fall_out_of_view_with_only_the_lying_seen() -> None:
    _, said = play(Actor((Act("floor", 1e9),), start=3.0), until=30.0)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED]
    assert said[0].t - 3.0 <= 5.0
    assert said[0].onset == pytest.approx(3.0, abs=0.3)


def test_vanished_on_the_way_down_is_suspected() -> None:
    state, said = play(falls_at_5(Act("floor", 5.8), Act("floor", 60.0, seen=False)), until=30.0)
    assert phases(said)[:2] == [Phase.SUSPECTED, Phase.UPDATED]
    assert Phase.CONFIRMED in phases(said)
    assert state.open[0].seen_at is not None


def test_vanished_and_up_again_was_none() -> None:
    actor = falls_at_5(Act("crouch", 5.8), Act("floor", 9.0, seen=False), Act("feet", 60.0))
    _, said = play(actor, until=30.0)
    assert phases(said) in ([], [Phase.SUSPECTED, Phase.CLEARED])


def test_who_was_lost_falling_and_stands_there_under_the_number_before_was_misread() -> None:
    misread = falls_at_5(Act("floor", 5.45, over=0.5), Act("floor", 60.0, seen=False))
    again = Actor((Act("feet", 4.8, track=2), Act("feet", 5.45, track=2, seen=False), Act("feet", 60.0, track=2)))
    there_all_along = Actor((Act("feet", 60.0, track=2),))
    assert play(misread, again, until=30.0, fps=10.0)[1] == []
    assert Phase.CONFIRMED in phases(play(misread, there_all_along, until=30.0, fps=10.0)[1])


def test_who_is_found_upright_with_low_hips_and_never_came_down_has_not_fallen() -> None:
    assert play(Actor((Act("floor_sitting", 60.0),)), until=60.0)[1] == []
    assert phases(play(Actor((Act("floor", 60.0),)), until=60.0)[1])[0] is Phase.SUSPECTED


def test_the_landmarks_gave_up_but_the_detector_still_sees_a_body() -> None:
    _, said = play(falls_at_5(Act("floor", 1e9, detected_only=True)), until=30.0)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED]


@pytest.mark.parametrize(
    "acts",
    [
        pytest.param((Act("bent", 25.0, over=1.0), Act("feet", 60.0)), id="bending"),
        pytest.param((Act("crouch", 25.0, over=0.8), Act("feet", 60.0)), id="squatting"),
        pytest.param((Act("seat", 40.0, over=0.5),), id="sitting down fast"),
        pytest.param((Act("seat", 12.0), Act("bent_seat", 25.0, over=1.0), Act("seat", 40.0)), id="tying shoes seated"),
        pytest.param((Act("seat", 12.0, over=1.0), Act("bed", 60.0, over=2.0)), id="lying down via sitting"),
        pytest.param((Act("floor", 5.4, over=0.5), Act("feet", 60.0)), id="a stumble caught"),
        pytest.param((Act("feet", 10.0, seen=False, edge=True),), id="walked out"),
        pytest.param((Act("bent", 8.0, over=1.0), Act("bent", 60.0, seen=False)), id="lost while bent over"),
        pytest.param((Act("crouch", 8.0, over=1.5), Act("crouch", 60.0, seen=False)), id="lost on the haunches"),
    ],
)
def test_no_fall(acts: tuple[Act, ...]) -> None:
    state, said = play(falls_at_5(*acts), until=40.0)
    assert phases(said) == []
    assert not state.falls


def test_a_bed_excuses_lying_only_when_lying_down_there_was_seen() -> None:
    slowly = falls_at_5(Act("seat", 8.0, over=1.0, zone="bed-a"), Act("bed", 1e9, over=2.0, zone="bed-a"))
    _, said = play(slowly, until=60.0, camera=BEDROOM)
    assert phases(said) == []
    beside = falls_at_5(Act("floor", 1e9, zone="bed-a"))
    _, said = play(beside, until=60.0, camera=BEDROOM)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED]


def test_rolling_out_of_the_bed_is_a_fall() -> None:
    actor = falls_at_5(
        Act("seat", 8.0, over=1.0, zone="bed-a"),
        Act("bed", 40.0, over=2.0, zone="bed-a"),
        Act("floor", 1e9, over=0.5, zone="bed-a"),
    )
    _, said = play(actor, until=60.0, camera=BEDROOM)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED]
    assert said[0].onset == pytest.approx(40.0, abs=1.0)


HELPER = Actor((Act("feet", 1e9, track=7, x=420.0),), start=8.0)


def test_another_person_delays_by_a_minute_at_most() -> None:
    # The confirmation comes 12 s after the suspicion: somebody there for 10 s by then delays it.
    _, said = play(falls_at_5(), replace(HELPER, start=6.6, confirmed_after=0.0), until=150.0)
    confirmed, suspected = first(said, Phase.CONFIRMED), first(said, Phase.SUSPECTED)
    assert confirmed.another_person
    assert 12.0 < confirmed.t - suspected.t <= 72.5


def test_it_is_raised_again_when_they_leave() -> None:
    helper = Actor((Act("feet", 30.0, track=7, x=420.0),), start=6.8, confirmed_after=0.0)
    _, said = play(falls_at_5(), helper, until=60.0)
    confirmed = first(said, Phase.CONFIRMED)
    assert 30.0 <= confirmed.t <= 34.5
    assert not confirmed.another_person


@pytest.mark.parametrize(
    "helper",
    [
        pytest.param(replace(HELPER, start=0.0), id="was there before"),
        pytest.param(replace(HELPER, acts=(Act("seat", 1e9, track=7, x=420.0),)), id="sits"),
        pytest.param(replace(HELPER, acts=(Act("feet", 1e9, track=7, x=620.0),)), id="stands elsewhere"),
        pytest.param(replace(HELPER, confirmed_after=1e9), id="not confirmed"),
    ],
)
def test_only_who_is_upright_and_came_after_and_is_beside_counts(helper: Actor) -> None:
    _, said = play(falls_at_5(), helper, until=40.0)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED]
    assert not said[-1].another_person
    assert said[-1].t - said[0].t <= 12.5


def test_in_a_shared_room_nobody_softens() -> None:
    _, said = play(falls_at_5(), HELPER, until=60.0, camera=replace(ROOM, shared_room=True))
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED]
    assert not any(each.another_person for each in said)


def test_the_helper_standing_up_does_not_clear_it() -> None:
    state, said = play(falls_at_5(), HELPER, until=115.0)
    assert Phase.CLEARED not in phases(said)
    assert [each.phase for each in state.open] == [Phase.UPDATED] or state.open[0].another_person


@pytest.mark.parametrize("fps", [3.0, 6.0, 12.0, 30.0])
def test_the_frame_rate_does_not_matter(fps: float) -> None:
    _, said = play(falls_at_5(Act("floor", 40.0), Act("feet", 60.0, over=2.0)), until=55.0, fps=fps)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED, Phase.CLEARED]
    assert [each.t for each in said] == pytest.approx([6.3, 18.3, 44.0], abs=1.2)


def test_somebody_asleep_in_a_marked_bed_when_the_camera_starts_has_not_fallen() -> None:
    asleep = Actor((Act("bed", 1e9, zone="bed-a"),))
    _, said = play(asleep, until=60.0, camera=BEDROOM)
    assert phases(said) == []
    # Nobody said that there is a bed, and nobody saw them lie down: it is timed like a floor.
    _, said = play(asleep, until=60.0)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED]


def test_a_suspicion_that_turns_out_otherwise_says_so_and_asks_for_no_check() -> None:
    actor = falls_at_5(Act("crouch", 5.5, over=0.4), Act("crouch", 9.5, seen=False), Act("feet", 60.0))
    _, said = play(actor, until=30.0, fps=8.0)
    assert phases(said) == [Phase.SUSPECTED, Phase.CLEARED]
    assert said[0].rejected[0].alternative == "left_the_view"
    assert [each.alternative for each in said[1].rejected] == ["fall"]
    assert not said[1].check_required


def test_who_walks_out_upright_while_suspected_was_no_fall() -> None:
    actor = falls_at_5(
        Act("floor", 6.6, over=0.6), Act("feet", 7.6, over=0.5), Act("feet", 30.0, seen=False, edge=True)
    )
    state, said = play(actor, until=25.0, fps=8.0)
    assert phases(said) == [Phase.SUSPECTED, Phase.CLEARED]
    assert said[-1].reasons[0].feature == "left_by_edge"
    assert not state.open


def test_two_bodies_falling_apart_are_two_falls() -> None:
    one, other = falls_at_5(), Actor((Act("feet", 7.0, track=2, x=60.0), Act("floor", 1e9, track=2, x=60.0)))
    state, said = play(one, other, until=40.0)
    assert {each.id for each in said} == {"fall-room-1", "fall-room-2"}
    assert [each.phase for each in state.open] == [Phase.CONFIRMED, Phase.CONFIRMED]


def test_two_tracks_on_one_body_are_one_fall() -> None:
    ghost = Actor((Act("feet", 5.0, track=2, x=330.0), Act("floor", 1e9, track=2, x=330.0, over=0.8)))
    _, said = play(falls_at_5(), ghost, until=40.0)
    assert phases(said) == [Phase.SUSPECTED, Phase.CONFIRMED]


def test_an_unconfirmed_track_raises_nothing() -> None:
    _, said = play(replace(falls_at_5(), confirmed_after=1e9), until=30.0)
    assert said == []
