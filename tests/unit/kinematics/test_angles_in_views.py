"""Angles against gravity, from any side, with a measured camera and without."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from edge_agent import kinematics, tracking
from edge_agent.kinematics import KinematicsLimits
from edge_agent.kinematics.angles import wrapped
from edge_agent.tracking import TrackingLimits
from edge_agent.types import Detection, Kinematics, Layout, Observation, Track, View
from tests.fakes.skeletons import SITTING, SIZE, Eye, Stance, film, joints

LIMITS = KinematicsLimits()
UNKNOWN = View()


def measure(observations: Iterable[Observation], view: View) -> list[Kinematics]:
    """Of the first body at each instant."""
    following, state, measured = tracking.State(), kinematics.State(), []
    for observation in observations:
        following, tracks = tracking.step(TrackingLimits(), following, observation)
        state, bodies = kinematics.step(LIMITS, view, state, tracks, observation.t, observation.size)
        measured.append(bodies[0])
    return measured


def held(stance: Stance, eye: Eye | None = None, view: View | None = None, *, world: bool = True) -> Kinematics:
    """A body that has been held like that for a second."""
    eye = eye or Eye()
    layout = Layout.BLAZEPOSE33 if world else Layout.COCO17
    return measure(film(lambda _: stance, 1.0, eye=eye, layout=layout, world=world), view or eye.view)[-1]


@pytest.mark.parametrize(
    ("tilt", "height", "z"), [(0.0, 1.0, 4.0), (20.0, 1.8, 4.0), (45.0, 3.0, 2.5), (80.0, 3.5, 0.5)]
)
@pytest.mark.parametrize("roll", [0.0, 15.0])
@pytest.mark.parametrize("heading", [0.0, 130.0])
def test_a_measured_camera_sees_true_angles_from_anywhere(
    tilt: float, height: float, z: float, roll: float, heading: float
) -> None:
    body = held(Stance(heading=heading, forward=25.0, thighs=(30.0, 50.0), z=z), Eye(tilt, roll, height))
    assert body.trunk_inclination_deg.value == pytest.approx(25.0, abs=0.5)
    assert body.thigh_inclination_deg.value == pytest.approx(40.0, abs=0.5)
    assert body.knee_flexion_deg.value == pytest.approx(150.0, abs=0.5)
    assert body.yaw_deg.value == pytest.approx(abs(heading), abs=0.5)


@pytest.mark.parametrize("forward", [-15.0, 30.0, 60.0])
@pytest.mark.parametrize("heading", [90.0, -75.0])
@pytest.mark.parametrize("world", [True, False])
def test_forward_is_where_the_body_faces(forward: float, heading: float, world: bool) -> None:  # noqa: FBT001
    body = held(Stance(heading=heading, forward=forward), Eye(tilt=5.0), world=world)
    assert body.trunk_forward_deg.value == pytest.approx(forward, abs=1.0 if world else 8.0)
    assert body.trunk_lateral_deg.why_not == "view_insufficient"


@pytest.mark.parametrize("right", [-20.0, 12.0])
@pytest.mark.parametrize(("heading", "toward"), [(0.0, -1), (180.0, 1)])
@pytest.mark.parametrize("world", [True, False])
def test_lateral_is_the_persons_right(right: float, heading: float, toward: int, world: bool) -> None:  # noqa: FBT001
    stance = Stance(heading=heading, right=right)
    assert np.sign((joints(stance)["nose"] - joints(stance)["left_hip"])[0]) == np.sign(right) * toward
    body = held(stance, Eye(tilt=10.0), world=world)
    assert body.trunk_lateral_deg.value == pytest.approx(right, abs=1.0 if world else 3.0)
    assert body.trunk_forward_deg.why_not == "view_insufficient"
    assert body.shoulder_tilt_deg.value == pytest.approx(right * 0.0, abs=3.0)


def test_the_lower_shoulder_and_hip_are_told() -> None:
    pose = Eye(tilt=0.0).pose(Stance())
    assert pose.world is not None
    world = pose.world.copy()
    world[12, 1] += 0.06  # the right shoulder, 0.34 m from the left one
    world[23, 1] += 0.02  # the left hip, 0.2 m from the right one
    frame = Observation("cam", 0.0, SIZE, (replace(pose, world=world),))
    (body,) = measure([frame], Eye(tilt=0.0).view)
    assert body.shoulder_tilt_deg.value == pytest.approx(10.0, abs=0.3)
    assert body.hip_tilt_deg.value == pytest.approx(-5.7, abs=0.3)


def test_the_neck_is_measured_against_the_trunk() -> None:
    body = held(Stance(heading=90.0, forward=20.0, neck=35.0), Eye(tilt=10.0))
    assert body.neck_forward_deg.value == pytest.approx(35.0, abs=2.0)


@pytest.mark.parametrize("heading", [35.0, 50.0, 145.0])
def test_between_the_planes_neither_angle_is_told(heading: float) -> None:
    body = held(Stance(heading=heading, forward=20.0))
    told = {"trunk_lateral_deg", "shoulder_tilt_deg", "hip_tilt_deg", "trunk_forward_deg", "neck_forward_deg"}
    assert {body.metrics[name].why_not for name in told} == {"view_insufficient"}


def test_frontal_angles_of_a_turned_body_need_gravity() -> None:
    turned = held(Stance(heading=22.0, right=5.0), Eye(tilt=0.0), UNKNOWN)
    assert turned.trunk_lateral_deg.why_not == "no_gravity"
    assert held(Stance(heading=22.0, right=5.0), Eye(tilt=0.0)).trunk_lateral_deg.value is not None
    assert held(Stance(right=5.0), Eye(tilt=0.0), UNKNOWN).trunk_lateral_deg.value == pytest.approx(5.0, abs=1.0)


@pytest.mark.parametrize("tilt", [0.0, 15.0, 30.0])
@pytest.mark.parametrize("heading", [0.0, 60.0, 90.0, 180.0])
@pytest.mark.parametrize("world", [True, False])
def test_without_a_measured_tilt_upright_and_lying_are_still_told_apart(
    tilt: float,
    heading: float,
    world: bool,  # noqa: FBT001
) -> None:
    eye = Eye(tilt=tilt)
    upright = held(Stance(heading=heading), eye, UNKNOWN, world=world).trunk_inclination_deg.value
    across = held(Stance(flat="left"), eye, UNKNOWN, world=world).trunk_inclination_deg.value
    assert upright is not None
    assert upright < 20.0
    assert across is not None
    assert across > 75.0


@pytest.mark.parametrize("tilt", [0.0, 15.0, 30.0])
@pytest.mark.parametrize("flat", ["away", "near"])
def test_a_body_lying_along_the_view_is_told_by_its_landmarks(tilt: float, flat: str) -> None:
    body = held(Stance(flat=flat), Eye(tilt=tilt), UNKNOWN)
    assert body.trunk_inclination_deg.value is not None
    assert body.trunk_inclination_deg.value > 65.0


def test_a_body_far_too_short_in_the_picture_is_not_upright_whatever_its_landmarks_say() -> None:
    eye = Eye(tilt=10.0)
    upright = list(film(lambda _: Stance(), 3.0, eye=eye))
    pose = upright[-1].poses[0]
    hip = pose.keypoints[[23, 24], :2].mean(axis=0)
    small = pose.keypoints.copy()
    small[:, :2] = hip + 0.35 * (small[:, :2] - hip)
    shrunk = [replace(upright[-1], t=3.1, poses=(replace(pose, keypoints=small),))]
    inclination = measure([*upright, *shrunk], eye.view)[-1].trunk_inclination_deg.value
    assert inclination is not None
    assert inclination > 50.0


def test_an_angle_beside_the_turning_point_does_not_jump() -> None:
    frames = film(lambda _: Stance(flat="left"), 5.0, jitter=2.0, layout=Layout.COCO17, world=False)
    inclinations = [body.trunk_inclination_deg.value for body in measure(frames, Eye().view)]
    assert all(value is not None and 75.0 < value < 105.0 for value in inclinations)
    assert wrapped(358.0) == pytest.approx(-2.0)
    assert wrapped(-190.0) == pytest.approx(170.0)


@pytest.mark.parametrize("heading", [0.0, 45.0, 90.0])
@pytest.mark.parametrize("world", [True, False])
def test_sitting_shows_in_thighs_hips_and_height(heading: float, world: bool) -> None:  # noqa: FBT001
    body = held(replace(SITTING, heading=heading), Eye(tilt=10.0), world=world)
    assert body.thigh_inclination_deg.value == pytest.approx(88.0, abs=1.0 if world else 30.0)
    assert body.hip_height.value == pytest.approx(1.0, abs=0.1 if world else 0.45)
    if world:
        assert body.hip_flexion_deg.value == pytest.approx(92.0, abs=3.0)
        assert body.knee_flexion_deg.value == pytest.approx(92.0, abs=1.0)


@pytest.mark.parametrize("tilt", [0.0, 30.0])
def test_heights_are_over_the_soles_in_torso_lengths(tilt: float) -> None:
    upright = held(Stance(), Eye(tilt=tilt))
    assert upright.hip_height.value == pytest.approx((0.43 + 0.43 + 0.065) / 0.5, abs=0.05)
    assert upright.head_height.value == pytest.approx((0.925 + 0.5 + 0.22) / 0.5, abs=0.05)
    lying = held(Stance(flat="left"), Eye(tilt=tilt))
    assert lying.hip_height.value is not None
    assert abs(lying.hip_height.value) < 0.3


def test_hidden_feet_leave_the_height_to_a_known_floor() -> None:
    eye = Eye(tilt=20.0)
    frames = list(film(lambda _: Stance(), 1.0, eye=eye, hidden=("ankle", "heel", "foot")))
    assert measure(frames, UNKNOWN)[-1].hip_height.why_not == "joint_unseen"
    assert measure(frames, eye.view)[-1].hip_height.value == pytest.approx(1.85, abs=0.3)


def test_what_hides_behind_a_table_is_unseen() -> None:
    hidden = ("knee", "ankle", "heel", "foot")
    body = measure(film(lambda _: SITTING, 2.0, hidden=hidden), Eye().view)[-1]
    unseen = ("thigh_inclination_deg", "hip_flexion_deg", "knee_flexion_deg", "leg_motion", "cadence_spm")
    assert {body.metrics[name].why_not for name in unseen} == {"joint_unseen"}
    assert body.trunk_inclination_deg.value == pytest.approx(0.0, abs=1.0)


def test_one_side_is_enough_for_the_trunk() -> None:
    body = measure(film(lambda _: Stance(heading=90.0, forward=20.0), 1.0, hidden=("left",)), Eye().view)[-1]
    assert body.trunk_inclination_deg.value == pytest.approx(20.0, abs=2.0)


@pytest.mark.parametrize(("top", "expected"), [((320.0, 45.0), 0.0), ((125.0, 240.0), 90.0), ((320.0, 170.0), 60.0)])
def test_the_detectors_axis_serves_where_landmarks_fail(top: tuple[float, float], expected: float) -> None:
    hip = (320.0, 240.0)
    track = Track(1, 0.0, 0.0, 0.0, hip, 102.0, detection=Detection(hip, top, 0.8))
    _, (body,) = kinematics.step(LIMITS, Eye(tilt=0.0).view, kinematics.State(), (track,), 0.0, SIZE)
    assert body.trunk_inclination_deg.value == pytest.approx(expected, abs=8.0)
    assert body.knee_flexion_deg.why_not == "joint_unseen"


def test_lost_and_too_small_bodies_have_a_reason_for_every_metric() -> None:
    lost = Track(1, 5.0, 0.0, 4.0, (1.0, 1.0), 50.0)
    small = Track(2, 5.0, 0.0, 5.0, (1.0, 1.0), 6.0, detection=Detection((1.0, 1.0), (1.0, -9.0), 0.9))
    _, bodies = kinematics.step(LIMITS, UNKNOWN, kinematics.State(), (lost, small), 5.0, SIZE)
    assert [body.track for body in bodies] == [1, 2]
    assert {metric.why_not for metric in bodies[0].metrics.values()} == {"lost"}
    assert {metric.why_not for metric in bodies[1].metrics.values()} == {"too_small"}


@pytest.mark.parametrize("x", [-1.5, 1.5])
def test_a_view_is_judged_along_the_line_of_sight(x: float) -> None:
    """Who stands 21 degrees beside the optical axis and faces the camera is seen from the front."""
    beside = np.degrees(np.arctan2(x, 4.0))
    body = held(Stance(heading=float(-beside), right=10.0, x=x, z=4.0), Eye(tilt=0.0))
    other = held(Stance(heading=float(beside), right=10.0, x=x, z=4.0), Eye(tilt=0.0))
    assert {round(each.yaw_deg.value or 0.0) for each in (body, other)} == {0, round(2 * abs(float(beside)))}
