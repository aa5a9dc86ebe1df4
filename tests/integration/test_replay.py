"""`edge-agent replay` as users call it: outputs, exit codes, and one line for each fault."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from edge_agent.cli import main
from edge_agent.messages.decode import decode
from edge_agent.messages.topics import parse

RECORDINGS = Path(__file__).parents[1] / "recordings" / "keypoints"
FALL = RECORDINGS / "fall-forward.npz"
WALK = RECORDINGS / "walk.npz"


def changed(recording: Path, path: Path, **changes: Any) -> Path:  # noqa: ANN401  arrays of any kind
    """A copy of a recording with some arrays replaced."""
    with np.load(recording) as file:
        arrays = {name: file[name] for name in file.files}
    np.savez(path, **{name: changes.get(name, array) for name, array in arrays.items()})
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def black_video(path: Path, frames: int) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10.0, (160, 120))
    for _ in range(frames):
        writer.write(np.zeros((120, 160, 3), dtype=np.uint8))
    writer.release()
    return path


def test_a_fall_is_told_in_valid_messages_from_suspicion_to_its_end(tmp_path: Path) -> None:
    out, trace = tmp_path / "out.jsonl", tmp_path / "trace.jsonl"
    assert main(["replay", str(FALL), "--out", str(out), "--trace", str(trace)]) == 0
    messages = lines(out)
    for message in messages:
        decode(json.dumps(message["payload"]))
        parse(message["topic"])
    falls = [m["payload"] for m in messages if m["payload"].get("kind") == "fall"]
    assert [fall["phase"] for fall in falls][:2] == ["suspected", "confirmed"]
    assert falls[-1]["phase"] == "cleared"
    assert falls[-1]["check_required"] is True
    assert all(fall["reasons"] and fall["rejected"] for fall in falls[:2])
    assert len({fall["incident_id"] for fall in falls}) == 1


def test_numbers_have_no_holes_and_times_are_those_of_the_recording(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert main(["replay", str(FALL), "--out", str(out)]) == 0
    for lane in ("alarm", "routine"):
        own = [m["payload"] for m in lines(out) if m["payload"].get("lane") == lane]
        assert [payload["seq"] for payload in own] == list(range(1, len(own) + 1))
        assert all(payload["observed_at"].startswith("1970-01-01T00:") for payload in own)
        assert all(payload["event_id"] == f"replay-{payload['boot_id']}-{lane}-{payload['seq']}" for payload in own)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        options = ["--out", str(tmp_path / f"{name}.jsonl"), "--trace", str(tmp_path / f"{name}.trace")]
        assert main(["replay", str(FALL), *options]) == 0
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert (tmp_path / "one.trace").read_bytes() == (tmp_path / "two.trace").read_bytes()


def test_a_trace_line_has_every_field_and_a_reason_for_each_unknown(tmp_path: Path) -> None:
    out, trace = tmp_path / "out.jsonl", tmp_path / "trace.jsonl"
    assert main(["replay", str(WALK), "--out", str(out), "--trace", str(trace)]) == 0
    metrics = ("speed_mps", "cadence_spm", "trunk_forward_deg", "trunk_lateral_deg", "neck_forward_deg")
    for line in lines(trace):
        assert {"t", "camera", "track", "posture", "intensity", "level", "met", "zone", "confidence"} <= line.keys()
        assert line["keypoints"] is None or len(line["keypoints"]) == 17
        for metric in (*metrics, "shoulder_tilt_deg", "hip_tilt_deg", "met"):
            known = line["valid"][metric] is True
            assert known == (line[metric] is not None)
            assert known or (isinstance(line["valid"][metric], str) and line["valid"][metric])


def test_several_inputs_are_mirrored_and_one_that_fails_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inputs = tmp_path / "in"
    (inputs / "a").mkdir(parents=True)
    (inputs / "b").mkdir()
    good = changed(WALK, inputs / "a" / "walk.npz")
    other = changed(WALK, inputs / "b" / "walk.npz")
    empty = inputs / "b" / "empty.mp4"
    empty.touch()
    out = tmp_path / "out"
    assert main(["replay", str(good), str(empty), str(other), "--out", str(out)]) == 3
    assert sorted(p.relative_to(out).as_posix() for p in out.rglob("*.jsonl")) == [
        "a/walk.npz.jsonl",
        "b/walk.npz.jsonl",
    ]
    assert (out / "a/walk.npz.jsonl").read_bytes() == (out / "b/walk.npz.jsonl").read_bytes()
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert "empty.mp4" in said[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.mp4", b""), ("words.mp4", b"no video" * 100), ("empty.npz", b""), ("words.npz", b"no arrays" * 100)],
)
def test_what_is_no_recording_gets_one_line_and_code_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert main(["replay", str(path), "--out", str(tmp_path / "out.jsonl")]) == 3
    said = capsys.readouterr().err.strip().splitlines()
    assert [name in line for line in said] == [True]


@pytest.mark.models
def test_a_video_cut_in_half_gets_one_line_on_the_terminal_and_keeps_its_half(tmp_path: Path) -> None:
    whole = tmp_path / "whole.webm"
    writer = cv2.VideoWriter(str(whole), cv2.VideoWriter.fourcc(*"VP90"), 10.0, (160, 120))
    noise = np.random.default_rng(3)
    for _ in range(40):
        writer.write(noise.integers(0, 255, (120, 160, 3), dtype=np.uint8))
    writer.release()
    half, out = tmp_path / "half.webm", tmp_path / "out.jsonl"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    command = [sys.executable, "-m", "edge_agent.cli", "replay", str(half), "--out", str(out)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert ended.returncode == 4
    assert [("half.webm" in line, "breaks off" in line) for line in ended.stderr.splitlines()] == [(True, True)]
    assert [m for m in lines(out) if m["topic"].endswith("/observation")]


@pytest.mark.parametrize("fault", ["nan", "backwards"])
def test_a_recording_that_breaks_off_keeps_what_came_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    with np.load(FALL) as file:
        t, frame, keypoints = file["t"].copy(), file["frame"], file["keypoints"].copy()
    breaks_at = 30.0
    index = int(np.searchsorted(t, breaks_at))
    if fault == "nan":
        keypoints[np.flatnonzero(frame == index)] = np.nan
    else:
        t[index] = 1.0
    broken = changed(FALL, tmp_path / "broken.npz", t=t, keypoints=keypoints)
    assert main(["replay", str(broken), "--out", str(tmp_path / "broken.jsonl")]) == 4
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert main(["replay", str(FALL), "--out", str(tmp_path / "whole.jsonl")]) == 0

    def before(name: str) -> list[tuple[str, str]]:
        incidents = (m["payload"] for m in lines(tmp_path / name) if m["topic"].endswith("/incident"))
        return [(i["phase"], i["observed_at"]) for i in incidents if i["observed_at"] < f"1970-01-01T00:00:{breaks_at}"]

    assert before("broken.jsonl") == before("whole.jsonl") != []


def test_a_recording_of_one_instant_and_one_of_nobody_are_fine(tmp_path: Path) -> None:
    with np.load(WALK) as file:
        size, layout = file["size"], file["layout"]
    nobody = tmp_path / "nobody.npz"
    np.savez(
        nobody,
        t=np.arange(50) / 10.0,
        frame=np.zeros(0, dtype=int),
        keypoints=np.zeros((0, 17, 3)),
        size=size,
        layout=layout,
    )
    assert main(["replay", str(nobody), "--out", str(tmp_path / "nobody.jsonl")]) == 0
    observations = [m["payload"] for m in lines(tmp_path / "nobody.jsonl") if m["topic"].endswith("/observation")]
    assert [o["people"] for o in observations] == [0]
    assert observations[0]["observed_s"] > 4


@pytest.mark.models
@pytest.mark.parametrize("frames", [1, 12])
def test_pictures_without_anybody_give_observations_of_nobody(tmp_path: Path, frames: int) -> None:
    video = black_video(tmp_path / "black.mp4", frames)
    film = tmp_path / "film.webm"
    assert main(["replay", str(video), "--out", str(tmp_path / "out.jsonl"), "--render", str(film)]) == 0
    assert not [m for m in lines(tmp_path / "out.jsonl") if m["topic"].endswith("/incident")]
    capture = cv2.VideoCapture(str(film))
    assert capture.grab()
    capture.release()


def test_wrong_words_get_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(WALK), "--out", str(tmp_path / "o"), "--fps", "-1"]) == 2
    assert main(["replay", str(WALK), "--out", str(tmp_path / "o"), "--render", str(tmp_path / "film.avi")]) == 2
    with pytest.raises(SystemExit) as ended:
        main(["replay", str(WALK)])
    assert ended.value.code == 2
    capsys.readouterr()


def test_a_configuration_that_cannot_be_used_gets_code_78(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "agent.yaml"
    path.write_text("facility: Villa Rosa\n", encoding="utf-8")
    assert main(["replay", str(WALK), "--out", str(tmp_path / "o"), "--config", str(path)]) == 78
    said = capsys.readouterr().err
    assert f"{path}:1:11: facility" in said
    assert "Traceback" not in said


def test_an_output_that_cannot_be_written_gets_code_6(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    assert main(["replay", str(WALK), "--out", str(blocked / "out.jsonl")]) == 6
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
