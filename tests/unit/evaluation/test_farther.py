"""A wider lens on the same camera: people are smaller, and the room goes on where the filmed part ends."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from tools.evaluation.farther import Farther

WALK = Path(__file__).parents[2] / "recordings" / "rendered" / "walk.webm"


@pytest.mark.parametrize("by", [0.5, 1 / 3])
def test_the_room_goes_on_around_the_filmed_part(by: float) -> None:
    truth = json.loads(WALK.with_suffix(".json").read_bytes())
    image = np.asarray(cv2.VideoCapture(str(WALK)).read()[1], np.uint8)
    shown = Farther.of(truth, by).picture(image).astype(int)
    left, top = (round(length * (1 - by) / 2) for length in (640, 360))
    inside, outside = shown[top + 5 : -top - 5, left + 2], shown[top + 5 : -top - 5, left - 3]
    assert np.median(np.abs(inside - outside)) <= 8  # grey levels: across the seam there is the same wall and floor
    assert np.ptp(shown.reshape(-1, 3).mean(axis=1)) > 50


def test_places_go_where_the_picture_goes() -> None:
    image = np.zeros((360, 640, 3), np.uint8)
    image[98:103, 198:203] = 255
    room = Farther(0.5, np.zeros_like(image))
    rows, columns = np.nonzero(room.picture(image)[..., 0])
    ((x, y),) = room.joints(np.array([[200.5, 100.5]]), image)
    assert (columns.mean() + 0.5, rows.mean() + 0.5) == (pytest.approx(x, abs=1), pytest.approx(y, abs=1))
    assert Farther(1.0, image).picture(image) is image
