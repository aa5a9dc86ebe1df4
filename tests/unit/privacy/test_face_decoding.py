"""The full-range detector's tensors, the squares it is shown, and the way back to the picture."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from edge_agent.privacy import FullRangeFaces, detector, faces
from edge_agent.privacy.heads import Head
from edge_agent.types import Array, Region
from tests.fakes.faces import LIKELY, RedFaces, scene


def tensors(*answers: tuple[int, int, tuple[float, float, float], float]) -> tuple[Array, Array]:
    """Boxes and logits with these answers: column, row, (x, y, side) from the anchor, logit."""
    boxes = np.zeros((faces.COUNT, faces.VALUES), np.float32)
    logits = np.full(faces.COUNT, -LIKELY, np.float32)
    for column, row, (x, y, side), logit in answers:
        boxes[row * 48 + column, :4] = (x, y, side, side)
        logits[row * 48 + column] = logit
    return boxes, logits


def test_an_anchor_is_the_middle_of_its_cell() -> None:
    (head,) = faces.decode(*tensors((10, 20, (1.0, -2.0, 20.0), LIKELY)), 0.5)
    assert head.centre == pytest.approx((43.0, 80.0))
    assert head.radius == pytest.approx(13.0)


def test_neighbouring_answers_are_one_face_and_far_ones_two() -> None:
    found = faces.decode(
        *tensors((10, 10, (0, 0, 20.0), 2.0), (11, 10, (0, 0, 20.0), 3.0), (40, 10, (0, 0, 20.0), 1.0)), 0.5
    )
    assert len(found) == 2
    assert 42.0 < found[0].centre[0] < 46.0


@pytest.mark.parametrize(("score", "count"), [(0.4, 1), (0.6, 0)])
def test_the_least_score_decides(score: float, count: int) -> None:
    assert len(faces.decode(*tensors((3, 3, (0, 0, 9.0), 0.0)), score)) == count


@pytest.mark.parametrize("where", ["score", "box"])
def test_what_is_no_number_is_no_answer(where: str) -> None:
    boxes, logits = tensors((3, 3, (0, 0, 9.0), LIKELY))
    if where == "score":
        logits[7] = math.nan
    else:
        boxes[3 * 48 + 3, 2] = math.nan
    with pytest.raises(ValueError, match="no number"):
        faces.decode(boxes, logits, 0.5)


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (480, 640), (300, 300), (2000, 300), (7, 3), (1, 1)])
def test_squares_cover_the_picture_and_overlap(size: tuple[int, int]) -> None:
    width, height = size
    squares = detector.squares(width, height)
    seen = np.zeros((height, width), np.bool_)
    for square in squares:
        left, top = (round(value - square.size / 2) for value in square.centre)
        assert left >= 0
        assert top >= 0
        seen[top : top + int(square.size), left : left + int(square.size)] = True
    assert seen.all()
    assert len(squares) == {(640, 480): 2, (1280, 720): 2, (480, 640): 2, (300, 300): 1}.get(size, len(squares))


@pytest.mark.parametrize("angle", [0.0, 90.0, -60.0, 180.0])
def test_a_place_in_a_square_is_brought_back_to_the_picture(angle: float) -> None:
    image = scene((200.0, 100.0), radius=12.0)
    region = Region((190.0, 110.0), 120.0, angle)
    square = detector.cut(image, region, 192)
    red = (square[..., 2].astype(int) - square[..., 0]) > 100
    rows, columns = np.nonzero(red)
    head = detector.to_picture(region, Head((columns.mean() + 0.5, rows.mean() + 0.5), 19.2), 192)
    assert head.centre == pytest.approx((200.0, 100.0), abs=1.0)
    assert head.radius == pytest.approx(12.0)
    assert head.up_deg == angle


@pytest.mark.parametrize("size", [(320, 240), (240, 320), (200, 200)])
def test_faces_are_found_where_they_are_in_every_part_of_the_picture(size: tuple[int, int]) -> None:
    centres = [(30.0, 30.0), (size[0] - 30.0, size[1] - 30.0), (size[0] / 2, size[1] / 2)]
    network = RedFaces()
    found = FullRangeFaces(network).find(scene(*centres, radius=15.0, size=size), ())
    assert len(found) == 3
    for centre in centres:
        nearest = min(found, key=lambda head: math.dist(head.centre, centre))
        assert math.dist(nearest.centre, centre) < 2.0
        assert 15.0 < nearest.radius < 26.0
    assert network.runs == len(detector.squares(*size))


def test_a_lying_face_is_found_only_turned_upright() -> None:
    image = scene()
    cv2.ellipse(image, (160, 120), (24, 14), 0, 0, 360, (40, 60, 250), -1)
    searcher = FullRangeFaces(RedFaces())
    assert searcher.find(image, ()) == ()
    (head,) = searcher.find(image, [Head((166.0, 124.0), 24.0, 90.0)])
    assert math.dist(head.centre, (160.0, 120.0)) < 2.0


def test_a_network_that_answers_nonsense_is_an_error() -> None:
    with pytest.raises(ValueError, match="no number"):
        FullRangeFaces(RedFaces(broken=True)).find(scene(), ())
