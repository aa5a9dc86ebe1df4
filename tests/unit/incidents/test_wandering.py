"""Walking to and fro, round and round or without an aim: said where the care plan asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import cos, pi, sin, tau

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.incidents import IncidentLimits, State, step
from edge_agent.incidents.path import Path, Pattern, shape_of
from edge_agent.types import (
    Alertness,
    Camera,
    Care,
    Incident,
    Kind,
    Person,
    Phase,
    PictureQuality,
    Place,
    Point,
    PostureKind,
    Sensitivity,
    Severity,
)
from tests.fakes.bodies import SITTING, STANDING, WALKING, person

LIMITS = IncidentLimits()
ASKED = Care(wandering_s=120.0)
NIGHT, NOON = 3600.0, 43_200.0
FPS = 4.0
Walker = Callable[[float], Point]
Scene = Callable[[float], tuple[Person, ...]]


def paces(t: float, *, span: float = 3.0, speed: float = 0.6) -> Point:
    way = speed * t % (2 * span)
    return (min(way, 2 * span - way), 3.0)


def laps(t: float, *, radius: float = 1.3, speed: float = 0.6) -> Point:
    return (radius * cos(speed * t / radius), 4.0 + radius * sin(speed * t / radius))


def strays(t: float, *, speed: float = 0.6) -> Point:
    """From one to another of places that were drawn by lot."""
    places = np.random.default_rng(5).uniform((-1.8, 2.0), (1.8, 5.5), (200, 2))
    lengths = np.linalg.norm(np.diff(places, axis=0), axis=1).cumsum()
    index = int(lengths.searchsorted(speed * t))
    begun = float(lengths[index - 1]) if index else 0.0
    x, y = places[index] + (places[index + 1] - places[index]) * (speed * t - begun) / (lengths[index] - begun)
    return (float(x), float(y))


def walker(t: float, at: Point, *, number: int = 1, subject: str | None = "resident", by_floor: bool = True) -> Person:
    made = person(number, t=t, body=WALKING, kind=PostureKind.WALKING, subject=subject)
    return replace(made, kinematics=replace(made.kinematics, place=Place(*at, by_floor=by_floor)))


def still(t: float, kind: PostureKind = PostureKind.STANDING) -> Person:
    body = STANDING if kind is PostureKind.STANDING else SITTING
    made = person(1, t=t, body=body, kind=kind, subject="resident")
    return replace(made, kinematics=replace(made.kinematics, place=Place(0.0, 3.0, by_floor=True)))


def play(
    scene: Scene,
    seconds: float,
    *,
    care: Care = ASKED,
    at: float | None = NIGHT,
    alertness: Alertness | None = None,
    fps: float = FPS,
    state: State | None = None,
    start: float = 0.0,
) -> tuple[State, list[Incident]]:
    camera = Camera("cam", "r1", subject="resident", care=care, alertness=alertness or Alertness())
    state, said = state or State(), []
    for index in range(int(seconds * fps)):
        t = start + index / fps
        day_s = None if at is None else at + t
        state, news = step(LIMITS, state, camera, t, PictureQuality(), scene(t), (640, 480), day_s)
        said += [each for each in news if each.kind is Kind.WANDERING]
    return state, said


def alone(way: Walker) -> Scene:
    return lambda t: (walker(t, way(t)),)


@pytest.mark.parametrize(("way", "pattern"), [(paces, "pacing"), (laps, "lapping"), (strays, "random")])
def test_wandering_is_said_with_its_pattern_once_it_has_lasted(way: Walker, pattern: str) -> None:
    state, said = play(alone(way), 180)
    assert [each.phase for each in said] == [Phase.CONFIRMED]
    assert said[0].severity is Severity.NOTICE  # a work list's, it pages nobody (Rules, 10)
    assert 119 <= said[0].t <= 122
    facts = {reason.feature: (reason.value, reason.unit) for reason in said[0].reasons}
    assert facts["walking_pattern"] == (pattern, "")
    assert facts["path_length"][0] == pytest.approx(0.6 * said[0].t, rel=0.3)  # corners are cut
    assert facts["path_length"][1] == "m"
    assert {each.alternative for each in said[0].rejected} == {"going_somewhere", "busy_in_the_room"}
    assert said[0].subject == "resident"
    assert state.open == (said[0],)


def test_without_a_floor_lengths_are_torso_lengths() -> None:
    _, said = play(lambda t: (walker(t, paces(t), by_floor=False),), 140)
    assert {reason.feature: reason.unit for reason in said[0].reasons}["path_length"] == "torso"


@pytest.mark.parametrize(
    ("care", "at", "expected"),
    [
        (Care(), NIGHT, 0),
        (ASKED, NIGHT, 1),
        (ASKED, NOON, 0),
        (ASKED, None, 1),
        (replace(ASKED, wandering_by_day=True), NOON, 1),
    ],
    ids=["nobody asked", "by night", "by day", "no clock", "by day too"],
)
def test_it_is_watched_for_where_and_when_the_care_plan_asks(care: Care, at: float | None, expected: int) -> None:
    assert len(play(alone(paces), 160, care=care, at=at)[1]) == expected


@pytest.mark.parametrize(
    ("readily", "after_s"), [(Sensitivity.HIGH, 60.0), (Sensitivity.LOW, 240.0), (Sensitivity.OFF, None)]
)
def test_how_readily_it_is_said(readily: Sensitivity, after_s: float | None) -> None:
    _, said = play(alone(paces), 270, alertness=Alertness(wandering=readily))
    assert [each.t for each in said] == ([] if after_s is None else [pytest.approx(after_s, abs=2.0)])


def test_it_is_over_once_they_rest_and_does_not_flap() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        if t >= 200 or 150 <= t < 170:  # a pause of 20 s on the way ends nothing
            return (still(t, PostureKind.SITTING),)
        return (walker(t, paces(t)),)

    state, said = play(scene, 300)
    assert [each.phase for each in said] == [Phase.CONFIRMED, Phase.CLEARED]
    assert 259 <= said[1].t <= 264
    assert (said[1].severity, said[1].id) == (Severity.INFO, said[0].id)
    assert state.open == ()


def test_after_it_is_over_it_is_not_said_again_within_the_cool_down() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        return (still(t) if 150 <= t < 220 else walker(t, paces(t)),)

    _, said = play(scene, 1000, fps=2.0)
    confirmed = [each.t for each in said if each.phase is Phase.CONFIRMED]
    cleared = next(each.t for each in said if each.phase is Phase.CLEARED)
    assert len(confirmed) == 2
    assert confirmed[1] == pytest.approx(cleared + LIMITS.cool_down_s, abs=2.0)


def test_hours_of_it_are_said_again_more_urgently() -> None:
    _, said = play(alone(paces), 2000, fps=2.0)
    assert [(each.phase, each.severity) for each in said] == [
        (Phase.CONFIRMED, Severity.NOTICE),
        (Phase.ESCALATED, Severity.WARNING),
    ]


def test_whoever_is_busy_in_the_room_does_not_wander() -> None:
    """Three seconds' walk to the next thing, five seconds' doing it."""
    _, said = play(lambda t: (walker(t, paces(t)) if t % 8 < 3 else still(t),), 1200, fps=2.0)
    assert said == []


def test_a_walk_with_somebody_else_is_no_wandering() -> None:
    _, said = play(lambda t: (walker(t, paces(t)), walker(t, paces(t), number=2, subject=None)), 300, fps=2.0)
    assert said == []


def test_somebody_standing_or_sitting_does_not_walk() -> None:
    assert play(lambda t: (still(t, PostureKind.STANDING),), 300, fps=2.0)[1] == []
    assert play(lambda t: (still(t, PostureKind.SITTING),), 300, fps=2.0)[1] == []


def test_a_wheelchair_pushed_about_is_no_wandering() -> None:
    def scene(t: float) -> tuple[Person, ...]:
        made = walker(t, paces(t))
        return (replace(made, posture=replace(made.posture, kind=PostureKind.SITTING)),)

    assert play(scene, 300, fps=2.0)[1] == []


def test_a_new_number_of_the_same_resident_goes_on_with_the_walk() -> None:
    """They leave the view for 20 s of every minute."""
    _, said = play(lambda t: () if t % 60 < 20 else (walker(t, paces(t), number=int(t // 60) + 1),), 260, fps=2.0)
    assert [each.phase for each in said] == [Phase.CONFIRMED]
    assert 175 <= said[0].t <= 205  # two minutes of walking seen


def test_whoever_vanishes_is_not_said_to_have_rested() -> None:
    _, said = play(lambda t: (walker(t, paces(t)),) if t < 130 else (), 800, fps=2.0)
    assert [each.phase for each in said] == [Phase.CONFIRMED, Phase.CLEARED]
    assert said[1].reasons[0].feature == "unseen_for"


def test_taking_it_back_from_the_care_plan_ends_it() -> None:
    state, said = play(alone(paces), 130)
    assert len(said) == 1
    _, said = play(lambda t: (walker(t, paces(t)),), 2, care=Care(), state=state, start=130.0)
    assert [(each.phase, each.reasons[0].feature) for each in said] == [(Phase.CLEARED, "watched")]


def shape(way: Walker, seconds: float, *, noise: float = 0.0, fps: float = 5.0, seed: int = 0) -> Pattern | None:
    shaken, path = np.random.default_rng(seed), Path()
    for index in range(int(seconds * fps)):
        x, y = np.add(way(index / fps), shaken.normal(0.0, noise, 2))
        path = path.follow(LIMITS, Place(float(x), float(y), by_floor=True), index / fps)
    return shape_of(LIMITS, path).pattern


@settings(deadline=None, max_examples=25)
@given(
    st.sampled_from([Pattern.PACING, Pattern.LAPPING]),
    st.floats(0.0, tau),
    st.sampled_from([-1.0, 1.0]),
    st.floats(0.4, 1.0),
    st.integers(0, 99),
)
def test_the_pattern_does_not_depend_on_where_the_room_or_the_camera_stands(
    pattern: Pattern, turn: float, side: float, speed: float, seed: int
) -> None:
    def seen(t: float) -> Point:
        x, y = paces(t, speed=speed) if pattern is Pattern.PACING else laps(t, speed=speed)
        x *= side
        return (x * cos(turn) - y * sin(turn) + 3.0, x * sin(turn) + y * cos(turn))

    assert shape(seen, 120, noise=0.1, seed=seed) is pattern


def test_going_somewhere_has_no_pattern() -> None:
    assert shape(lambda t: (0.6 * t, 2.0), 60, noise=0.1) is None  # along a corridor
    assert shape(lambda t: (0.6 * min(t, 60 - t), 2.0), 60) is None  # once there and back


def test_an_l_shaped_way_to_and_fro_is_pacing() -> None:
    def way(t: float) -> Point:
        gone = 0.6 * t % 12.0
        gone = min(gone, 12.0 - gone)
        return (min(gone, 3.0), 2.0 + max(gone - 3.0, 0.0))

    assert shape(way, 120) is Pattern.PACING


def test_a_leap_of_the_measurement_adds_no_way() -> None:
    path = Path()
    for index in range(100):
        far = 0.0 if index % 2 else 5.0
        path = path.follow(LIMITS, Place(far, 2.0, by_floor=True), index / 10)
    assert shape_of(LIMITS, path).distance_m == 0.0


def test_turning_on_the_spot_is_no_lap() -> None:
    assert shape(lambda t: (0.1 * cos(pi * t), 0.1 * sin(pi * t)), 120) is None
