"""What is remembered of a seat, and when a body that lay has got up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edge_agent.incidents import IncidentLimits, stance
from edge_agent.incidents.evidence import judge
from edge_agent.incidents.fall import Fall, observe
from edge_agent.incidents.past import OFF_BED_S, UNSEEN_OFF_BED_S, Past, begin, recall
from edge_agent.incidents.sight import Sight
from edge_agent.types import Layout, Metric, Person, Phase, Pose, Zone, ZoneKind
from tests.fakes.falls import TORSO, Act, Actor, play

LIMITS = IncidentLimits()
FPS = 5.0


def sitter(t: float, *, lower: float = 0.0, thigh: float = 90.0) -> Person:
    """Somebody on a seat, the hip seen `lower` torso lengths too low."""
    person = Actor((Act("seat", 1e9),)).at(t)
    assert person is not None
    x, y = person.track.hip
    body = replace(person.kinematics, thigh_inclination_deg=Metric(thigh))
    return replace(person, track=replace(person.track, hip=(x, y + lower * TORSO)), kinematics=body)


def lying(t: float, *, lower: float = 0.0) -> Person:
    """Somebody who lies where the sitter sat."""
    person = Actor((Act("bed", 1e9),)).at(t)
    assert person is not None
    x, y = person.track.hip
    return replace(person, track=replace(person.track, hip=(x, y + lower * TORSO)))


def remembered(*people: Person) -> Past:
    past = begin(people[0])
    for person in people[1:]:
        past = recall(LIMITS, past, person, ())
    return past


def times(start: float, end: float) -> list[float]:
    return np.arange(start, end, 1 / FPS).tolist()


def test_knees_well_above_the_hips_are_on_no_seat_but_on_the_floor() -> None:
    assert stance.on_seat(LIMITS, sitter(2.0))
    on_floor = sitter(2.0, thigh=140.0)
    assert not stance.on_seat(LIMITS, on_floor)
    assert stance.down(LIMITS, on_floor)


def test_a_hip_seen_too_low_for_a_moment_has_not_slid_off_its_seat() -> None:
    seated = [sitter(t) for t in times(0.0, 4.0)]
    past = remembered(*seated, lying(4.0, lower=0.8), *[lying(t) for t in times(4.2, 8.0)])
    assert past.slid is not None
    assert past.slid < LIMITS.hip_stayed


def test_one_look_alone_is_no_way_down() -> None:
    seated = [sitter(t) for t in times(0.0, 4.0)]
    low = replace(seated[-1].kinematics, hip_drop=Metric(1.2), head_drop=Metric(1.2), fall_speed=Metric(4.0))
    looks = [replace(sitter(t), kinematics=low) for t in times(4.0, 4.5)]
    once = remembered(*seated, looks[0], sitter(4.2))
    twice = remembered(*seated, *looks[:2])
    assert once.descent.hip is None or once.descent.hip < LIMITS.hip_stayed
    assert once.descent.speed is None
    assert twice.descent.hip == 1.2


def test_a_seat_does_not_follow_who_slid_off_it() -> None:
    seated = [sitter(t) for t in times(0.0, 8.0)]
    past = remembered(*seated, *[sitter(t, lower=0.8) for t in times(8.0, 13.0)])
    assert past.slid is not None
    assert past.slid > LIMITS.below_seat


@pytest.mark.parametrize(("head", "convinces"), [(0.6, True), (2.2, False)])
def test_a_trunk_that_looks_level_lies_only_with_a_low_head(head: float, *, convinces: bool) -> None:
    looks = [sitter(t) for t in times(0.0, 4.0)]
    body = replace(looks[-1].kinematics, trunk_inclination_deg=Metric(85.0), head_height=Metric(head))
    verdict = judge(LIMITS, remembered(*looks), replace(looks[-1], kinematics=body))
    assert ("trunk_inclination" in {each.feature for each in verdict.reasons}) is convinces


def test_a_hip_that_stays_below_its_seat_has_slid() -> None:
    seated = [sitter(t) for t in times(0.0, 4.0)]
    past = remembered(*seated, *[lying(t, lower=0.8) for t in times(4.0, 7.0)])
    assert past.slid is not None
    assert past.slid > LIMITS.below_seat


def test_a_night_of_jitter_lifts_no_seat() -> None:
    chance = np.random.default_rng(1)
    night = [lying(t, lower=float(chance.normal(0.0, 0.15))) for t in times(4.0, 400.0)]
    past = remembered(*[sitter(t) for t in times(0.0, 4.0)], *night)
    assert past.slid is not None
    assert past.slid < LIMITS.hip_stayed
    assert "lying_down_on_seat" in {each.alternative for each in judge(LIMITS, past, night[-1]).against}


def test_legs_misread_for_a_moment_do_not_make_a_sitter_stand() -> None:
    seated = [sitter(t) for t in times(0.0, 4.0)]
    misread = Actor((Act("feet", 1e9),)).at(4.0)
    assert misread is not None
    misread = replace(misread, track=replace(misread.track, hip=seated[-1].track.hip))
    assert remembered(*seated, misread).seat is not None
    standing = [replace(misread, track=replace(misread.track, t=t, seen_at=t)) for t in times(4.0, 6.6)]
    assert remembered(*seated, *standing).seat is None


def posed(t: float, how: str, hip_y: float, shoulders_y: float) -> Person:
    person = Actor((Act(how, 1e9),)).at(t)
    assert person is not None
    keypoints = np.full((17, 3), 0.9, np.float32)
    keypoints[:, :2] = (320.0, hip_y)
    keypoints[5:7, 1] = shoulders_y
    pose = Pose(keypoints, Layout.COCO17, 0.9)
    return replace(person, track=replace(person.track, hip=(320.0, hip_y), pose=pose))


def fallen() -> Fall:
    place = (320.0, 330.0)
    return Fall("fall-1", Phase.CONFIRMED, 0.0, 1.0, place, place, TORSO, Sight(0.0), 0.9, (), ())


def seen(fall: Fall, person: Person) -> Fall:
    return observe(LIMITS, fall, person, judge(LIMITS, begin(person), person), 1 / FPS)


def test_who_lay_with_the_head_towards_the_camera_has_risen_once_the_shoulders_are_up() -> None:
    down = seen(fallen(), posed(5.0, "floor", 330.0, 390.0))
    assert down.was_down
    assert seen(down, posed(6.0, "feet", 330.0, 255.0)).risen


def test_who_lies_along_the_line_of_sight_and_looks_upright_has_not_risen() -> None:
    down = seen(fallen(), posed(5.0, "floor", 330.0, 270.0))
    assert not seen(down, posed(6.0, "feet", 330.0, 255.0)).risen


def test_who_sits_as_low_as_on_the_floor_has_left_the_seat_however_little_it_slid_to_see() -> None:
    def low(t: float) -> Person:
        sitting = sitter(t)
        body = replace(sitting.kinematics, hip_height=Metric(0.3), hip_drop=Metric(0.9))
        x, y = sitting.track.hip
        return replace(sitting, kinematics=body, track=replace(sitting.track, hip=(x, y + 0.3 * TORSO)))

    seated = [sitter(t) for t in times(0.0, 4.0)]
    sliding = [low(t) for t in times(4.0, 7.0)]
    assert not remembered(*seated).off_seat
    assert remembered(*seated, *sliding).off_seat
    assert not remembered(*seated, *sliding, *[sitter(t) for t in times(7.0, 10.0)]).off_seat


BED = Zone("bed", ZoneKind.BED, ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))


def in_bed(person: Person, zone: str | None = "bed") -> Person:
    return replace(person, posture=replace(person.posture, zone=zone))


def rested(*people: Person) -> Past:
    """After sitting down on the bed's edge and lying for a while."""
    seated = [in_bed(sitter(t)) for t in times(0.0, 3.0)]
    past = begin(seated[0])
    for person in [*seated[1:], *[in_bed(lying(t)) for t in times(3.0, 6.0)], *people]:
        past = recall(LIMITS, past, person, (BED,))
    return past


def away(until: float, lower: float, zone: str | None, since: float = 6.0) -> list[Person]:
    """Lying lower than on the bed, or beside it."""
    down = [lying(t, lower=lower) for t in times(since, until)]
    return [in_bed(replace(p, kinematics=replace(p.kinematics, hip_drop=Metric(lower))), zone) for p in down]


def test_who_rests_in_bed_and_is_misplaced_for_a_moment_still_rests_there() -> None:
    assert rested().rested_in == "bed"
    assert rested(*away(6.0 + UNSEEN_OFF_BED_S - 1.0, 0.0, None)).rested_in == "bed"
    assert rested(*away(6.0 + UNSEEN_OFF_BED_S + 0.5, 0.0, None)).rested_in is None


def test_who_is_placed_lower_from_one_look_to_the_next_still_rests_there() -> None:
    assert rested(*away(30.0, 0.8, "bed")).rested_in == "bed"


@pytest.mark.parametrize("zone", ["bed", None])
def test_who_is_seen_going_down_from_the_bed_has_left_it_soon(zone: str | None) -> None:
    rolling = [in_bed(lying(6.0 + 0.2 * n, lower=0.2 * n)) for n in range(1, 5)]
    after = away(6.8 + OFF_BED_S + 0.5, 0.8, zone, since=7.0)
    assert rested(*rolling, *after[:5]).rested_in == "bed"
    assert rested(*rolling, *after).rested_in is None


def test_who_stands_beside_the_bed_has_left_it_at_once() -> None:
    standing = Actor((Act("feet", 1e9),)).at(6.0)
    assert standing is not None
    assert rested(in_bed(standing, None)).rested_in is None


@pytest.mark.parametrize(("down_s", "said"), [(1.0, False), (9.0, True)])
def test_one_look_at_half_a_look_a_second_suspects_nothing(down_s: float, *, said: bool) -> None:
    actor = Actor((Act("feet", 10.0), Act("floor", 10.0 + down_s), Act("feet", 1e9)))
    _, incidents = play(actor, until=24.0, fps=0.5)
    assert bool(incidents) == said
