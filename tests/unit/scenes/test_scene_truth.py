"""The truth beside a recording: closed, exact, and the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from edge_agent.sources.keypoints import KeypointRecording
from edge_agent.types import Layout
from tools.scenes.__main__ import main
from tools.scenes.catalogue import CORNER, PLOTS, Cast, Scene
from tools.scenes.keypoints import write_keypoints
from tools.scenes.rig import COCO17
from tools.scenes.room import resident_room
from tools.scenes.spec import Spec
from tools.scenes.truth import Truth, truth

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def scene() -> Scene:
    return PLOTS["stand-up"].stage(Cast(), resident_room(), CORNER, fps=1.0)


@pytest.fixture(scope="module")
def said(scene: Scene) -> Truth:
    return truth(scene)


def test_the_truth_survives_the_way_to_json_and_back(scene: Scene, said: Truth) -> None:
    assert Truth.model_validate_json(said.model_dump_json()) == said
    assert truth(scene).model_dump_json() == said.model_dump_json()


def test_an_unknown_field_is_refused(said: Truth) -> None:
    with pytest.raises(ValidationError, match="extra"):
        Truth.model_validate(said.model_dump() | {"mood": "good"})


def test_pixels_are_the_projection_of_the_joints(scene: Scene, said: Truth) -> None:
    person = said.people[0]
    world = np.array(person.joints_mm).reshape(-1, 17, 3) / 1000
    px = np.array(person.joints_px).reshape(-1, 17, 2)
    np.testing.assert_allclose(scene.camera.project(world), px, atol=0.3)
    assert len(person.visible) == said.frames == len(px)


def test_another_seed_moves_the_person_differently_but_not_elsewhere(said: Truth) -> None:
    other = PLOTS["stand-up"].stage(Cast(seed=2), resident_room(), CORNER, fps=1.0)
    a, b = (np.array(t.people[0].joints_mm) for t in (said, truth(other)))
    assert a.shape == b.shape
    assert 1 < np.abs(a - b).max() < 300


def test_a_keypoint_recording_is_read_by_the_agent_as_it_was_written(scene: Scene, said: Truth, tmp_path: Path) -> None:
    for layout, joints in ((Layout.COCO17, 17), (Layout.BLAZEPOSE33, 33)):
        file = tmp_path / f"{layout}.npz"
        write_keypoints(scene, file, layout)
        with np.load(file) as z:
            assert z["keypoints"].shape[1:] == (joints, 3)
            hips = [11, 12] if joints == 17 else [23, 24]
            np.testing.assert_allclose(z["world"][:, hips].mean(axis=1), 0.0, atol=2e-3)
        recording = KeypointRecording(file, "room")
        seen = [pose for instant in recording.instants(1.0) for pose in instant.poses]
        assert len(seen) == len(said.people[0].joints_px)
        assert {pose.layout for pose in seen} == {layout}
        recording.close()


def test_up_is_up_in_the_world_landmarks(scene: Scene, tmp_path: Path) -> None:
    write_keypoints(scene, tmp_path / "k.npz")
    with np.load(tmp_path / "k.npz") as z:
        tilt = np.radians(float(z["tilt_deg"]))
        up = np.array([0.0, -np.cos(tilt), -np.sin(tilt)])
        nose = z["world"][-1, COCO17.index("nose")]
        ankle = z["world"][-1, COCO17.index("left_ankle")]
    assert 1.2 < (nose - ankle) @ up < 1.6


def test_a_spec_file_chooses_scene_camera_and_seed(tmp_path: Path, capsys: Capture) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(
        "- {scene: stand-up, name: low, seed: 5, fps: 1, camera: {position: [0.2, 0.2, 1.9], tilt_deg: 20}}\n"
    )
    assert main(["--spec", str(spec), "--joints-only", "--out", str(tmp_path)]) == 0
    with np.load(tmp_path / "low.npz") as z:
        assert float(z["height_m"]) == 1.9
        assert float(z["tilt_deg"]) == 20.0
    assert "low" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["scene: nothing\n", "scene: walk\nresident: nobody\n", "scene: walk\ncolour: red\n"])
def test_a_wrong_spec_is_one_message_and_exit_code_2(text: str, tmp_path: Path, capsys: Capture) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(text)
    assert main(["--spec", str(spec), "--joints-only", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("scenes: ")


def test_the_list_names_every_scene(capsys: Capture) -> None:
    assert main(["--list"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in PLOTS)


def test_a_camera_on_the_command_line(tmp_path: Path) -> None:
    assert (
        main(
            [
                "--scene",
                "stand-up",
                "--fps",
                "1",
                "--camera",
                "0.2,0.3,2.0,45,25,4",
                "--joints-only",
                "--out",
                str(tmp_path),
            ]
        )
        == 0
    )
    with np.load(tmp_path / "stand-up.npz") as z:
        assert float(z["roll_deg"]) == 4.0


def test_specs_are_closed() -> None:
    with pytest.raises(ValidationError):
        Spec.model_validate({"scene": "walk", "weather": "rain"})


@pytest.mark.parametrize("name", ["slump", "lean", "forward-head"])
def test_a_scene_stays_as_long_as_it_is_told_to(name: str) -> None:
    short, long = (Spec(scene=name, stay_s=stay_s).stage() for stay_s in (5.0, 400.0))
    stays = 1 if name == "slump" else 2
    assert long.seconds - short.seconds == pytest.approx(stays * 395.0)


def test_a_stay_of_no_time_is_refused() -> None:
    with pytest.raises(ValidationError, match="stay_s"):
        Spec(scene="lean", stay_s=0.0)
