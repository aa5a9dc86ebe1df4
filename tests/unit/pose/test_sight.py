"""People beside the picture's middle: world landmarks come out in the camera's axes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.pose.sight import in_camera_axes, towards
from edge_agent.types import KEYPOINTS, Array, Layout, Observation, Pose

LENS = (500.0, 500.0, 320.0, 240.0)
NAMES = KEYPOINTS[Layout.BLAZEPOSE33]


def seen(hip: tuple[float, float], world: Array | None) -> Observation:
    keypoints = np.full((33, 3), 0.9, np.float32)
    keypoints[:, :2] = hip
    return Observation("cam", 0.0, (640, 480), (Pose(keypoints, Layout.BLAZEPOSE33, 0.9, world),))


@given(st.floats(0, 640), st.floats(0, 480))
def test_the_optical_axis_is_turned_onto_the_line_of_sight_and_nothing_is_bent(x: float, y: float) -> None:
    turn = towards((x, y), LENS)
    ray = np.array([(x - 320) / 500, (y - 240) / 500, 1.0])
    np.testing.assert_allclose(turn @ (0.0, 0.0, 1.0), ray / np.linalg.norm(ray), atol=1e-5)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-5)
    assert np.linalg.det(turn) == pytest.approx(1.0, abs=1e-5)


def test_who_stands_in_the_middle_stays_as_found() -> None:
    world = np.random.default_rng(1).normal(size=(33, 3)).astype(np.float32)
    after = in_camera_axes(seen((320.0, 240.0), world), LENS).poses[0].world
    assert after is not None
    np.testing.assert_allclose(after, world, atol=1e-6)


@pytest.mark.parametrize("lens", [LENS, None])
def test_who_faces_the_camera_from_the_right_is_turned_towards_it(
    lens: tuple[float, float, float, float] | None,
) -> None:
    world = np.zeros((33, 3), np.float32)
    world[NAMES.index("nose")] = (0.0, 0.0, -0.2)  # towards the camera, along the line of sight
    after = in_camera_axes(seen((520.0, 240.0), world), lens).poses[0].world
    assert after is not None
    x, _, z = after[NAMES.index("nose")].tolist()
    assert np.degrees(np.arctan2(-x, -z)) == pytest.approx(21.5, abs=0.5)


def test_flat_poses_are_left_alone() -> None:
    flat = seen((520.0, 240.0), None)
    assert in_camera_axes(flat, LENS) is flat
