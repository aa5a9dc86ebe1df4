"""Rotations and the pinhole camera: what must hold for any of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.scenes.camera import Camera
from tools.scenes.rotations import axis_angle, between, bow, frame, from_axis_angle, pitch, roll, yaw

degrees = st.floats(-179.0, 179.0)
cameras = st.builds(
    Camera,
    position=st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(1.8, 3.0)),
    yaw_deg=degrees,
    tilt_deg=st.floats(0.0, 60.0),
    roll_deg=st.floats(-20.0, 20.0),
    fov_deg=st.floats(40.0, 110.0),
)


@given(degrees, degrees, degrees)
def test_a_bow_is_a_rotation(forward: float, right: float, left: float) -> None:
    turn = bow(forward, right, left)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(turn) == pytest.approx(1.0)


def test_axes_are_forward_left_up() -> None:
    head = np.array([0.0, 0.0, 1.0])
    np.testing.assert_allclose(pitch(90.0) @ head, (1, 0, 0), atol=1e-12)
    np.testing.assert_allclose(roll(90.0) @ head, (0, -1, 0), atol=1e-12)
    np.testing.assert_allclose(yaw(90.0) @ (1, 0, 0), (0, 1, 0), atol=1e-12)


@given(st.tuples(*[st.floats(-1.8, 1.8)] * 3))
def test_rotation_vectors_survive_the_way_there_and_back(vector: tuple[float, float, float]) -> None:
    np.testing.assert_allclose(axis_angle(from_axis_angle(np.array(vector))), vector, atol=1e-6)


@given(st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1))
def test_a_half_turn_is_recovered_up_to_its_sign(axis: tuple[float, float, float]) -> None:
    turn = from_axis_angle(np.array(axis) / np.linalg.norm(axis) * np.pi)
    np.testing.assert_allclose(from_axis_angle(axis_angle(turn)), turn, atol=1e-6)


@given(degrees, degrees, st.floats(0.0, 1.0))
def test_the_way_between_two_rotations_starts_and_ends_at_them(a: float, b: float, u: float) -> None:
    start, end = bow(a, 10.0, 0.0), bow(0.0, b / 2, 30.0)
    np.testing.assert_allclose(between(start, end, 0.0), start)
    np.testing.assert_allclose(between(start, end, 1.0), end)
    full = np.linalg.norm(axis_angle(start.T @ end))
    part = np.linalg.norm(axis_angle(start.T @ between(start, end, u)))
    assert part == pytest.approx(u * full, abs=1e-5)


def test_a_frame_is_square_even_where_its_hint_is_useless() -> None:
    basis = frame(np.array([0.0, 0.0, 2.0]), np.array([0.0, 0.0, 1.0]))
    np.testing.assert_allclose(basis.T @ basis, np.eye(3), atol=1e-12)


@given(cameras, st.floats(0.5, 8.0))
def test_what_is_straight_ahead_is_in_the_middle(camera: Camera, distance: float) -> None:
    ahead = np.array(camera.position) + camera.rotation[2] * distance
    np.testing.assert_allclose(camera.project(ahead), (camera.width / 2, camera.height / 2), atol=1e-6)


@given(cameras, st.tuples(st.floats(-3, 3), st.floats(-2, 2), st.floats(0.2, 9.0)))
def test_a_pixel_and_its_distance_give_the_point_back(camera: Camera, axes: tuple[float, float, float]) -> None:
    world = np.array(camera.position) + np.array(axes) @ camera.rotation
    u, v = camera.project(world)
    fx, fy, cx, cy = camera.intrinsics
    z = camera.to_camera(world)[2]
    back = np.array(((u - cx) / fx * z, (v - cy) / fy * z, z))
    np.testing.assert_allclose(back, axes, atol=1e-6)


@given(cameras)
def test_behind_the_camera_is_nowhere(camera: Camera) -> None:
    behind = np.array(camera.position) - camera.rotation[2]
    assert np.isnan(camera.project(behind)).all()
    assert not camera.sees(camera.project(behind))


@given(cameras)
def test_tilt_is_the_angle_below_the_horizon(camera: Camera) -> None:
    assert np.degrees(np.arcsin(-camera.rotation[2, 2])) == pytest.approx(camera.tilt_deg, abs=1e-6)


def test_a_camera_rolled_clockwise_sees_upright_things_lean_to_the_left() -> None:
    level = Camera((0.0, 0.0, 1.0), 0.0, 0.0)
    rolled = Camera((0.0, 0.0, 1.0), 0.0, 0.0, roll_deg=10.0)
    head, feet = np.array([3.0, 0.0, 1.7]), np.array([3.0, 0.0, 0.3])
    assert level.project(head)[0] == pytest.approx(level.project(feet)[0])
    assert rolled.project(head)[0] < rolled.project(feet)[0]
    assert rolled.project(head)[1] < rolled.project(feet)[1]


def test_left_in_the_room_is_left_in_the_picture() -> None:
    camera = Camera((0.0, 0.0, 2.4), 0.0, 30.0)
    assert camera.project(np.array([3.0, 1.0, 0.0]))[0] < camera.project(np.array([3.0, -1.0, 0.0]))[0]
