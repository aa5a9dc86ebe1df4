"""Recorded skeletons before virtual cameras."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edge_agent.types import KEYPOINTS, Layout
from tools.evaluation import rules
from tools.evaluation.skeletons import (
    KINECT,
    Skeleton,
    at_rate,
    corner_camera,
    floor_of,
    frontal_camera,
    mirrored,
    observations,
    view_of,
)

NAMES = KEYPOINTS[Layout.COCO17]


def somebody(seconds: float = 2.0, fps: float = 30.0) -> Skeleton:
    """Stands 3 m away and faces the recording camera, whose axes lie 1 m over the floor."""
    t = np.arange(round(seconds * fps)) / fps
    heights = {"shoulder": 0.4, "elbow": 0.1, "wrist": -0.1, "hip": -0.1, "knee": -0.5, "ankle": -0.92}
    joints = {"nose": np.array([0.0, 2.9, 0.65])}
    for side, x in (("left", 0.2), ("right", -0.2)):  # facing the camera, its left is at the picture's right
        for name in ("eye", "ear"):
            joints[f"{side}_{name}"] = np.array([x / 4, 2.95, 0.67])
        for name, z in heights.items():
            joints[f"{side}_{name}"] = np.array([x, 3.0, z])
    return Skeleton("somebody", "s1", t, {name: np.tile(place, (len(t), 1)) for name, place in joints.items()})


def first(skeleton: Skeleton, camera: object) -> np.ndarray:
    return next(iter(observations(skeleton, camera))).poses[0].keypoints  # type: ignore[arg-type]


def test_the_kinects_own_view_is_the_one_it_recorded() -> None:
    points = first(somebody(), KINECT)
    assert points[NAMES.index("left_hip"), 0] == pytest.approx(320 + 525 * 0.2 / 3, abs=0.5)
    assert points[NAMES.index("left_hip"), 1] == pytest.approx(240 + 525 * 0.1 / 3, abs=0.5)


@pytest.mark.parametrize("camera", [KINECT, frontal_camera(somebody())])
def test_who_faces_the_camera_has_the_left_at_the_pictures_right(camera: object) -> None:
    points = first(somebody(), camera)
    assert points[NAMES.index("left_shoulder"), 0] > points[NAMES.index("right_shoulder"), 0]


def test_a_mirror_exchanges_the_sides() -> None:
    one, other = first(somebody(), KINECT), first(mirrored(somebody()), KINECT)
    left, right = NAMES.index("left_wrist"), NAMES.index("right_wrist")
    assert other[left, 0] == pytest.approx(640 - one[right, 0])
    twice = mirrored(mirrored(somebody()))
    assert np.allclose(twice.stacked, somebody().stacked)


def test_the_measured_view_is_over_the_floor() -> None:
    person = somebody()
    assert floor_of(person) == pytest.approx(-0.99)
    assert view_of(person, corner_camera(person)).height_m == pytest.approx(2.4)
    assert view_of(person, KINECT).height_m == pytest.approx(0.99)


@pytest.mark.parametrize("fps", [7.0, 10.0, 30.0])
def test_another_rate_keeps_the_time(fps: float) -> None:
    slower = at_rate(somebody(), fps)
    assert slower.t[-1] == pytest.approx(somebody().t[-1], abs=1 / fps)
    assert np.diff(slower.t).mean() == pytest.approx(1 / fps, rel=0.05)


def test_dropped_joints_are_as_many_as_asked_for_and_the_same_each_time() -> None:
    def scores(seed: int) -> np.ndarray:
        said = observations(somebody(10.0), KINECT, dropped=0.25, seed=seed)
        return np.stack([each.poses[0].keypoints[:, 2] for each in said])

    assert (scores(1) == 0).mean() == pytest.approx(0.25, abs=0.02)
    assert np.array_equal(scores(1), scores(1))
    assert not np.array_equal(scores(1), scores(2))


def test_a_joint_the_skeleton_lacks_is_unseen() -> None:
    person = somebody()
    joints = {name: places for name, places in person.joints.items() if name != "nose"}
    assert first(replace(person, joints=joints), KINECT)[NAMES.index("nose"), 2] == 0


def test_the_simple_rule_tells_lying_down_from_standing() -> None:
    t = np.arange(60) / 10
    standing = np.array([each.poses[0].keypoints for each in observations(at_rate(somebody(6.0), 10), KINECT)])
    assert rules.fallen(t, standing) is None
    fallen = standing.copy()
    fallen[30:, :, 0], fallen[30:, :, 1] = standing[30:, :, 1], 400.0
    when = rules.fallen(t, fallen)
    assert when is not None
    assert 3.9 < when < 4.3
