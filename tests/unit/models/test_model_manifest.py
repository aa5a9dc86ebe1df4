"""The manifest and the ranges are closed schemas whose faults are said in one line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from models import files, manifest, ranges
from models.errors import ManifestError


@pytest.fixture
def content() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(manifest.MANIFEST.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def load(tmp_path: Path) -> Callable[[object], manifest.Manifest]:
    def written(content: object) -> manifest.Manifest:
        path = tmp_path / "manifest.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return manifest.load(path)

    return written


def test_ours_is_valid_and_holds_an_int8_model_for_each_task() -> None:
    ours = manifest.load()
    assert {model.task for model in ours.models.values() if model.precision == "int8"} == {
        "person_detection",
        "pose_landmarks",
    }
    assert all(package.licence for package in ours.packages.values())


def test_files_are_named_so_that_none_overwrites_another() -> None:
    ours = manifest.load()
    names = [package.file for package in ours.packages.values()]
    names += [member.save_as for package in ours.packages.values() for member in package.members.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("packages", "mediapipe", "sha256"), "abc", "packages.mediapipe.sha256: String should match"),
        (("packages", "mediapipe", "file"), "../../evil.whl", "packages.mediapipe.file: String should match"),
        (("packages", "mediapipe", "extra"), 1, "packages.mediapipe.extra: Extra inputs"),
        (("models", "pose_landmark_int8", "task"), "faces", "models.pose_landmark_int8.task: Input should be"),
        (("models", "pose_landmark_int8", "reference"), "gone", "there is no reference model gone"),
        (("models", "pose_landmark_int8", "recipe", "member"), "gone", "there is no member mediapipe/gone"),
        (("models", "pose_landmark_int8", "reference"), None, "names its float reference"),
        (("schema",), 2, "schema: Input should be 1"),
    ],
)
def test_fault_is_said_with_its_place(
    path: tuple[str, ...],
    value: object,
    said: str,
    content: dict[str, Any],
    load: Callable[[object], manifest.Manifest],
) -> None:
    place = content
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    with pytest.raises(ManifestError) as caught:
        load(content)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_no_yaml_and_no_file_are_said(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yaml"
    with pytest.raises(ManifestError, match=r"No such file.*restore it"):
        manifest.load(path)
    path.write_text("a: [1,\n b: }", encoding="utf-8")
    with pytest.raises(ManifestError, match="not YAML"):
        manifest.load(path)


def test_ranges_are_read_back_as_written(tmp_path: Path) -> None:
    calibration = ranges.Calibration(
        graph_sha256="a" * 64,
        pictures=3,
        statistic="all",
        sources=("a clip",),
        ranges={"b": ranges.Range(low=-1.5, high=2), "a": ranges.Range(low=0, high=0)},
    )
    path = tmp_path / "ranges.json"
    path.write_text(ranges.dump(calibration), encoding="utf-8")
    assert ranges.load(path) == calibration


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "the file: Invalid JSON"),
        (
            '{"graph_sha256": "' + "a" * 64 + '", "pictures": 1, "statistic": "", "sources": [],'
            ' "ranges": {"t": {"low": 2, "high": 1}}}',
            "ranges.t: Value error, low 2.0 is above high 1.0",
        ),
    ],
)
def test_wrong_ranges_are_said(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "ranges.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError, match="calibrate") as caught:
        ranges.load(path)
    assert said in str(caught.value)


def test_committed_ranges_are_valid_and_have_the_digest_the_manifest_names() -> None:
    for model in manifest.load().models.values():
        if model.recipe.quantize is not None:
            path = manifest.MANIFEST.parent / model.recipe.quantize.ranges
            assert files.sha256(path) == model.recipe.quantize.ranges_sha256
            assert ranges.load(path).ranges
