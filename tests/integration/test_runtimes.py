"""The device's flow on whichever runtime is installed: LiteRT, or tflite-runtime with numpy 1."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from edge_agent.cli import main
from edge_agent.pose import blazepose
from edge_agent.sources.recording import open_recording
from edge_agent.types import KEYPOINTS, Demand, Frame

pytestmark = pytest.mark.models

ROOT = Path(__file__).parents[2]
PERSON = ROOT / "models/cache/sports2d_demo.mp4"
FALL = ROOT / "tests/recordings/keypoints/fall-forward.npz"


def pictures(until_s: float) -> Iterator[Frame]:
    recording = open_recording(PERSON, "cam")
    for instant in recording.instants(10.0):
        if instant.t > until_s:
            break
        assert isinstance(instant, Frame)
        yield instant
    recording.close()


def test_exactly_one_runtime_serves_the_models() -> None:
    assert find_spec("ai_edge_litert") or find_spec("tflite_runtime")


def test_a_walking_person_is_found_upright() -> None:
    estimator = blazepose.load(ROOT / "models/built")
    observations = [estimator.estimate(frame, Demand(10.0)) for frame in pictures(3.0)]
    assert sum(bool(observation.poses) for observation in observations) > 0.8 * len(observations)
    observation = observations[-1]
    best = max(observation.poses, key=lambda pose: pose.score)
    names = KEYPOINTS[best.layout]
    height = {
        part: float(best.keypoints[[names.index(f"left_{part}"), names.index(f"right_{part}")], 1].mean())
        for part in ("shoulder", "hip", "knee", "ankle")
    }
    assert best.score > 0.9
    assert height["shoulder"] < height["hip"] < height["knee"] < height["ankle"]
    assert best.world is not None
    shoulders = best.world[[names.index("left_shoulder"), names.index("right_shoulder")], 1].mean()
    assert -0.65 < shoulders < -0.35  # metres above the hips: an adult's trunk


def test_a_fall_is_told_from_keypoints(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert main(["replay", str(FALL), "--out", str(out)]) == 0
    payloads = [json.loads(line)["payload"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert [p["phase"] for p in payloads if p.get("kind") == "fall"][:2] == ["suspected", "confirmed"]
