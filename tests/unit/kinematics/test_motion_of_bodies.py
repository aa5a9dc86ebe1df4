"""Descent, speed, limb motion and gait of bodies whose motion is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from math import cos, pi, sin

import pytest

from edge_agent import kinematics, tracking
from edge_agent.kinematics import KinematicsLimits
from edge_agent.tracking import TrackingLimits
from edge_agent.types import Detection, Kinematics, Layout, Observation, View
from tests.fakes.skeletons import SITTING, SIZE, Eye, Stance, falling, film, sitting_down, standing, walking

UNKNOWN = View()
LEGS = ("knee", "ankle", "heel", "foot")


def measure(observations: Iterable[Observation], view: View) -> list[Kinematics]:
    """Of the first body at each instant."""
    following, state, measured = tracking.State(), kinematics.State(), []
    for observation in observations:
        following, tracks = tracking.step(TrackingLimits(), following, observation)
        state, bodies = kinematics.step(KinematicsLimits(), view, state, tracks, observation.t, observation.size)
        measured.append(bodies[0])
    return measured


def greatest(bodies: Iterable[Kinematics], name: str) -> float:
    return max(value for body in bodies if (value := body.metrics[name].value) is not None)


def film_of(
    stance_at: Callable[[float], Stance],
    seconds: float,
    fps: float = 10.0,
    *,
    world: bool = True,
    eye: Eye | None = None,
    jitter: float = 0.0,
    hidden: tuple[str, ...] = (),
) -> Iterator[Observation]:
    """With 3D landmarks, or flat as COCO keypoints are."""
    layout = Layout.BLAZEPOSE33 if world else Layout.COCO17
    return film(stance_at, seconds, fps, layout=layout, world=world, eye=eye, jitter=jitter, hidden=hidden)


def detected(stance: Stance) -> Detection:
    """What the detector says of a body: hip and a point beyond the head."""
    keypoints = Eye().pose(stance).keypoints[:, :2]
    hip, shoulder = keypoints[[23, 24]].mean(axis=0), keypoints[[11, 12]].mean(axis=0)
    x, y = (hip + 1.9 * (shoulder - hip)).tolist()
    return Detection((float(hip[0]), float(hip[1])), (x, y), 0.8)


@pytest.mark.parametrize("fps", [5.0, 30.0])
@pytest.mark.parametrize("to", ["left", "away", "near"])
@pytest.mark.parametrize("known", [True, False])
def test_a_fall_is_a_great_and_quick_descent(fps: float, to: str, known: bool) -> None:  # noqa: FBT001
    eye = Eye(tilt=20.0)
    bodies = measure(film_of(lambda t: falling(t, to=to), 4.0, fps, eye=eye), eye.view if known else UNKNOWN)
    assert greatest(bodies, "hip_drop") > 1.0
    assert greatest(bodies, "head_drop") > 2.0
    assert greatest(bodies, "fall_speed") > 1.5
    before = [body for body in bodies if body.t < 2.0]
    assert greatest(before, "hip_drop") < 0.1


def test_a_flat_picture_of_a_fall_shows_it_too() -> None:
    bodies = measure(film_of(falling, 4.0, world=False), UNKNOWN)
    assert greatest(bodies, "hip_drop") > 1.0
    assert greatest(bodies, "fall_speed") > 1.5


def test_a_descent_is_remembered_for_the_window_and_no_longer() -> None:
    bodies = measure(film_of(falling, 8.0), Eye().view)
    assert [body.hip_drop.value for body in bodies if body.t > 6.0] == pytest.approx([0.0] * 20, abs=0.05)


@pytest.mark.parametrize("tilt", [0.0, 35.0])
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("world", [True, False])
def test_walking_towards_the_camera_is_no_descent(tilt: float, known: bool, world: bool) -> None:  # noqa: FBT001
    eye = Eye(tilt=tilt, height=2.2)
    frames = film_of(lambda t: walking(t, heading=0.0, x=0.0, z=6.5), 4.0, eye=eye, world=world)
    bodies = measure(frames, eye.view if known else UNKNOWN)
    assert greatest(bodies, "hip_drop") < 0.35


def test_without_feet_a_known_camera_still_tells_walking_from_falling() -> None:
    eye = Eye(tilt=25.0, height=2.2)
    near = film_of(lambda t: walking(t, heading=0.0, x=0.0, z=6.5), 4.0, eye=eye, hidden=LEGS)
    assert greatest(measure(near, eye.view), "hip_drop") < 0.5
    down = film_of(falling, 4.0, eye=eye, hidden=LEGS)
    assert greatest(measure(down, eye.view), "hip_drop") > 1.0


def test_sitting_down_is_a_smaller_and_slower_descent_than_a_fall() -> None:
    sitting, fallen = (measure(film_of(how, 4.0), Eye().view) for how in (sitting_down, falling))
    assert 0.5 < greatest(sitting, "hip_drop") < greatest(fallen, "hip_drop") - 0.3
    assert greatest(sitting, "fall_speed") < greatest(fallen, "fall_speed") - 0.5


def test_a_fall_shows_in_what_the_detector_alone_says() -> None:
    upright = list(film_of(falling, 2.0))
    times = [2.1 + index / 10 for index in range(20)]
    down = [Observation("cam", t, SIZE, (), (detected(falling(t)),)) for t in times]
    bodies = measure([*upright, *down], UNKNOWN)
    assert greatest(bodies, "hip_drop") > 1.0
    assert greatest(bodies, "head_drop") > 1.5
    assert greatest(bodies, "fall_speed") > 1.5
    assert bodies[-1].trunk_inclination_deg.value == pytest.approx(90.0, abs=10.0)


def test_nothing_is_told_of_motion_before_there_was_time_to_see_it() -> None:
    first = measure(film_of(standing, 0.0), Eye().view)[0]
    moving = ("hip_drop", "head_drop", "fall_speed", "speed_mps", "leg_motion", "arm_motion", "cadence_spm")
    assert {first.metrics[name].why_not for name in moving} == {"warming_up"}


@pytest.mark.parametrize("heading", [90.0, 45.0, 180.0])
@pytest.mark.parametrize("fps", [5.0, 30.0])
def test_a_known_floor_gives_the_speed(heading: float, fps: float) -> None:
    eye = Eye(tilt=25.0, height=2.3)
    frames = film_of(lambda t: walking(t, speed=1.0, heading=heading, x=-1.0, z=4.0), 3.0, fps, eye=eye)
    speeds = [body.speed_mps.value for body in measure(frames, eye.view) if body.t > 1.5]
    assert all(speed is not None for speed in speeds)
    assert sum(speed or 0.0 for speed in speeds) / len(speeds) == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("heading", [90.0, 45.0, 180.0])
def test_the_bodys_size_gives_a_rougher_speed(heading: float) -> None:
    frames = film_of(lambda t: walking(t, speed=1.0, heading=heading, x=-1.0, z=4.0), 3.0)
    speeds = [body.speed_mps.value for body in measure(frames, UNKNOWN) if body.t > 1.5]
    assert sum(speed or 0.0 for speed in speeds) / len(speeds) == pytest.approx(1.0, abs=0.4)


@pytest.mark.parametrize("world", [True, False])
@pytest.mark.parametrize("stance", [Stance(), SITTING, Stance(flat="left")])
def test_a_body_at_rest_goes_nowhere_and_moves_no_limb(stance: Stance, world: bool) -> None:  # noqa: FBT001
    bodies = measure(film_of(lambda _: stance, 5.0, world=world, jitter=1.0), UNKNOWN)[20:]
    assert greatest(bodies, "speed_mps") < 0.12
    assert greatest(bodies, "leg_motion") < 0.3
    assert greatest(bodies, "hip_drop") < 0.25
    assert greatest(bodies, "cadence_spm") == 0.0
    assert sum(body.steps for body in bodies) == 0


@pytest.mark.parametrize("heading", [0.0, 45.0, 90.0])
def test_walking_moves_the_legs_seen_from_any_side(heading: float) -> None:
    bodies = measure(film_of(lambda t: walking(t, heading=heading, x=-0.5, z=5.0), 3.0), Eye().view)
    assert greatest([body for body in bodies if body.t > 1.5], "leg_motion") > 0.9


@pytest.mark.parametrize("fps", [5.0, 12.0, 30.0])
@pytest.mark.parametrize("heading", [90.0, 180.0])
def test_cadence_and_steps_hold_at_any_frame_rate(fps: float, heading: float) -> None:
    def pacing(t: float) -> Stance:
        return replace(walking(t, spm=96.0, heading=heading), x=0.0, z=4.0)

    bodies = measure(film_of(pacing, 12.0, fps, jitter=1.0), Eye().view)
    settled = [body.cadence_spm.value for body in bodies if body.t > 5.0]
    assert settled == pytest.approx([96.0] * len(settled), abs=7.0)
    assert sum(body.steps for body in bodies) == pytest.approx(12.0 * 96.0 / 60.0, abs=2.5)


def test_a_flat_side_view_shows_the_cadence() -> None:
    bodies = measure(film_of(lambda t: replace(walking(t, spm=110.0), x=0.0), 8.0, world=False), UNKNOWN)
    assert bodies[-1].cadence_spm.value == pytest.approx(110.0, abs=7.0)


def test_steps_faster_than_the_pictures_are_not_told() -> None:
    bodies = measure(film_of(lambda t: replace(walking(t, spm=100.0), x=0.0), 12.0, 2.0), Eye().view)
    told = {body.cadence_spm.value for body in bodies}
    assert all(value is None or value == 0.0 for value in told)
    assert sum(body.steps for body in bodies) == 0


def test_no_step_is_counted_twice() -> None:
    bodies = measure(film_of(lambda t: walking(t, speed=0.3, x=-1.5), 8.0), Eye().view)
    counts = [body.steps for body in bodies if body.t > 4.0]
    assert max(counts) == 1
    assert not any(one and other for one, other in pairwise(counts))


def test_the_scale_is_that_of_an_adult() -> None:
    eye = Eye(tilt=0.0, height=1.2)
    body = measure(film_of(standing, 1.0, eye=eye), eye.view)[-1]
    assert body.scale_m_per_px.value == pytest.approx(4.0 / eye.focal, rel=0.03)


@pytest.mark.parametrize("fps", [7.0, 15.0])
def test_knees_lifted_in_turn_are_told_from_a_body_lowered_and_raised(fps: float) -> None:
    def marching(t: float) -> Stance:
        left = max(0.0, 70.0 * sin(2.0 * pi * t))
        right = max(0.0, -70.0 * sin(2.0 * pi * t))
        return Stance(thighs=(left, right), shanks=(-left / 2.0, -right / 2.0))

    def squatting(t: float) -> Stance:
        bend = 35.0 * (1.0 - cos(2.0 * pi * 0.5 * t))
        return Stance(thighs=(bend, bend), shanks=(-bend / 2.0, -bend / 2.0))

    marched, squatted = (measure(film_of(stance, 6.0, fps), UNKNOWN)[-4:] for stance in (marching, squatting))
    assert greatest(marched, "stepping") > 4.0 * greatest(squatted, "stepping")
    assert greatest(squatted, "heave") > 2.0 * greatest(marched, "heave")


@pytest.mark.parametrize("heading", [0.0, 180.0])
def test_who_marches_towards_the_camera_shifts_the_weight_at_each_step(heading: float) -> None:
    def marching(t: float) -> Stance:
        left, right = (max(0.0, sign * 30.0 * sin(2.0 * pi * 1.2 * t)) for sign in (1.0, -1.0))
        shanks = (-left / 2.0, -right / 2.0)
        return Stance(heading=heading, thighs=(left, right), shanks=shanks, x=0.04 * sin(2.0 * pi * 1.2 * t))

    def bowing(t: float) -> Stance:
        return Stance(heading=heading, forward=20.0 * sin(2.0 * pi * 0.8 * t))

    marched, bowed = (measure(film_of(stance, 6.0, world=False, jitter=0.5), UNKNOWN) for stance in (marching, bowing))
    assert min(body.weight_shift.value or 0.0 for body in marched if body.t > 2.5) > 0.3
    assert greatest([body for body in bowed if body.t > 2.5], "weight_shift") < 0.2


def test_a_body_that_stands_lifts_nothing() -> None:
    still = measure(film_of(standing, 4.0, jitter=0.5), UNKNOWN)
    assert greatest(still, "stepping") < 0.15
    assert greatest(still, "heave") < 0.1
