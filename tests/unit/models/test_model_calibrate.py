"""Ranges hold nearly all values, and the same pictures give the same ranges."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from models import calibrate, graph
from models import pictures as shown
from models.errors import MissingError
from tests.fakes import tiny_graph


def pictures() -> Iterator[calibrate.FloatArray]:
    draw = np.random.default_rng(11)
    for _ in range(20):
        shape = (1, tiny_graph.SIDE, tiny_graph.SIDE, tiny_graph.CHANNELS)
        yield draw.normal(0, 1, shape).astype(np.float32)


def test_ranges_of_every_activation_hold_zero_and_nearly_all_values() -> None:
    folded = graph.fold_constants(tiny_graph.half_precision_weights())
    count, found = calibrate.measured(calibrate.Activations(folded), pictures)
    assert count == 20
    assert found.keys() == {"picture", "wanted", "unwanted"}
    values = np.concatenate([picture.ravel() for picture in pictures()])
    outside = (values < found["picture"].low) | (values > found["picture"].high)
    assert outside.mean() < 1e-3
    assert all(r.low <= 0 <= r.high for r in found.values())
    assert found["unwanted"].high <= 1.0  # a logistic
    assert calibrate.measured(calibrate.Activations(folded), pictures) == (count, found)


def test_single_extremes_are_left_outside() -> None:
    histogram = np.full(calibrate.BINS, 10**6, np.int64)
    histogram[0] = histogram[-1] = 1
    histogram[1 : calibrate.BINS // 2] = 0
    histogram[-calibrate.BINS // 4 : -1] = 0
    found = calibrate._inner(histogram, -8.0, 8.0)
    np.testing.assert_allclose([found.low, found.high], [0.0, 4.0], atol=1e-2)


def test_person_moves_evenly_between_the_two_ends() -> None:
    person = shown.Person((10, 100.0, 50.0), (20, 200.0, 70.0), 80)
    assert person.at(10) == (100, 50)
    assert person.at(15) == (150, 60)
    assert person.at(9) is None
    assert person.at(21) is None


def test_clip_without_pictures_is_said(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"no video")
    with pytest.raises(MissingError, match="not one frame can be read; delete it"):
        list(shown.whole_frames(clip, 32))


def test_a_rendered_body_is_shown_upright_in_its_square() -> None:
    picture = np.zeros((360, 640, 3), np.uint8)
    joints = np.full((17, 2), [300.0, 100.0])  # lies along the picture, head to the right, feet to the left
    joints[list(shown.HIPS)] = 250, 100
    joints[-2:] = 180, 100
    picture[90:110, 290:310] = (255, 0, 0)
    square = shown._around(picture, joints, shown.VIEWS[0], 64)
    rows, columns = np.nonzero(square[:, :, 0])
    assert rows.max() < 32, "shoulders above the hips"
    assert abs(columns.mean() - 32) < 2


def test_missing_rendered_recordings_are_said(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="restore them"):
        list(shown.rendered_people(tmp_path, 32))
