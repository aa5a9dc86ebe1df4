"""Models a user adds, on small ones of our own: no package carries weights of these kinds that we may ship."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from edge_agent.pose import added
from edge_agent.pose.coco import CocoLandmarks, Input, Reader
from edge_agent.pose.estimator import PoseEstimator
from edge_agent.pose.interpreter import Model, ModelDigestError, ModelError
from edge_agent.pose.top_down import TopDown
from edge_agent.types import Array, Demand, Frame, Layout, Region
from tests.fakes import tiny_poses

CALM = Demand(fps=10)
KINDS: list[tuple[str, tuple[str, ...], Callable[[], bytes]]] = [
    ("heatmap", ("heat",), tiny_poses.heatmap_model),
    ("simcc", ("across", "down"), tiny_poses.simcc_model),
    ("movenet", ("joints",), tiny_poses.movenet_model),
]


def landmarks(decoder: str, outputs: tuple[str, ...], content: bytes) -> CocoLandmarks:
    return CocoLandmarks(Model(content), Reader(decoder, outputs), Input())


def four(image: Array) -> Array:
    return np.dstack([image[:, :, ::-1], np.zeros(image.shape[:2], np.uint8)])


@pytest.mark.parametrize(("decoder", "outputs", "content"), KINDS, ids=[kind[0] for kind in KINDS])
@pytest.mark.parametrize("angle", [0.0, 35.0, -90.0, 170.0])
def test_joints_are_found_in_the_turned_square_around_a_body(
    decoder: str, outputs: tuple[str, ...], content: Callable[[], bytes], angle: float
) -> None:
    body = tiny_poses.standing((330.0, 250.0), 70.0, angle)
    image = tiny_poses.picture(body, spread=15.6)
    square = Region((330.0, 250.0), 2.5 * 1.9 * 70.0, angle)
    look = landmarks(decoder, outputs, content()).look(four(image), square)  # type: ignore[arg-type]
    cell = square.size / tiny_poses.HEIGHT
    apart = np.linalg.norm(look.pose.keypoints[:, :2] - body, axis=1)
    assert apart.max() < 1.1 * cell
    assert look.pose.layout is Layout.COCO17
    assert abs((look.region.angle_deg - angle + 180) % 360 - 180) < 4
    assert np.hypot(look.region.centre[0] - 330, look.region.centre[1] - 250) < cell
    assert 0.85 < look.region.size / square.size < 1.2


def put(folder: Path, content: bytes, entry: str) -> None:
    (folder / "mine.tflite").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    (folder / "added.yaml").write_text(f"schema: 1\nmodels:\n{entry.format(digest=digest)}", encoding="utf-8")


PEOPLE = (
    "  - {{name: mine, file: mine.tflite, sha256: {digest}, licence: Apache-2.0, decoder: movenet-multipose, "
    "outputs: [people]}}\n"
)


def load(folder: Path) -> PoseEstimator:
    return added.load(folder, "mine")


def test_a_single_stage_model_finds_people_in_the_whole_picture(tmp_path: Path) -> None:
    put(tmp_path, tiny_poses.movenet_model(people=True), PEOPLE)
    body = tiny_poses.standing((300.0, 250.0), 115.0)
    estimator = load(tmp_path)
    seen = estimator.estimate(Frame("a", 1.0, tiny_poses.picture(body, spread=40.0)), CALM)
    (pose,) = seen.poses
    assert estimator.layout is Layout.COCO17
    assert pose.score == pytest.approx(0.9)
    assert np.linalg.norm(pose.keypoints[:, :2] - body, axis=1).max() < 640 / tiny_poses.WIDTH
    assert (seen.size, seen.t, seen.detections) == ((640, 480), 1.0, ())


@pytest.mark.models
def test_a_top_down_model_stands_behind_the_built_detector(tmp_path: Path) -> None:
    built = Path(__file__).resolve().parents[2] / "models/built"
    for name in ("manifest.json", "pose_detection_int8.tflite"):
        (tmp_path / name).write_bytes((built / name).read_bytes())
    put(
        tmp_path,
        tiny_poses.simcc_model(),
        "  - {{name: mine, file: mine.tflite, sha256: {digest}, licence: CC0, "
        "decoder: simcc, outputs: [across, down]}}\n",
    )
    estimator = load(tmp_path)
    assert isinstance(estimator, TopDown)
    assert estimator.estimate(Frame("a", 1.0, np.zeros((480, 640, 3), np.uint8)), CALM).poses == ()
    estimator.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("outputs: [people]", "outputs: [persons]"), "no output 'persons'"),
        (("movenet-multipose", "heatmap"), "has shape (1, 56), which heatmap does not read"),
        (("movenet-multipose", "simcc"), "simcc reads 2 output(s), 1 named"),
        (("movenet-multipose", "magic"), "models.0.decoder"),
        (("name: mine", "name: theirs"), "lists no model 'mine', but theirs"),
        (("licence: Apache-2.0, ", ""), "models.0.licence"),
        (("file: mine.tflite", "file: ../mine.tflite"), "models.0.file"),
        (("file: mine.tflite", "file: yours.tflite"), "No such file"),
        (("schema: 1", "schema: 2"), "schema"),
        (("models:", "models: ["), "no valid YAML"),
    ],
)
def test_a_wrong_entry_is_said_in_a_line(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    put(tmp_path, tiny_poses.movenet_model(people=True), PEOPLE)
    listing = tmp_path / "added.yaml"
    listing.write_text(listing.read_text().replace(*change))
    with pytest.raises(ModelError) as fault:
        load(tmp_path)
    assert said in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_file_that_was_changed_is_not_run(tmp_path: Path) -> None:
    put(tmp_path, tiny_poses.movenet_model(people=True), PEOPLE)
    (tmp_path / "mine.tflite").write_bytes(b"TFL3 something else")
    with pytest.raises(ModelDigestError):
        load(tmp_path)


def test_a_file_that_is_no_model_is_said_in_a_line(tmp_path: Path) -> None:
    put(tmp_path, b"no model at all", PEOPLE)
    with pytest.raises(ModelError, match="this runtime cannot run it"):
        load(tmp_path)


def test_without_any_entry_there_is_only_blazepose(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="use blazepose, or add it"):
        load(tmp_path)
