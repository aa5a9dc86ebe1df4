"""The accuracy tool reads the truth of different sets alike and measures what it says."""

import json
from pathlib import Path

import numpy as np
import pytest

from tools import keypoint_accuracy as accuracy
from tools import keypoint_truth as truth

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
    region = accuracy.true_region(person)
    np.testing.assert_allclose(region.centre, (100, 180))
    assert region.angle_deg == pytest.approx(0)
    assert region.size / 2 > 1.25 * 120  # the ankles are 120 px from the hip


def test_share_within_counts_known_joints_only() -> None:
    errors = np.array([[0.1, 0.3, np.nan, 0.7], [np.nan, np.nan, np.nan, 0.1]])
    np.testing.assert_allclose(accuracy._share_within(errors, 0.2), [1 / 3, 1])
    np.testing.assert_allclose(accuracy._share_within(errors, 0.5), [2 / 3, 1])


def test_paired_difference_has_an_interval_around_it() -> None:
    float32 = np.linspace(0.4, 0.9, 40)
    same = accuracy._paired(float32, float32)
    assert same == {"mean": 0, "low": 0, "high": 0}
    worse = accuracy._paired(float32, float32 - np.where(np.arange(40) % 2, 0.1, 0.0))
    assert worse["mean"] == pytest.approx(-0.05)
    assert worse["low"] < worse["mean"] < worse["high"] < 0


@pytest.mark.models
def test_without_data_sets_are_skipped_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not (accuracy.ROOT / "models" / "built" / "manifest.json").exists():
        pytest.skip("models not built (./tools/setup)")
    out = tmp_path / "figures.json"
    assert accuracy.main(["--data", str(tmp_path), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert all(f"{name}: not present, skipped" in said for name in truth.SETS)
    figures = json.loads(out.read_bytes())
    assert figures["time"]["pose_landmark"]["int8_to_float32"] > 0
    assert "landmarks_on_true_regions" not in figures


def test_missing_models_are_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert accuracy.main(["--data", str(tmp_path), "--models", str(tmp_path)]) == 5
    assert capsys.readouterr().err.count("\n") == 1
