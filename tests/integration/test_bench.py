"""`edge-agent bench` on the built models."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from edge_agent import box
from edge_agent.bench import chain, networks
from edge_agent.cli import main
from edge_agent.errors import Exit
from edge_agent.pose.interpreter import ModelError

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "bench.json").read_text())

pytestmark = [pytest.mark.models, pytest.mark.alone]


def test_every_model_and_stage_is_measured(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "LEAST", 8)
    monkeypatch.setattr(chain, "WARM_UP", 2)
    assert main(["bench", "--json", "--seconds", "2"]) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, SCHEMA)
    configured, *others = told["chains"]
    assert configured["pictures"] >= 8
    assert configured["found_share"] == 1.0, "the models did not do their full work"
    assert sum(stage["share"] for stage in configured["stages"]) == pytest.approx(1.0, abs=0.01)
    assert {"picture", "pose.pre", "detect.invoke", "landmarks.invoke", "tracking", "incidents"} <= {
        stage["stage"] for stage in configured["stages"]
    }
    names = {each["name"]: each for each in others}
    assert "faces.invoke" in {stage["stage"] for stage in names["faces blurred by detector"]["stages"]}
    assert names["faces blurred by detector"]["median_ms"] > names["no masks, no face blur"]["median_ms"]
    ratio = {each["name"]: each["of_float"] for each in told["networks"]}
    assert ratio["pose_detection_float32"] is None
    assert ratio["pose_landmark_int8"] > 0
    assert {each["threads"] for each in told["networks"]} == {1}
    assert told["rss_mb"] > 50


def test_models_that_were_changed_are_refused(tmp_path: Path) -> None:
    folder = box.models_folder(None)
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "pose_landmark_int8.tflite").write_bytes(b"no model")
    with pytest.raises(ModelError, match="expected sha256"):
        networks.entries(tmp_path)


def test_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--seconds", "0.1"]) == Exit.USAGE
    assert "--seconds" in capsys.readouterr().err
    assert main(["bench", "--config", str(tmp_path / "nowhere.yaml")]) == Exit.CONFIGURATION
