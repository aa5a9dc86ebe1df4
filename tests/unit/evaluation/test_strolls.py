"""The bench's walks through a room, and its four calibrated views."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pytest

from tests.unit.evaluation.test_skeletons import somebody
from tools.evaluation.four_views import Told, agreement, calibrated
from tools.evaluation.strolls import CAMERAS, on_floor, speeds, strolls


@pytest.mark.parametrize("name", list(CAMERAS))
def test_a_place_before_a_camera_is_right_and_away_of_it(name: str) -> None:
    camera = CAMERAS[name]
    yaw = radians(camera.yaw_deg)
    ahead = np.array([[3.0 * cos(yaw), 3.0 * sin(yaw), 0.0]]) + np.array([*camera.position[:2], 0.0])
    assert on_floor(camera, ahead)[0] == pytest.approx((0.0, 3.0))
    u, v = camera.project(ahead + np.array([sin(yaw), -cos(yaw), 1.0]))[0]
    assert u > camera.width / 2
    assert 0 < v < camera.height


def test_the_speed_of_a_steady_walk() -> None:
    t = np.arange(30) / 10.0
    walked = np.column_stack((0.6 * t, 0.8 * t))
    assert speeds(t, walked)[-1] == pytest.approx(1.0)
    assert np.isnan(speeds(t, walked)[0])


def test_people_come_one_after_another_with_nobody_between() -> None:
    shown = list(strolls([somebody(3.0)], CAMERAS["wall"], 1, 2))
    there = [each.hip is not None for each in shown]
    assert there[0]
    assert not there[-1]
    assert sum(a and not b for a, b in pairwise(there)) == 2
    t = [each.observation.t for each in shown]
    assert all(b > a for a, b in pairwise(t))


def test_a_calibration_becomes_a_view(tmp_path: Path) -> None:
    tilt, roll = radians(20.0), radians(6.0)
    right = np.array([cos(roll), 0.0, -sin(roll)])
    level_up = np.array([sin(roll), 0.0, cos(roll)])
    back = cos(tilt) * np.array([0.0, -1.0, 0.0]) + sin(tilt) * level_up
    up = np.cross(back, right)
    rows = np.stack((right, up, back))
    words = " ".join(f'r{i + 1}{j + 1}="{rows[i, j]}"' for i in range(3) for j in range(3))
    (tmp_path / "Calib.qca.txt").write_text(
        f'<calibration><cameras><camera><transform {words} x="0" y="-2000" z="1900"/>'
        '<intrinsic focalLengthU="64000" focalLengthV="64000" centerPointU="32000" centerPointV="32000"/>'
        "</camera></cameras></calibration>",
        "utf-8",
    )
    (camera,) = calibrated(tmp_path)
    assert camera.view.height_m == pytest.approx(1.9)
    assert camera.view.roll_deg == pytest.approx(6.0, abs=0.5)
    assert camera.view.tilt_deg == pytest.approx(20.0, abs=0.5)
    assert camera.view.intrinsics == pytest.approx((1000.0, 1000.0, 500.0, 500.0))
    assert camera.in_room(0.0, 2.0) == pytest.approx((0.0, 0.0), abs=0.1)


def test_views_agree_as_far_as_their_places_and_speeds_do() -> None:
    t = np.array([0.0, 0.1])
    one = Told(t, np.array([[0.0, 0.0], [0.1, 0.0]]), np.array([np.nan, 1.0]))
    other = Told(t, np.array([[0.2, 0.0], [0.3, 0.0]]), np.array([np.nan, 1.4]))
    agreed = agreement([one, other])
    assert (agreed.place_m, agreed.speed_mps, agreed.mean_mps) == pytest.approx((0.1, 0.2, 1.2))
    assert agreement([]).place_m is None
