"""Who counts as found, and what as nobody's, in a single picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from edge_agent.types import Image, Layout, Pose
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
    answers = iter([(there,), (pose_at(40.0, 40.0), pose_at(60.0, 40.0))])
    shown: list[Image] = []

    def still(_: object, image: Image) -> tuple[Pose, ...]:
        shown.append(image)
        return next(answers)

    monkeypatch.setattr(front, "still", still)
    asked, nobody = front._in_picture(truth(), 0, np.zeros((360, 640, 3), np.uint8), "far", by)
    assert (asked.posture, asked.found) == ("lying on the floor", (True, False))
    assert nobody.more == (0, 2)
    assert (shown[0] == 0).mean() == pytest.approx(by * by)
