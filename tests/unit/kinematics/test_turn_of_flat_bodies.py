"""Bodies without 3D landmarks: how far they are turned, and what that does to their angles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent import kinematics
from edge_agent.kinematics import KinematicsLimits
from edge_agent.types import KEYPOINTS, Kinematics, Layout, Pose, Track, View
from tests.fakes.skeletons import SIZE, Eye, Stance

HEAD = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
NAMES = KEYPOINTS[Layout.COCO17]
WALKING = Stance(thighs=(35.0, -5.0), shanks=(0.0, -45.0))


def seen(stance: Stance, eye: Eye, seconds: float = 6.0, *, headless: bool = False, known: bool = True) -> Kinematics:
    """A body seen flat for a while, exactly."""
    pose = eye.pose(stance, layout=Layout.COCO17, world=False)
    if headless:
        keypoints = pose.keypoints.copy()
        keypoints[[NAMES.index(name) for name in HEAD], :2] = keypoints[[3, 4], :2].mean(axis=0)
        pose = replace(pose, keypoints=keypoints)
    state, body = kinematics.State(), None
    for index in range(round(seconds * 10)):
        track = track_of(pose, index / 10)
        state, (body,) = kinematics.step(
            KinematicsLimits(), eye.view if known else View(), state, (track,), index / 10, SIZE
        )
    assert body is not None
    return body


def track_of(pose: Pose, t: float) -> Track:
    left, right, hip_left, hip_right = pose.keypoints[[5, 6, 11, 12], :2]
    hip, shoulder = (hip_left + hip_right) / 2, (left + right) / 2
    torso = float(((shoulder - hip) ** 2).sum() ** 0.5)
    return Track(1, t, 0.0, t, (float(hip[0]), float(hip[1])), torso, pose=pose)


@pytest.mark.parametrize("heading", [0.0, 20.0, -40.0, 60.0, -90.0, 120.0, 165.0])
@pytest.mark.parametrize("tilt", [20.0, 35.0])
def test_looked_down_upon_the_farther_side_tells_the_turn(heading: float, tilt: float) -> None:
    body = seen(Stance(heading=heading), Eye(tilt=tilt, height=2.4))
    assert body.yaw_deg.value == pytest.approx(abs(heading), abs=9.0)


@pytest.mark.parametrize("heading", [0.0, 60.0, -90.0, 120.0, 180.0])
def test_a_level_camera_tells_it_by_the_breadth_shown(heading: float) -> None:
    body = seen(Stance(heading=heading), Eye(tilt=0.0, height=1.0))
    assert body.yaw_deg.value == pytest.approx(abs(heading), abs=10.0)


@pytest.mark.parametrize("heading", [25.0, -25.0, 155.0])
@pytest.mark.parametrize("tilt", [10.0, 20.0, 30.0])
def test_level_shoulders_of_a_turned_body_are_level(heading: float, tilt: float) -> None:
    body = seen(Stance(heading=heading), Eye(tilt=tilt, height=2.0))
    assert body.shoulder_tilt_deg.value == pytest.approx(0.0, abs=2.5)
    assert body.hip_tilt_deg.value == pytest.approx(0.0, abs=2.5)


@pytest.mark.parametrize("heading", [65.0, 90.0, -105.0])
def test_a_lean_is_no_smaller_for_a_plane_turned_away(heading: float) -> None:
    body = seen(Stance(heading=heading, forward=30.0), Eye(tilt=15.0))
    assert body.trunk_forward_deg.value == pytest.approx(30.0, abs=3.0)


@pytest.mark.parametrize("heading", [90.0, -90.0])
def test_knees_tell_the_side_where_the_head_does_not(heading: float) -> None:
    stance = replace(WALKING, heading=heading, forward=15.0)
    body = seen(stance, Eye(tilt=0.0), headless=True)
    assert body.trunk_forward_deg.value == pytest.approx(15.0, abs=2.0)


def test_without_a_measured_tilt_the_tilt_of_turned_shoulders_is_not_told() -> None:
    body = seen(Stance(heading=38.0), Eye(tilt=0.0), known=False)
    assert body.shoulder_tilt_deg.why_not in {"no_gravity", "view_insufficient"}
    assert seen(Stance(), Eye(tilt=0.0), known=False).shoulder_tilt_deg.value == pytest.approx(0.0, abs=0.5)
