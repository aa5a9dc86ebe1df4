"""Photographs with known joints: the truth of different sets is read alike, and errors are what they say."""

import json
from pathlib import Path

import numpy as np
import pytest

from edge_agent.box import models_folder
from tools.evaluation import keypoint_errors as errors
from tools.evaluation.bench import Bench
from tools.evaluation.keypoint_errors import Compared, Seen
from tools.evaluation.sets import photographs as truth
from tools.evaluation.tasks import keypoints

UPRIGHT = {
    "left_shoulder": (120, 100),
    "right_shoulder": (80, 100),
    "left_elbow": (130, 140),
    "right_elbow": (70, 140),
    "left_wrist": (130, 180),
    "right_wrist": (70, 180),
    "left_hip": (115, 180),
    "right_hip": (85, 180),
    "left_knee": (115, 240),
    "right_knee": (85, 240),
    "left_ankle": (115, 300),
    "right_ankle": (85, 300),
}


def write(data: Path, name: str, content: object, picture: str) -> None:
    annotations, pictures = (data / part for part in truth.SETS[name])
    annotations.parent.mkdir(parents=True, exist_ok=True)
    pictures.mkdir(parents=True, exist_ok=True)
    annotations.write_text(json.dumps(content), encoding="utf-8")
    (pictures / picture).write_bytes(b"")


def coco(joints: dict[str, tuple[int, int]], **person: object) -> dict[str, object]:
    names = ["nose", *truth.JOINTS]
    keypoints = [value for name in names for value in ((*joints[name], 2) if name in joints else (0, 0, 0))]
    return {
        "categories": [{"keypoints": names}],
        "images": [{"id": 1, "file_name": "a.jpg"}],
        "annotations": [{"image_id": 1, "keypoints": keypoints, "iscrowd": 0, **person}],
    }


def test_person_of_a_coco_file(tmp_path: Path) -> None:
    write(tmp_path, "coco", coco(UPRIGHT), "a.jpg")
    (person,) = truth.load(tmp_path, "coco")
    np.testing.assert_array_equal(person.joints, [UPRIGHT[name] for name in truth.JOINTS])
    np.testing.assert_array_equal(person.hip, [100, 180])
    assert person.torso == 80


def test_person_of_an_mpii_file_is_the_same(tmp_path: Path) -> None:
    joints = [UPRIGHT.get(name, (0, 0)) for name in truth._MPII]
    write(tmp_path, "mpii", [{"image": "a.jpg", "joints": joints, "joints_vis": [1] * 16}], "a.jpg")
    (person,) = truth.load(tmp_path, "mpii")
    np.testing.assert_array_equal(person.joints, [UPRIGHT[name] for name in truth.JOINTS])


@pytest.mark.parametrize(
    "hidden", [("left_hip",), ("left_knee", "right_knee", "left_ankle", "right_ankle", "left_wrist")]
)
def test_people_too_little_of_whom_is_known_are_left_out(hidden: tuple[str, ...], tmp_path: Path) -> None:
    write(tmp_path, "coco", coco({name: xy for name, xy in UPRIGHT.items() if name not in hidden}), "a.jpg")
    assert truth.load(tmp_path, "coco") == []


def test_crowds_small_people_and_missing_pictures_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "coco", coco(UPRIGHT, iscrowd=1), "a.jpg")
    assert truth.load(tmp_path, "coco") == []
    write(tmp_path, "coco", coco({name: (x // 3, y // 3) for name, (x, y) in UPRIGHT.items()}), "a.jpg")
    assert truth.load(tmp_path, "coco") == []
    write(tmp_path, "ochuman", coco(UPRIGHT), "b.jpg")
    assert truth.load(tmp_path, "ochuman") == []


def test_true_region_holds_the_body_and_points_up() -> None:
    person = truth.Person(Path("a.jpg"), np.array([UPRIGHT[name] for name in truth.JOINTS], np.float64))
    region = errors.true_region(person)
    np.testing.assert_allclose(region.centre, (100, 180))
    assert region.angle_deg == pytest.approx(0)
    assert region.size / 2 > 1.25 * 120  # the ankles are 120 px from the hip


def seen(*joints: float, flag: float = 0.9, found: bool = True) -> Seen:
    return Seen(np.array(joints), flag, found, found)


def compared(pairs: list[tuple[Seen, Seen]]) -> list[Compared]:
    person = [truth.Person(Path(f"{n // 2}.jpg"), np.zeros((12, 2))) for n in range(len(pairs))]
    return [Compared(one, "coco", *pair) for one, pair in zip(person, pairs, strict=True)]


def test_share_within_counts_known_joints_only() -> None:
    one = seen(0.1, 0.3, np.nan, 0.7)
    assert one.within(0.2) == pytest.approx(1 / 3)
    assert one.within(0.5) == pytest.approx(2 / 3)
    assert seen(np.nan, np.nan, np.nan, 0.1).within(0.2) == 1


def test_similarity_falls_with_the_error_and_is_one_without() -> None:
    assert seen(*[0.0] * 12).oks == 1
    assert 0 < seen(*[0.4] * 12).oks < seen(*[0.1] * 12).oks < 1


def test_difference_is_paired_and_has_an_interval_around_it() -> None:
    score = keypoints.MEASURES["PCK@.2"]
    same = compared([(seen(0.1, x), seen(0.1, x)) for x in np.linspace(0.1, 0.3, 20)])
    assert errors.difference(same, score) == 0
    assert errors.interval(same, score, 1) == (None, None), "every draw is 0: that is no interval"
    worse = compared([(seen(0.1, 0.1), seen(0.1, 0.1 + 0.2 * (n % 4 == 0))) for n in range(40)])
    low, high = errors.interval(worse, score, 1)
    assert errors.difference(worse, score) == pytest.approx(-0.125)
    assert low is not None
    assert high is not None
    assert low < -0.125 < high < 0


def test_who_is_lost_is_counted_person_by_person() -> None:
    pairs = [(seen(0.1), seen(0.1, found=False)), (seen(0.1, found=False), seen(0.1)), (seen(0.1), seen(0.1))]
    has = keypoints.HAS["by the detector"]
    assert errors.lost(compared(pairs), has) == 1
    assert errors.won(compared(pairs), has) == 1, "as many are found, and yet one is lost"


@pytest.mark.models
def test_without_data_sets_are_said_to_be_absent_and_models_are_timed(tmp_path: Path) -> None:
    if not (models_folder(None) / "manifest.json").exists():
        pytest.skip("models not built (./tools/setup)")
    (section,) = keypoints.measure(Bench(tmp_path, tmp_path, fast=True, workers=1))
    absent = {figure.data for figure in section.figures if figure.note == "not present"}
    assert absent >= set(truth.SETS)
    assert section.details["time"]["pose_landmark"]["int8_to_float32"] > 0
    assert "landmarks_on_true_regions" not in section.details
