"""The decoders of other networks, on tensors whose truth is known."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.pose import decoders

WITHIN = st.floats(0.05, 0.95)


def gaussians(points: list[tuple[float, float]], height: int = 64, width: int = 48) -> np.ndarray:
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    maps = [np.exp(-((columns - x * width) ** 2 + (rows - y * height) ** 2) / 8.0) for x, y in points]
    return np.array(maps, np.float32)


@settings(deadline=None)
@given(st.lists(st.tuples(WITHIN, WITHIN), min_size=1, max_size=17))
def test_a_heat_map_gives_a_joint_to_a_fraction_of_a_cell(points: list[tuple[float, float]]) -> None:
    joints = decoders.heatmaps(gaussians(points))
    np.testing.assert_allclose(joints[:, :2] * (48, 64), np.array(points) * (48, 64), atol=0.03)
    assert (joints[:, 2] > 0.9).all()


def test_a_joint_at_the_rim_stays_in_the_picture_and_a_cold_map_has_no_score() -> None:
    joints = decoders.heatmaps(np.concatenate([gaussians([(0.0, 1.0)]), np.zeros((1, 64, 48), np.float32)]))
    assert ((joints[:, :2] >= 0) & (joints[:, :2] <= 1)).all()
    assert joints[1, 2] == 0


@settings(deadline=None)
@given(st.lists(st.tuples(WITHIN, WITHIN), min_size=1, max_size=17))
def test_two_classifications_give_a_joint_to_a_step(points: list[tuple[float, float]]) -> None:
    maps = gaussians(points, 256, 192)
    joints = decoders.simcc(0.8 * maps.max(axis=1), maps.max(axis=2))
    np.testing.assert_allclose(joints[:, :2] * (192, 256), np.array(points) * (192, 256), atol=0.51)
    assert (joints[:, 2] <= 0.8).all()
    assert (joints[:, 2] > 0.7).all()


def test_movenet_says_y_before_x() -> None:
    rows = np.tile(np.array([[0.25, 0.75, 0.6]], np.float32), (17, 1))
    np.testing.assert_array_equal(decoders.movenet(rows)[0], np.array([0.75, 0.25, 0.6], np.float32))


def test_movenet_says_who_is_there_and_how_surely() -> None:
    row = np.concatenate([np.tile([0.25, 0.75, 0.6], 17), [0.1, 0.2, 0.8, 0.9, 0.42]]).astype(np.float32)
    ((joints, score),) = decoders.movenet_people(row[None])
    assert joints.shape == (17, 3)
    assert abs(score - 0.42) < 1e-6
