from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import exp

import pytest

from edge_agent import activity
from edge_agent.activity import ActivityLimits
from edge_agent.types import Activity, Intensity, Kinematics, Level, Posture, PostureKind
from tests.fakes.bodies import (
    LYING,
    SITTING,
    STANDING,
    WALKING,
    Measured,
    kinematics,
    lost_kinematics,
    posture,
)

JOGGING = {**WALKING, "cadence_spm": 160.0, "speed_mps": 2.0, "leg_motion": 2.0, "arm_motion": 1.0}
LONG_STRIDES = {**JOGGING, "cadence_spm": 120.0}
SHUFFLING = {**WALKING, "cadence_spm": 160.0, "speed_mps": 0.2, "leg_motion": 0.5}
MARCHING = {
    **STANDING, "leg_motion": 0.6, "stepping": 1.4, "stepping_spm": 110.0, "heave": 0.08, "sway": 0.04, "yaw_deg": 60.0,
}  # fmt: skip
MARCHING_SEEN_FROM_AHEAD = {**MARCHING, "stepping": 0.3, "weight_shift": 0.35, "yaw_deg": 5.0}
LEGS_THAT_JITTER_SEEN_FROM_AHEAD = {**MARCHING_SEEN_FROM_AHEAD, "stepping": 0.9, "weight_shift": 0.1}
MARCHING_SEEN_OBLIQUELY = {**MARCHING, "weight_shift": 0.35, "yaw_deg": 45.0}
LEANING_SEEN_OBLIQUELY = {**MARCHING_SEEN_OBLIQUELY, "stepping": 0.3}
QUICK_STEPS_IN_PLACE = {**MARCHING, "stepping_spm": 230.0}
JOGGING_IN_PLACE = {**MARCHING, "stepping_spm": 170.0, "heave": 0.6, "sway": 0.15}
SLOW_RISES_BETWEEN_STEPS = {**JOGGING_IN_PLACE, "sway": 0.3}
SQUATS = {**STANDING, "leg_motion": 0.5, "heave": 1.4, "sway": 0.8, "stepping": 0.9}
GESTURES = {**STANDING, "arm_motion": 1.2, "heave": 0.3, "sway": 0.15, "stepping": 0.7, "yaw_deg": 60.0}
LEGS_THAT_JITTER = {**STANDING, "stepping": 1.5, "yaw_deg": 60.0}
BED_LIFTED = {**LYING, "heave": 1.5, "sway": 0.3, "stepping": 0.5}
CHAIR_EXERCISE = {**SITTING, "arm_motion": 2.5, "leg_motion": 0.4}


def play(instants: Iterable[tuple[Kinematics, Posture]], limits: ActivityLimits | None = None) -> list[Activity]:
    state = activity.State()
    activities = []
    for body, held in instants:
        state, (judged,) = activity.step(limits or ActivityLimits(), state, (body,), (held,))
        activities.append(judged)
    return activities


def during(
    body: Mapping[str, Measured], kind: PostureKind, start: float, end: float, fps: float = 10.0
) -> list[tuple[Kinematics, Posture]]:
    times = [start + index / fps for index in range(round((end - start) * fps))]
    return [(kinematics(body, t=t), posture(kind)) for t in times]


def after(body: Mapping[str, Measured], kind: PostureKind, seconds: float = 20.0) -> Activity:
    return play(during(body, kind, 0.0, seconds))[-1]


@pytest.mark.parametrize(
    ("body", "kind", "intensity", "level"),
    [
        (LYING, PostureKind.LYING, Intensity.SEDENTARY, Level.SEDENTARY),
        (SITTING, PostureKind.SITTING, Intensity.SEDENTARY, Level.SEDENTARY),
        (STANDING, PostureKind.STANDING, Intensity.LIGHT, Level.MODERATE),
        (WALKING, PostureKind.WALKING, Intensity.MODERATE, Level.MODERATE),
        (JOGGING, PostureKind.WALKING, Intensity.VIGOROUS, Level.VIGOROUS),
        (LONG_STRIDES, PostureKind.WALKING, Intensity.VIGOROUS, Level.VIGOROUS),
        ({**SITTING, "speed_mps": 1.2}, PostureKind.SITTING, Intensity.SEDENTARY, Level.SEDENTARY),
        (CHAIR_EXERCISE, PostureKind.SITTING, Intensity.LIGHT, Level.MODERATE),
        (SHUFFLING, PostureKind.WALKING, Intensity.MODERATE, Level.MODERATE),
        (MARCHING, PostureKind.STANDING, Intensity.MODERATE, Level.MODERATE),
        (MARCHING_SEEN_FROM_AHEAD, PostureKind.STANDING, Intensity.MODERATE, Level.MODERATE),
        (LEGS_THAT_JITTER_SEEN_FROM_AHEAD, PostureKind.STANDING, Intensity.LIGHT, Level.MODERATE),
        (MARCHING_SEEN_OBLIQUELY, PostureKind.STANDING, Intensity.MODERATE, Level.MODERATE),
        (LEANING_SEEN_OBLIQUELY, PostureKind.STANDING, Intensity.LIGHT, Level.MODERATE),
        (QUICK_STEPS_IN_PLACE, PostureKind.STANDING, Intensity.VIGOROUS, Level.VIGOROUS),
        (SLOW_RISES_BETWEEN_STEPS, PostureKind.STANDING, Intensity.MODERATE, Level.MODERATE),
        (LEGS_THAT_JITTER, PostureKind.STANDING, Intensity.LIGHT, Level.MODERATE),
        (JOGGING_IN_PLACE, PostureKind.STANDING, Intensity.VIGOROUS, Level.VIGOROUS),
        (SQUATS, PostureKind.STANDING, Intensity.MODERATE, Level.MODERATE),
        (GESTURES, PostureKind.STANDING, Intensity.LIGHT, Level.MODERATE),
        (BED_LIFTED, PostureKind.LYING, Intensity.SEDENTARY, Level.SEDENTARY),
    ],
    ids=[
        "lying",
        "sitting",
        "standing quietly",
        "walking",
        "jogging",
        "running with few long strides",
        "pushed in a wheelchair",
        "chair exercise",
        "quick steps that lead nowhere",
        "stepping in place",
        "stepping in place, seen from ahead",
        "legs that jitter, seen from ahead",
        "stepping in place, seen obliquely",
        "leaning in place, seen obliquely",
        "stepping in place too quickly for a walk",
        "slow rises between steps",
        "legs that jitter",
        "jogging in place",
        "squats",
        "gestures",
        "lifted in bed",
    ],
)
def test_says_how_hard_somebody_works(
    body: Mapping[str, Measured], kind: PostureKind, intensity: Intensity, level: Level
) -> None:
    judged = after(body, kind)
    assert (judged.intensity, judged.level) == (intensity, level)


@pytest.mark.parametrize(("cadence", "met"), [(50.0, 3.0), (100.0, 3.9), (115.0, 4.95), (130.0, 6.0), (250.0, 8.5)])
def test_cadence_tells_the_cost_of_walking(cadence: float, met: float) -> None:
    judged = after(
        {**WALKING, "cadence_spm": cadence, "speed_mps": 1.5, "leg_motion": 0.5, "arm_motion": 0.2}, PostureKind.WALKING
    )
    assert judged.met.value == pytest.approx(met, abs=0.051)


@pytest.mark.parametrize(("speed", "met"), [(0.3, 3.0), (1.1, 4.5), (3.0, 6.0)])
def test_speed_tells_it_where_steps_are_not_seen(speed: float, met: float) -> None:
    judged = after({**WALKING, "cadence_spm": 0.0, "leg_motion": 0.5, "speed_mps": speed}, PostureKind.WALKING)
    assert judged.met.value == met


def test_a_slow_walk_is_moderate_soon_after_it_began() -> None:
    slow = {**WALKING, "cadence_spm": 60.0, "leg_motion": 0.4, "arm_motion": 0.1}
    judged = play(during(STANDING, PostureKind.STANDING, 0.0, 20.0) + during(slow, PostureKind.WALKING, 20.0, 32.0))
    assert judged[-1].intensity is Intensity.MODERATE


def test_vigorous_must_last_to_be_the_level() -> None:
    judged = play(during(JOGGING, PostureKind.WALKING, 0.0, 15.0))
    assert (judged[50].intensity, judged[50].level) == (Intensity.VIGOROUS, Level.MODERATE)
    assert judged[-1].level is Level.VIGOROUS


def test_nobody_is_vigorous_sitting() -> None:
    judged = after({**SITTING, "leg_motion": 9.0, "arm_motion": 9.0}, PostureKind.SITTING)
    assert (judged.intensity, judged.level) == (Intensity.VIGOROUS, Level.MODERATE)


def test_unseen_is_not_sedentary() -> None:
    seen = during(SITTING, PostureKind.SITTING, 0.0, 2.0)
    judged = play([*seen, (lost_kinematics(t=2.1), posture(PostureKind.SITTING))])[-1]
    assert (judged.met.why_not, judged.intensity, judged.level, judged.confidence) == ("lost", None, None, 0.0)


def test_an_unknown_posture_has_no_cost() -> None:
    judged = after(SITTING, PostureKind.UNKNOWN)
    assert (judged.met.why_not, judged.level) == ("posture_unknown", None)


def test_limbs_that_are_not_seen_lower_the_confidence() -> None:
    whole, hidden = after(SITTING, PostureKind.SITTING), after({**SITTING, "leg_motion": None}, PostureKind.SITTING)
    assert hidden.level is Level.SEDENTARY
    assert hidden.confidence < whole.confidence


def test_a_short_gesture_does_not_end_sitting() -> None:
    gesture = {**SITTING, "arm_motion": 1.5}
    judged = play(
        during(SITTING, PostureKind.SITTING, 0.0, 20.0)
        + during(gesture, PostureKind.SITTING, 20.0, 21.0)
        + during(SITTING, PostureKind.SITTING, 21.0, 30.0)
    )
    assert {each.level for each in judged} == {Level.SEDENTARY}


@pytest.mark.parametrize("fps", [2.0, 8.0, 30.0])
def test_smoothing_does_not_depend_on_the_frame_rate(fps: float) -> None:
    judged = play(
        during(SITTING, PostureKind.SITTING, 0.0, 20.0, fps) + during(WALKING, PostureKind.WALKING, 20.0, 22.0, fps),
        ActivityLimits(smoothing_s=1.0),
    )
    walking = 3.0 + 0.9 * 35 / 40
    assert judged[-1].met.value == pytest.approx(walking - (walking - 1.3) * exp(-2 / 1), abs=0.25)


def test_after_a_long_pause_the_estimate_starts_anew() -> None:
    judged = play(during(WALKING, PostureKind.WALKING, 0.0, 20.0) + during(SITTING, PostureKind.SITTING, 60.0, 60.1))
    assert judged[-1].met.value == 1.3


def test_carries_what_it_rests_on() -> None:
    judged = after(WALKING, PostureKind.WALKING)
    said = {(reason.feature, reason.value, reason.relation.value, reason.limit) for reason in judged.reasons}
    assert said == {
        ("posture", "walking", "=", "walking"),
        ("cadence", 95.0, "<", 100.0),
        ("met", 3.8, ">=", 3.0),
    }
