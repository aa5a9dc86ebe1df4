"""The lens's bend is taken out of bodies, and comes back exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge_agent import kinematics, pipeline, tracking
from edge_agent.kinematics import KinematicsLimits, marked, straightened
from edge_agent.kinematics.lens import bent, straight
from edge_agent.settings import Settings
from edge_agent.tracking import TrackingLimits
from edge_agent.types import Camera, Detection, Layout, Observation, Pose, Track, View, Zone, ZoneKind
from tests.fakes.skeletons import SIZE, Eye, Stance, film
from tests.fakes.strollers import filmed

EYE = Eye(tilt=20.0, height=2.2, focal=380.0)
WIDE = (-0.32, 0.12, 0.001, -0.0008, -0.02)
"""Of a usual wide camera: the corners of its picture are drawn in by a tenth."""
BENT = replace(EYE.view, distortion=WIDE)


def corners() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    x, y = np.meshgrid(np.linspace(0, SIZE[0], 9), np.linspace(0, SIZE[1], 7))
    return np.column_stack((x.ravel(), y.ravel()))


def test_the_bend_is_as_calibrations_define_it() -> None:
    """Worked out by hand for one point: x = 0.5, y = 0.25 of a lens with all five coefficients."""
    view = View(intrinsics=(100.0, 200.0, 10.0, 20.0), distortion=(0.1, 0.02, 0.003, 0.004, 0.005))
    r2 = 0.5**2 + 0.25**2
    radial = 1 + 0.1 * r2 + 0.02 * r2**2 + 0.005 * r2**3
    x = 0.5 * radial + 2 * 0.003 * 0.5 * 0.25 + 0.004 * (r2 + 2 * 0.25)
    y = 0.25 * radial + 0.003 * (r2 + 2 * 0.0625) + 2 * 0.004 * 0.5 * 0.25
    assert bent(view, np.array([[60.0, 70.0]]))[0] == pytest.approx((100 * x + 10, 200 * y + 20))


@pytest.mark.parametrize("lens", [WIDE, (0.2, -0.05, 0.0, 0.0, 0.0), (-0.25, 0.0, 0.002, 0.002, 0.0)])
def test_straightening_undoes_the_bend_to_a_hundredth_of_a_pixel(
    lens: tuple[float, float, float, float, float],
) -> None:
    view = replace(EYE.view, distortion=lens)
    shown = bent(view, corners())
    assert np.abs(straight(view, shown) - corners()).max() < 0.01


@settings(deadline=None, max_examples=60)
@example((0.0, 0.0, 0.0, 0.0, 2.225073858507e-311))
@given(st.tuples(*[st.floats(-1.0, 1.0)] * 2, *[st.floats(-0.01, 0.01)] * 2, st.floats(-1.0, 1.0)))
def test_whatever_the_coefficients_points_stay_numbers_and_near_the_axis_unmoved(
    lens: tuple[float, float, float, float, float],
) -> None:
    view = replace(EYE.view, distortion=lens)
    assert np.isfinite(straight(view, corners())).all()
    assert np.isfinite(bent(view, corners())).all()
    centre = np.array([[SIZE[0] / 2, SIZE[1] / 2]])
    assert straight(view, centre) == pytest.approx(centre)


def test_without_a_measured_lens_nothing_moves() -> None:
    points = corners()
    assert straight(EYE.view, points) is points
    track = Track(1, 0.0, 0.0, 0.0, (100.0, 100.0), 60.0)
    assert straightened(View(distortion=WIDE), (track,)) == (track,)


def through_the_lens(observation: Observation) -> Observation:
    (pose,) = observation.poses
    keypoints = pose.keypoints.copy()
    keypoints[:, :2] = bent(BENT, keypoints[:, :2].astype(float))
    return replace(observation, poses=(replace(pose, keypoints=keypoints),))


def measured(view: View, *, lens: bool) -> tuple[float, float, float]:
    following, state = tracking.State(), kinematics.State()
    for observation in film(lambda t: Stance(x=1.9, z=2.6 + 0.5 * t), 2.0, eye=EYE, layout=Layout.COCO17, world=False):
        seen = through_the_lens(observation) if lens else observation
        following, tracks = tracking.step(TrackingLimits(), following, seen)
        tracks = straightened(view, tracks)
        state, bodies = kinematics.step(KinematicsLimits(), view, state, tracks, observation.t, SIZE)
        place, speed = bodies[0].place, bodies[0].speed_mps.value
    assert place is not None
    assert speed is not None
    return place.right, place.away, speed


def test_places_and_speeds_are_as_through_an_ideal_lens() -> None:
    ideal = measured(EYE.view, lens=False)
    assert measured(BENT, lens=True) == pytest.approx(ideal, abs=0.02)
    assert abs(measured(EYE.view, lens=True)[1] - ideal[1]) > 0.1  # what the lens would cost


def test_a_view_is_estimated_through_a_bent_lens() -> None:
    told = View(intrinsics=BENT.intrinsics, distortion=WIDE)
    state = pipeline.State()
    for observation in filmed(EYE, 20.0):
        state, _, _ = pipeline.step(Settings(Camera("cam", "room", told)), state, through_the_lens(observation))
    assert state.geometry.used is not None
    assert state.geometry.used.tilt_deg == pytest.approx(EYE.tilt, abs=3.0)
    assert state.geometry.used.distortion == WIDE


def test_what_is_only_detected_is_straightened_too() -> None:
    detection = Detection((600.0, 440.0), (600.0, 380.0), 0.9)
    track = Track(1, 0.0, 0.0, 0.0, detection.hip, 40.0, detection=detection)
    (made,) = straightened(BENT, (track,))
    assert made.detection is not None
    assert made.detection.hip == pytest.approx(straight(BENT, np.array([detection.hip]))[0])
    assert made.torso_px > 40.0  # drawn in at the corner


def test_keypoints_and_scores_keep_their_order() -> None:
    pose: Pose = EYE.pose(Stance(x=1.0), layout=Layout.COCO17)
    track = Track(1, 0.0, 0.0, 0.0, (400.0, 300.0), 60.0, pose=pose, measured=pose.keypoints)
    (made,) = straightened(BENT, (track,))
    assert made.pose is not None
    assert made.pose.keypoints[:, 2].tolist() == pose.keypoints[:, 2].tolist()
    assert made.measured is not None
    assert np.array_equal(made.measured, made.pose.keypoints)


def test_zones_on_the_floor_are_seen_through_the_lens() -> None:
    zone = Zone("door", ZoneKind.DOOR, (), floor=((1.0, 2.4), (2.0, 2.4), (2.0, 3.4), (1.0, 3.4)))
    (ideal,), (shown,) = (marked(KinematicsLimits(), (zone,), view, SIZE) for view in (EYE.view, BENT))
    first = np.array([ideal.footprint[0]]) * SIZE
    assert shown.footprint[0] == pytest.approx(tuple(bent(BENT, first)[0] / SIZE))
    assert len(shown.footprint) > len(ideal.footprint)
