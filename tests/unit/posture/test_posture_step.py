from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from edge_agent import posture
from edge_agent.posture import PostureLimits
from edge_agent.types import Kinematics, Posture, PostureKind, Track, Zone, ZoneKind
from tests.fakes.bodies import (
    BENDING,
    CROUCHING,
    LYING,
    SITTING,
    STANDING,
    WALKING,
    Measured,
    box_pose,
    kinematics,
    lost_kinematics,
    track,
    without_legs,
)

SIZE = (640, 480)
CHAIR = Zone("armchair", ZoneKind.CHAIR, ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)))


def play(
    bodies: Iterable[tuple[Track, Kinematics]],
    zones: tuple[Zone, ...] = (),
    limits: PostureLimits | None = None,
) -> list[Posture]:
    state = posture.State()
    postures = []
    for tracked, body in bodies:
        state, (judged,) = posture.step(limits or PostureLimits(), state, (tracked,), (body,), zones, SIZE)
        postures.append(judged)
    return postures


def during(body: Mapping[str, Measured], start: float, end: float, fps: float = 10.0) -> list[tuple[Track, Kinematics]]:
    times = [start + index / fps for index in range(round((end - start) * fps))]
    return [(track(t=t), kinematics(body, t=t)) for t in times]


def lost_during(start: float, end: float, fps: float = 10.0) -> list[tuple[Track, Kinematics]]:
    times = [start + index / fps for index in range(round((end - start) * fps))]
    return [(track(t=t, seen_at=start - 1 / fps), lost_kinematics(t=t)) for t in times]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (STANDING, PostureKind.STANDING),
        (WALKING, PostureKind.WALKING),
        (SITTING, PostureKind.SITTING),
        (LYING, PostureKind.LYING),
        (BENDING, PostureKind.OTHER),
        (CROUCHING, PostureKind.OTHER),
        ({**SITTING, "trunk_inclination_deg": 80.0, "hip_flexion_deg": 30.0}, PostureKind.SITTING),
        (
            {**LYING, "thigh_inclination_deg": 130.0, "hip_flexion_deg": 80.0, "knee_flexion_deg": 60.0},
            PostureKind.LYING,
        ),
        ({**STANDING, "thigh_shown": 0.95, "overhang": 0.3}, PostureKind.STANDING),
        ({**STANDING, "thigh_shown": 0.6}, PostureKind.SITTING),
        ({**STANDING, "overhang": 1.0}, PostureKind.SITTING),
        ({**SITTING, "speed_mps": 2.5, "cadence_spm": 150.0, "leg_motion": 2.0}, PostureKind.WALKING),
        ({"trunk_inclination_deg": 85.0, "hip_drop": 0.9}, PostureKind.LYING),
        ({"trunk_inclination_deg": 5.0}, PostureKind.UNKNOWN),
        ({}, PostureKind.UNKNOWN),
    ],
    ids=[
        "standing",
        "walking",
        "sitting",
        "lying",
        "bending over",
        "crouching",
        "sitting bent over",
        "lying curled up",
        "standing, seen flat",
        "thighs that point at the camera",
        "reclining with the feet far ahead",
        "running on folded legs",
        "only the detector sees a body that lies",
        "only an upright trunk",
        "nothing",
    ],
)
def test_says_how_a_body_is_held(body: Mapping[str, Measured], kind: PostureKind) -> None:
    (judged,) = play(during(body, 0.0, 0.1))
    assert judged.kind is kind


def test_a_seated_body_that_moves_over_the_floor_still_sits() -> None:
    judged = play(during({**SITTING, "speed_mps": 1.0}, 0.0, 3.0))[-1]
    assert judged.kind is PostureKind.SITTING


def test_thighs_alone_do_not_make_who_was_seen_to_sit_here_stand() -> None:
    thighs_alone = {**without_legs(SITTING), "thigh_inclination_deg": 15.0}
    reclining = {**STANDING, "thigh_shown": 0.6}
    assert play(during(reclining, 0.0, 3.0) + during(thighs_alone, 3.0, 20.0))[-1].kind is PostureKind.SITTING
    assert play(during(thighs_alone, 0.0, 3.0))[-1].kind is PostureKind.STANDING


def test_a_stooped_gait_on_bent_knees_is_a_walk() -> None:
    stooped = {**WALKING, "trunk_inclination_deg": 35.0, "thigh_inclination_deg": 20.0, "knee_flexion_deg": 140.0}
    assert play(during({**stooped, "hip_flexion_deg": 125.0}, 0.0, 2.0))[-1].kind is PostureKind.WALKING


def test_a_walk_is_seen_by_its_speed_where_steps_are_not() -> None:
    judged = play(during({**WALKING, "cadence_spm": None}, 0.0, 2.0))[-1]
    assert judged.kind is PostureKind.WALKING


def test_who_is_moved_with_still_legs_does_not_walk() -> None:
    judged = play(during({**STANDING, "cadence_spm": 0.0, "speed_mps": 0.8, "leg_motion": 0.05}, 0.0, 2.0))[-1]
    assert judged.kind is PostureKind.STANDING


def test_names_the_features_that_decided() -> None:
    (judged,) = play(during(LYING, 0.0, 0.1))
    said = {(reason.feature, reason.relation.value, reason.limit) for reason in judged.reasons}
    assert said == {("trunk_inclination", ">=", 60.0), ("hip_height", "<", 0.5)}
    assert judged.confidence > 0.9


def test_features_that_speak_against_the_verdict_are_not_its_reasons() -> None:
    foreshortened = {**SITTING, "thigh_inclination_deg": 20.0}
    (judged,) = play(during(foreshortened, 0.0, 0.1))
    assert judged.kind is PostureKind.SITTING
    assert "thigh_inclination" not in {reason.feature for reason in judged.reasons}


@pytest.mark.parametrize("fps", [4.0, 12.0, 30.0])
def test_a_change_shows_after_a_moment_whatever_the_frame_rate(fps: float) -> None:
    judged = play(during(SITTING, 0.0, 3.0, fps) + during(STANDING, 3.0, 6.0, fps))
    changed = next(each.since for each in judged if each.kind is PostureKind.STANDING)
    assert 3.2 <= changed <= 3.7


def test_a_flicker_changes_nothing() -> None:
    judged = play(during(SITTING, 0.0, 3.0) + during(LYING, 3.0, 3.2) + during(SITTING, 3.2, 6.0))
    assert {each.kind for each in judged} == {PostureKind.SITTING}
    assert judged[-1].since == 0.0


def test_a_lost_body_keeps_its_posture_for_a_while_with_fading_confidence() -> None:
    judged = play(during(SITTING, 0.0, 2.0) + lost_during(2.0, 8.0))
    assert judged[35].kind is PostureKind.SITTING
    assert judged[35].confidence < judged[19].confidence
    assert "not_judged_for" in {reason.feature for reason in judged[35].reasons}
    assert judged[-1].kind is PostureKind.UNKNOWN
    assert judged[-1].confidence == 0.0


def test_a_body_found_again_is_judged_at_once() -> None:
    judged = play(during(SITTING, 0.0, 2.0) + lost_during(2.0, 8.0) + during(LYING, 8.0, 8.2))
    assert judged[-1].kind is PostureKind.LYING
    assert judged[-1].since == 8.0


def test_legs_that_a_table_hides_are_remembered() -> None:
    judged = play(during(SITTING, 0.0, 2.0) + during(without_legs(SITTING), 2.0, 30.0))
    assert judged[-1].kind is PostureKind.SITTING
    assert judged[-1].confidence < judged[15].confidence
    assert "legs_unseen_for" in {reason.feature for reason in judged[-1].reasons}


def test_who_rises_behind_a_table_is_no_longer_known_to_sit() -> None:
    risen = [
        (track(t=t, hip=(320.0, 240.0 - 0.8 * 80.0)), kinematics(without_legs(STANDING), t=t))
        for t in (10.0 + index / 10 for index in range(100))
    ]
    judged = play(during(without_legs(SITTING), 0.0, 10.0) + risen, (CHAIR,))
    assert judged[99].kind is PostureKind.SITTING
    assert judged[-1].kind is PostureKind.UNKNOWN


def test_legs_never_seen_in_a_marked_chair_sit_with_lower_confidence() -> None:
    (judged,) = play(during(without_legs(SITTING), 0.0, 0.1), (CHAIR,))
    assert (judged.kind, judged.zone) == (PostureKind.SITTING, "armchair")
    assert 0.3 < judged.confidence < 0.6


def test_legs_never_seen_sit_once_the_body_has_stayed_long_in_one_place() -> None:
    judged = play(during(without_legs(SITTING), 0.0, 40.0))
    assert judged[250].kind is PostureKind.UNKNOWN
    assert judged[-1].kind is PostureKind.SITTING
    assert judged[-1].confidence < 0.5
    assert "in_place_for" in {reason.feature for reason in judged[-1].reasons}


@pytest.mark.parametrize(("over_edge", "zone"), [(0.2, "bed"), (0.6, None)])
def test_a_body_that_lies_at_the_edge_of_a_bed_is_in_it(over_edge: float, zone: str | None) -> None:
    bed = Zone("bed", ZoneKind.BED, ((0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (0.0, 1.0)))
    left = 320.0 + over_edge * track().torso_px
    (judged,) = play([(track(hip=(left, 300.0), pose=box_pose(left, 280.0, left, 320.0)), kinematics(LYING))], (bed,))
    assert judged.zone == zone


def test_a_lying_body_is_in_the_zone_of_its_trunk() -> None:
    bed = Zone("bed", ZoneKind.BED, ((0.0, 0.5), (0.5, 0.5), (0.5, 1.0), (0.0, 1.0)))
    across = track(hip=(340.0, 300.0), pose=box_pose(40.0, 260.0, 500.0, 320.0))
    (lying,) = play([(across, kinematics(LYING))], (bed,))
    (sitting,) = play([(across, kinematics(SITTING))], (bed,))
    assert lying.zone == "bed"
    assert sitting.zone is None


def test_the_smaller_of_two_zones_is_named() -> None:
    floor = Zone("floor", ZoneKind.FLOOR, ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
    (judged,) = play(during(SITTING, 0.0, 0.1), (floor, CHAIR))
    assert judged.zone == "armchair"


def test_a_hip_on_the_border_of_a_zone_does_not_flicker() -> None:
    inside, outside = (320.0, 240.0), (320.0, 300.0)
    times = [index / 10 for index in range(50)]
    border = [
        (track(t=t, hip=inside if index % 3 else outside), kinematics(SITTING, t=t)) for index, t in enumerate(times)
    ]
    left = [(track(t=5.0 + t, hip=outside), kinematics(SITTING, t=5.0 + t)) for t in times]
    judged = play(border[1:] + left, (CHAIR,))
    assert {each.zone for each in judged[:49]} == {"armchair"}
    assert judged[-1].zone is None


def test_the_trend_warms_up_then_gives_the_median() -> None:
    leaning = {**SITTING, "trunk_lateral_deg": 12.0}
    judged = play(during(leaning, 0.0, 30.0) + during({**leaning, "trunk_lateral_deg": 60.0}, 30.0, 33.0))
    assert judged[100].trend["trunk_lateral_deg"].why_not == "warming_up"
    assert judged[-1].trend["trunk_lateral_deg"].value == pytest.approx(12.0)


def test_the_trend_says_why_there_is_none() -> None:
    (judged,) = play(during(SITTING, 0.0, 0.1))
    assert judged.trend["neck_forward_deg"].why_not == "joint_unseen"


def test_only_valid_seconds_count_for_the_trend() -> None:
    valid = {**SITTING, "trunk_forward_deg": 20.0}
    bodies = [
        each
        for start in range(0, 60, 4)
        for each in during(valid, start, start + 1) + during(SITTING, start + 1, start + 4)
    ]
    judged = play(bodies)
    assert judged[-1].trend["trunk_forward_deg"].why_not == "warming_up"
    assert play(bodies, limits=PostureLimits(trend_min_valid_s=10.0))[-1].trend["trunk_forward_deg"].value == 20.0


def test_the_trend_starts_anew_when_a_sitting_person_stands_up() -> None:
    judged = play(
        during({**SITTING, "trunk_forward_deg": 40.0}, 0.0, 40.0)
        + during({**STANDING, "trunk_forward_deg": 5.0}, 40.0, 70.0)
    )
    assert judged[399].trend["trunk_forward_deg"].value == 40.0
    assert judged[450].trend["trunk_forward_deg"].why_not == "warming_up"
    assert judged[-1].trend["trunk_forward_deg"].value == 5.0


def test_the_trend_forgets_what_is_too_old() -> None:
    judged = play(during({**SITTING, "trunk_forward_deg": 40.0}, 0.0, 40.0) + during(SITTING, 40.0, 400.0, fps=4.0))
    assert judged[-1].trend["trunk_forward_deg"].value is None


def test_tracks_that_ended_are_forgotten_and_order_is_kept() -> None:
    limits = PostureLimits()
    tracks = (track(3), track(1))
    bodies = (kinematics(SITTING, track=1), kinematics(LYING, track=3))
    state, judged = posture.step(limits, posture.State(), tracks, bodies, (), SIZE)
    assert [(each.track, each.kind) for each in judged] == [(3, PostureKind.LYING), (1, PostureKind.SITTING)]
    state, judged = posture.step(limits, state, tracks[1:], bodies[:1], (), SIZE)
    assert set(state.held) == {1}
