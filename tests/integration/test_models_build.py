"""The real models: folded, pruned, quantized; changed files refused. No network: what was fetched must be there."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from models import build, cards, files, manifest, ranges, verify
from models.errors import DigestMismatchError, DisagreementError, FetchError, ManifestError, MissingError
from models.manifest import Manifest, Package
from models.quantize import quantize

pytestmark = pytest.mark.models

HERE = manifest.MANIFEST.parent
CACHE, BUILT = HERE / "cache", HERE / "built"
WHEEL = "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
INT8 = ("pose_detection_int8", "pose_landmark_int8")


@pytest.fixture(scope="module", autouse=True)
def _present() -> None:
    if not (BUILT / "manifest.json").exists():
        pytest.skip("models not built (./tools/setup)")


@pytest.fixture
def ours() -> Manifest:
    return manifest.load()


@pytest.fixture
def folders(tmp_path: Path) -> build.Folders:
    """Copies of the recipes and what was taken out of the packages, and an empty folder for the models."""
    cache, recipes = tmp_path / "cache", tmp_path / "recipes"
    shutil.copytree(HERE / "calibration", recipes / "calibration")
    cache.mkdir()
    for path in CACHE.iterdir():
        if path.suffix in {".tflite", ".whl"}:
            shutil.copy(path, cache)
    return build.Folders(recipes, cache, tmp_path / "out")


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def make(folders: build.Folders, lines: list[str]) -> Callable[..., None]:
    def made(ours: Manifest, *only: str, machine: str = "x86_64") -> None:
        build.build(ours, only, folders, build.Tools(lines.append, unreachable, machine))

    return made


def unreachable(name: str, package: Package, folder: Path, attempt: int) -> Path:
    raise FetchError(f"{package.file}: no network in this test")


def flip(path: Path) -> None:
    """Changes one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def outputs(content: bytes, wanted: manifest.Input, seed: int) -> dict[str, Any]:
    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    low, high = wanted.range
    picture = np.random.default_rng(seed).uniform(low, high, wanted.shape).astype(np.float32)
    return verify.run(interpreter, picture)


def changed(ours: Manifest, name: str, **update: object) -> Manifest:
    """The manifest with one model's entry changed."""
    model = ours.models[name].model_copy(update=update)
    return ours.model_copy(update={"models": {**ours.models, name: model}})


@pytest.mark.parametrize("name", ["pose_detection_float32", "pose_landmark_float32", "face_detection_float32"])
def test_float_model_computes_what_the_shipped_one_does(name: str, ours: Manifest) -> None:
    model = ours.models[name]
    member = ours.packages[model.recipe.package].members[model.recipe.member]
    shipped = outputs((CACHE / member.save_as).read_bytes(), model.input, 5)
    found = outputs((BUILT / f"{name}.tflite").read_bytes(), model.input, 5)
    assert shipped.keys() - found.keys() == set(model.recipe.drop_outputs)
    for key, values in found.items():
        np.testing.assert_array_equal(values, shipped[key])


@pytest.mark.parametrize("name", sorted(manifest.load().models))
def test_tensors_are_those_the_manifest_names(name: str, ours: Manifest) -> None:
    model = ours.models[name]
    interpreter = Interpreter(model_content=(BUILT / f"{name}.tflite").read_bytes())
    (given,) = interpreter.get_input_details()
    assert (given["name"], tuple(given["shape"]), given["dtype"]) == (model.input.name, model.input.shape, np.float32)
    assert {(o["name"], tuple(o["shape"])) for o in interpreter.get_output_details()} == {
        (output.name, output.shape) for output in model.outputs
    }


@pytest.mark.parametrize("name", INT8)
def test_int8_agrees_with_float_on_drawn_people(name: str, ours: Manifest) -> None:
    model = ours.models[name]
    candidate, reference = ((BUILT / f"{which}.tflite").read_bytes() for which in (name, model.reference))
    verify.agree(name, candidate, reference, model.input, model.outputs)


@pytest.mark.parametrize("name", INT8)
def test_badly_quantized_model_is_refused(name: str, ours: Manifest) -> None:
    model = ours.models[name]
    recipe = model.recipe.quantize
    assert recipe is not None
    calibration = ranges.load(HERE / recipe.ranges)
    narrow = {key: ranges.Range(low=r.low / 4, high=r.high / 4) for key, r in calibration.ranges.items()}
    reference = (BUILT / f"{model.reference}.tflite").read_bytes()
    with pytest.raises(DisagreementError, match=f"{name}: output .* differs from the float model"):
        verify.agree(name, quantize(reference, recipe, narrow), reference, model.input, model.outputs)


def test_drawn_people_are_people_to_the_float_models(ours: Manifest) -> None:
    detector, landmarks = (ours.models[name] for name in ("pose_detection_float32", "pose_landmark_float32"))
    for name, model, output, least in (
        ("pose_detection_float32", detector, "Identity_1", 2.0),
        ("pose_landmark_float32", landmarks, "Identity_1", 0.9),
    ):
        interpreter = Interpreter(model_path=str(BUILT / f"{name}.tflite"))
        interpreter.allocate_tensors()
        for picture in verify.reference_inputs(model.input):
            assert verify.run(interpreter, picture)[output].max() > least


def test_build_from_the_cache_gives_the_digests_of_the_manifest_and_then_does_nothing(
    ours: Manifest, make: Callable[..., None], folders: build.Folders, lines: list[str]
) -> None:
    make(ours, *INT8)
    for name in INT8:
        assert files.sha256(folders.out / f"{name}.tflite") == ours.models[name].sha256
    listed = {model["name"]: model for model in json.loads((folders.out / "manifest.json").read_bytes())["models"]}
    assert listed.keys() == set(INT8)
    assert all((folders.out / model["file"]).stat().st_size == model["bytes"] for model in listed.values())
    before = {path.name: path.stat().st_mtime_ns for path in folders.out.iterdir()}
    lines.clear()
    make(ours, *INT8)
    assert lines == [f"{name}: up to date" for name in ours.models if name in INT8]
    assert {path.name: path.stat().st_mtime_ns for path in folders.out.iterdir()} == before
    build.check(ours, INT8, folders)


@pytest.mark.parametrize(
    "place",
    [
        "out/pose_landmark_int8.tflite",
        f"cache/{WHEEL}",
        "cache/pose_landmark_full.tflite",
        "recipes/calibration/pose_landmark.json",
    ],
)
def test_changed_byte_is_refused(
    place: str, ours: Manifest, make: Callable[..., None], folders: build.Folders, tmp_path: Path
) -> None:
    if place.startswith("out"):
        make(ours, "pose_landmark_int8")
    path = tmp_path / place
    expected = files.sha256(path)
    flip(path)
    with pytest.raises(DigestMismatchError) as caught:
        make(ours, "pose_landmark_int8")
    said = str(caught.value)
    assert said.startswith(f"{path}: expected sha256 {expected}, found {files.sha256(path)}; ")
    assert said.split("; ")[1]
    assert "\n" not in said


def test_another_result_than_expected_is_refused_where_it_must_be_equal(
    ours: Manifest, make: Callable[..., None], folders: build.Folders
) -> None:
    with pytest.raises(DigestMismatchError, match=f"expected sha256 {'0' * 64}"):
        make(changed(ours, "pose_detection_int8", sha256="0" * 64), "pose_detection_int8")
    assert not folders.out.exists()


def test_elsewhere_agreement_with_float_is_enough(
    ours: Manifest, make: Callable[..., None], folders: build.Folders, lines: list[str]
) -> None:
    other = changed(ours, "pose_detection_int8", sha256="0" * 64)
    make(other, "pose_detection_int8", machine="aarch64")
    assert any("agrees with the float model" in line for line in lines)
    lines.clear()
    make(other, "pose_detection_int8", machine="aarch64")
    assert lines == ["pose_detection_int8: up to date"]


def test_older_build_is_made_anew(ours: Manifest, make: Callable[..., None], lines: list[str]) -> None:
    make(changed(ours, "pose_detection_int8", sha256="0" * 64), "pose_detection_int8", machine="aarch64")
    lines.clear()
    make(ours, "pose_detection_int8")
    assert lines[-1].startswith("pose_detection_int8: built")


def test_ranges_of_another_graph_are_refused(ours: Manifest, make: Callable[..., None], folders: build.Folders) -> None:
    recipe = ours.models["pose_detection_int8"].recipe
    assert recipe.quantize is not None
    path = folders.recipes / recipe.quantize.ranges
    other = ranges.load(path).model_copy(update={"graph_sha256": "f" * 64})
    path.write_text(ranges.dump(other), encoding="utf-8")
    quantized = recipe.quantize.model_copy(update={"ranges_sha256": files.sha256(path)})
    with pytest.raises(DigestMismatchError, match="belong to another graph"):
        make(
            changed(ours, "pose_detection_int8", recipe=recipe.model_copy(update={"quantize": quantized})),
            "pose_detection_int8",
        )


def test_missing_files_are_said(ours: Manifest, make: Callable[..., None], folders: build.Folders) -> None:
    for wheel in folders.cache.glob("*.whl"):
        wheel.unlink()
    with pytest.raises(MissingError, match="not built; run"):
        build.check(ours, ["pose_detection_int8"], folders)
    with pytest.raises(MissingError, match=r"sports2d_demo\.mp4: not there"):
        build.check(ours, ["sports2d_demo"], folders)
    with pytest.raises(FetchError, match="no network"):
        make(ours, "sports2d_demo")
    (folders.recipes / "calibration" / "pose_detection.json").unlink()
    with pytest.raises(MissingError, match="restore it"):
        make(ours, "pose_detection_int8")


def test_unknown_name_is_said_with_the_known_ones(ours: Manifest, make: Callable[..., None]) -> None:
    with pytest.raises(ManifestError, match=r"--only faces: no such name; choose from face_detection_float32, "):
        make(ours, "faces")


def test_command_checks_what_is_built(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert build.main(["--check"]) == 0
    assert "all right" in capsys.readouterr().out
    shutil.copytree(BUILT, tmp_path / "built")
    flip(tmp_path / "built" / "pose_landmark_int8.tflite")
    assert build.main(["--check", "--out", str(tmp_path / "built")]) == 5
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith(f"models: {tmp_path}/built/pose_landmark_int8.tflite: expected sha256 ")
    assert build.main(["--check", "--out", str(tmp_path / "nothing")]) == 4


def test_list_that_is_none_is_said(ours: Manifest, make: Callable[..., None], folders: build.Folders) -> None:
    folders.out.mkdir()
    (folders.out / "manifest.json").write_text('{"schema": 1, "models": [{}]}', encoding="utf-8")
    with pytest.raises(ManifestError, match=r"manifest\.json: models\.0\.name: Field required; delete"):
        make(ours, "pose_detection_int8")


def test_cards_and_figures_are_of_these_models(ours: Manifest) -> None:
    figures = json.loads(cards.FIGURES.read_bytes())
    measured = {name: model.sha256 for name, model in ours.models.items() if model.task != "face_detection"}
    assert figures["models"] == measured
    for name in ours.models:
        assert (cards.CARDS / f"{name}.md").read_text(encoding="utf-8") == cards.card(name, ours, figures), (
            "run python -m models.cards"
        )


def test_built_weights_need_no_runtime_newer_than_their_format(ours: Manifest) -> None:
    """tflite-runtime reads no buffers outside the flatbuffer."""
    for name in ours.models:
        raw = schema.Model.GetRootAs((BUILT / f"{name}.tflite").read_bytes(), 0)
        assert all(raw.Buffers(index).Offset() == 0 for index in range(raw.BuffersLength()))
