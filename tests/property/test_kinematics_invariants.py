"""What holds of kinematics whatever tracking says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent import kinematics
from edge_agent.kinematics import KinematicsLimits
from edge_agent.types import KEYPOINTS, Detection, Kinematics, Layout, Pose, Track, View
from tests.fakes.skeletons import SIZE, Eye, Stance

LIMITS = KinematicsLimits()


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """Anything tracking may say of a body at 0 s."""
    shaken = np.random.default_rng(draw(st.integers(0, 2**16)))
    layout = draw(st.sampled_from(list(Layout)))
    count = len(KEYPOINTS[layout])
    keypoints = shaken.uniform(0, 640, (count, 3)).astype(np.float32)
    keypoints[:, 2] = shaken.uniform(0, 1, count) > draw(st.floats(0, 1))
    if draw(st.booleans()):
        keypoints[:, :2] = 100.0
    spread = draw(st.sampled_from([0.0, 0.4]))
    world = shaken.normal(0, spread, (count, 3)).astype(np.float32) if draw(st.booleans()) else None
    pose = Pose(keypoints, layout, 0.9, world) if draw(st.booleans()) else None
    point = st.tuples(st.floats(0, 640), st.floats(0, 480))
    detection = Detection(draw(point), draw(point), 0.9) if pose is None else None
    return Track(1, 0.0, 0.0, 0.0, draw(point), draw(st.floats(5, 300)), pose=pose, detection=detection)


views = st.builds(
    View,
    st.none() | st.floats(-30, 90),
    st.none() | st.floats(-180, 180),
    st.none() | st.floats(0.5, 4),
    st.none() | st.just((500.0, 500.0, 320.0, 240.0)),
)


def played(view: View, seen: list[tuple[Track, float]]) -> list[Kinematics]:
    state, t, measured = kinematics.State(), 0.0, []
    for track, dt in seen:
        t += dt
        now = Track(1, t, 0.0, t, track.hip, track.torso_px, pose=track.pose, detection=track.detection)
        state, (body,) = kinematics.step(LIMITS, view, state, (now,), t, SIZE)
        measured.append(body)
    return measured


@settings(deadline=None, max_examples=50)
@given(views, st.lists(st.tuples(tracks(), st.floats(0, 2)), min_size=1, max_size=8))
def test_every_metric_is_a_number_or_says_why_not(view: View, seen: list[tuple[Track, float]]) -> None:
    for body in played(view, seen):
        for name, metric in body.metrics.items():
            assert (metric.value is None) != (metric.why_not is None), name
            assert metric.value is None or np.isfinite(metric.value), name
        assert all(angle is None or 0.0 <= angle <= 180.0 for angle in body.joint_angles)
        assert len(body.joint_angles) in (0, 16)
        assert body.trunk is None or abs(np.linalg.norm(body.trunk) - 1.0) < 1e-6
        assert body.steps >= 0
        assert 0.0 <= body.mean_score <= 1.0


@settings(deadline=None, max_examples=50)
@given(views, st.lists(st.tuples(tracks(), st.floats(0, 2)), min_size=1, max_size=8))
def test_angles_and_descents_stay_in_their_range(view: View, seen: list[tuple[Track, float]]) -> None:
    for body in played(view, seen):
        for name in (
            "trunk_inclination_deg",
            "yaw_deg",
            "hip_flexion_deg",
            "knee_flexion_deg",
            "thigh_inclination_deg",
        ):
            value = body.metrics[name].value
            assert value is None or 0.0 <= value <= 180.0, name
        for name in ("trunk_forward_deg", "trunk_lateral_deg", "neck_forward_deg", "shoulder_tilt_deg", "hip_tilt_deg"):
            value = body.metrics[name].value
            assert value is None or -180.0 <= value <= 180.0, name
        for name in ("hip_drop", "head_drop", "fall_speed", "speed_mps", "leg_motion", "arm_motion", "cadence_spm"):
            value = body.metrics[name].value
            assert value is None or value >= 0.0, name


stances = st.builds(
    Stance,
    heading=st.just(0.0),
    forward=st.floats(0, 60),
    thighs=st.tuples(st.floats(-10, 90), st.floats(-10, 90)),
    shanks=st.tuples(st.floats(-60, 10), st.floats(-60, 10)),
)


@settings(deadline=None, max_examples=60)
@given(stances, st.floats(-180, 180), st.floats(0, 60), st.floats(-20, 20))
def test_a_measured_camera_may_stand_anywhere(stance: Stance, heading: float, tilt: float, roll: float) -> None:
    turned = Stance(heading, stance.forward, thighs=stance.thighs, shanks=stance.shanks)
    here, there = (_measured(one, eye) for one, eye in ((stance, Eye(0.0)), (turned, Eye(tilt, roll, height=2.5))))
    for name in ("trunk_inclination_deg", "thigh_inclination_deg", "hip_flexion_deg", "knee_flexion_deg"):
        assert here.metrics[name].value == pytest.approx(there.metrics[name].value, abs=0.2), name
    assert here.hip_height.value == pytest.approx(there.hip_height.value, abs=0.01)
    assert there.yaw_deg.value == pytest.approx(abs(heading), abs=0.2)


def _measured(stance: Stance, eye: Eye) -> Kinematics:
    pose = eye.pose(stance)
    track = Track(1, 0.0, 0.0, 0.0, (320.0, 240.0), 20.0, pose=pose)
    _, (body,) = kinematics.step(LIMITS, eye.view, kinematics.State(), (track,), 0.0, SIZE)
    return body


@settings(deadline=None, max_examples=30)
@given(views, st.lists(st.tuples(tracks(), st.floats(0, 1)), min_size=1, max_size=5))
def test_the_same_input_gives_the_same_answer(view: View, seen: list[tuple[Track, float]]) -> None:
    assert played(view, seen) == played(view, seen)
