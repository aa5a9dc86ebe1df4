"""Who counts as found, and what as nobody's, in a single picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from edge_agent.types import Image, Layout, Pose
from tools.evaluation.farther import Farther
from tools.evaluation.tasks import front

STANDING = np.column_stack((np.full(17, 320.0), np.linspace(60.0, 300.0, 17)))


def truth() -> dict[str, Any]:
    label = {"person": 0, "start_s": 0.0, "end_s": 9.0, "posture": "lying", "on_floor": True}
    person = {"id": 0, "first_frame": 0, "joints_px": [STANDING.tolist()], "visible": ["1" * 17]}
    return {"fps": 10.0, "frames": 1, "people": [person], "labels": [label]}


def pose_at(x: float, y: float) -> Pose:
    keypoints = np.zeros((33, 3), np.float32)
    keypoints[:, :2] = x, y
    return Pose(keypoints, Layout.BLAZEPOSE33, 1.0)


@pytest.mark.parametrize("by", [1.0, 0.5])
def test_a_pose_on_the_hips_is_found_and_one_elsewhere_is_away(by: float, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = STANDING[front.HIPS].mean(axis=0)
    there = pose_at(320 + (x - 320) * by, 180 + (y - 180) * by)
    strangers = (pose_at(40.0, 40.0), pose_at(60.0, 40.0))
    answers = iter([[(0.0, ()), (0.5, (there,)), (1.0, (there,))], [(0.0, (there,)), (0.5, strangers)]])
    pictures: list[Image] = []

    def shown(_: object, image: Image) -> list[tuple[float, tuple[Pose, ...]]]:
        pictures.append(image)
        return next(answers)

    monkeypatch.setattr(front, "shown", shown)
    room = Farther(by, np.full((360, 640, 3), 9, np.uint8))
    asked, nobody = front._in_picture(truth(), 0, np.zeros((360, 640, 3), np.uint8), "far", room)
    assert (asked.posture, asked.after_s) == ("lying on the floor", (0.5, None))
    assert nobody.more == (0, 2)
    assert (pictures[0] == 0).mean() == pytest.approx(by * by)


def test_how_many_how_many_at_once_and_how_soon() -> None:
    found, at_once, seconds = front._found("far", "int8", [0.0, 1.5, 0.5, None])
    assert (found.value, at_once.value) == (0.75, 0.25)
    assert seconds.value == pytest.approx(1.4)
    assert [one.value for one in front._found("far", "int8", [])] == [None, None, None]
