"""The pure decoders: tensors in, bodies out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from edge_agent.pose import anchors, detector, landmarks, roi
from edge_agent.types import Array, Region


def silent() -> tuple[Array, Array]:
    return np.zeros((anchors.COUNT, 12), np.float32), np.full(anchors.COUNT, -9.0, np.float32)


def say(boxes: Array, logits: Array, at: int, hip: tuple[float, float], radius: float, score: float) -> None:
    """Let anchor `at` tell of an upright body."""
    x, y = np.array(hip) - anchors.centres()[at] * anchors.INPUT_SIDE
    boxes[at] = [x, y, radius, radius, x, y, x, y - radius, 0, 0, 0, 0]
    logits[at] = math.log(score / (1 - score))


def test_anchors_lie_in_the_middle_of_their_cells() -> None:
    centres = anchors.centres()
    assert centres.shape == (anchors.COUNT, 2) == (2254, 2)
    np.testing.assert_allclose(centres[0], [0.5 / 28, 0.5 / 28])
    np.testing.assert_allclose(centres[1], centres[0])  # two per cell
    np.testing.assert_allclose(centres[2], [1.5 / 28, 0.5 / 28])  # then along the row
    np.testing.assert_allclose(centres[28 * 28 * 2], [0.5 / 14, 0.5 / 14])
    np.testing.assert_allclose(centres[28 * 28 * 2 + 14 * 14 * 2 : 28 * 28 * 2 + 14 * 14 * 2 + 6], [[0.5 / 7] * 2] * 6)
    np.testing.assert_allclose(centres[-1], [6.5 / 7, 6.5 / 7])


def test_nobody_is_nobody() -> None:
    assert detector.decode(*silent(), 0.45) == ()


@pytest.mark.parametrize(("score", "seen"), [(0.44, 0), (0.46, 1)])
def test_the_score_is_compared_as_a_probability(score: float, seen: int) -> None:
    boxes, logits = silent()
    say(boxes, logits, 100, (80.0, 90.0), 40.0, score)
    found = detector.decode(boxes, logits, 0.45)
    assert len(found) == seen
    for body in found:
        assert body.score == pytest.approx(score, abs=1e-4)
        assert body.hip == pytest.approx((80.0, 90.0), abs=1e-3)
        assert body.top == pytest.approx((80.0, 50.0), abs=1e-3)
        assert body.radius == pytest.approx(40.0, abs=1e-3)


def test_answers_about_one_body_are_averaged_by_their_scores() -> None:
    boxes, logits = silent()
    say(boxes, logits, 10, (100.0, 100.0), 50.0, 0.9)
    say(boxes, logits, 11, (104.0, 100.0), 50.0, 0.6)
    (body,) = detector.decode(boxes, logits, 0.45)
    assert body.hip[0] == pytest.approx((0.9 * 100 + 0.6 * 104) / 1.5, abs=1e-3)
    assert body.score == pytest.approx(0.9, abs=1e-4)


def test_bodies_apart_stay_apart_best_first() -> None:
    boxes, logits = silent()
    say(boxes, logits, 10, (40.0, 100.0), 40.0, 0.6)
    say(boxes, logits, 500, (160.0, 100.0), 40.0, 0.9)
    assert [round(body.hip[0]) for body in detector.decode(boxes, logits, 0.45)] == [160, 40]


def test_a_box_without_area_is_still_a_body() -> None:
    boxes, logits = silent()
    say(boxes, logits, 10, (40.0, 100.0), 0.0, 0.6)
    assert len(detector.decode(boxes, logits, 0.45)) == 1


def test_overlap_of_boxes() -> None:
    box = np.array([0, 0, 2, 2], np.float32)
    others = np.array([[0, 0, 2, 2], [1, 0, 3, 2], [5, 5, 6, 6], [1, 1, 1, 1]], np.float32)
    np.testing.assert_allclose(detector.overlap(box, others), [1.0, 1 / 3, 0.0, 0.0], atol=1e-6)


def cold(points: int = 39) -> Array:
    return np.full((64, 64, points), -9.0, np.float32)


def test_a_cold_heat_map_moves_nothing() -> None:
    unit = np.array([[0.3, 0.7], [1.4, -0.2]], np.float32)
    np.testing.assert_array_equal(landmarks.refine(unit, cold(2)), unit)


def test_a_point_moves_to_the_heat_beside_it() -> None:
    heat = cold(1)
    heat[30, 22, 0] = 20.0
    moved = landmarks.refine(np.array([[20.2 / 64, 31.5 / 64]], np.float32), heat)
    np.testing.assert_allclose(moved, [[22 / 64, 30 / 64]], atol=2e-3)


def test_heat_out_of_reach_is_not_looked_at() -> None:
    heat = cold(1)
    heat[30, 30, 0] = 20.0
    unit = np.array([[20.2 / 64, 30.5 / 64]], np.float32)
    np.testing.assert_array_equal(landmarks.refine(unit, heat), unit)


def test_a_point_at_the_border_uses_the_part_of_its_window_inside() -> None:
    heat = cold(1)
    heat[0, 0, 0] = heat[63, 63, 0] = 20.0
    np.testing.assert_allclose(landmarks.refine(np.array([[0.01, 0.01]], np.float32), heat), [[0, 0]], atol=2e-3)


def test_landmarks_come_back_turned_with_their_square() -> None:
    points = np.zeros((39, 5), np.float32)
    points[:, :2] = 128.0
    points[0, :2] = [128.0, 28.0]  # above the hip in the crop
    points[34, :2] = [128.0, 28.0]
    points[:, 3:] = [0.0, 50.0]
    world = np.zeros((39, 3), np.float32)
    world[0] = [0.0, -0.5, 0.1]
    square = Region((300.0, 200.0), 512.0, 90.0)  # the body lies with its head to the right
    look = landmarks.decode(landmarks.Tensors(points, 0.8, cold(), world), square)
    np.testing.assert_allclose(look.pose.keypoints[0], [500.0, 200.0, 0.5], atol=1e-3)
    assert look.pose.world is not None
    np.testing.assert_allclose(look.pose.world[0], [0.5, 0.0, 0.1], atol=1e-6)
    assert look.pose.score == 0.8
    assert look.region.centre == pytest.approx((300.0, 200.0))
    assert look.region.size == pytest.approx(2 * roi.SCALE * 200.0)
    assert look.region.angle_deg == pytest.approx(90.0)


def test_visibility_needs_both_logits() -> None:
    points = np.zeros((39, 5), np.float32)
    points[0, 3:] = [50.0, -50.0]
    points[1, 3:] = [50.0, 50.0]
    points[34, :2] = 256.0
    tensors = landmarks.Tensors(points, 1.0, cold(), np.zeros((39, 3), np.float32))
    scores = landmarks.decode(tensors, Region((0, 0), 1, 0)).pose.keypoints[:, 2]
    assert scores[0] == pytest.approx(0.0, abs=1e-6)
    assert scores[1] == pytest.approx(1.0)
    assert scores[2] == pytest.approx(0.25)


def test_sigmoid_neither_overflows_nor_drifts() -> None:
    logits = np.array([-1e30, -3.0, 0.0, 3.0, 1e30], np.float32)
    expected = [0.0, 1 / (1 + math.e**3), 0.5, 1 / (1 + math.e**-3), 1.0]
    np.testing.assert_allclose(landmarks.sigmoid(logits), expected, atol=1e-6)
