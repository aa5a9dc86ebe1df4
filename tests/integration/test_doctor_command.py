"""`edge-agent doctor` as an installer runs it, on a machine without camera, broker or clock."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from edge_agent.cli import main
from edge_agent.doctor import command
from edge_agent.doctor.checks import checks
from edge_agent.doctor.examination import examine
from edge_agent.doctor.reading import read
from edge_agent.doctor.situation import Situation, World
from edge_agent.errors import Exit
from edge_agent.runtime.memory import Kept
from edge_agent.sources.live import LiveSource
from edge_agent.sources.v4l2 import V4l2Settings, v4l2_source
from firmware_config.schema import Camera
from tests.fakes.broker import free_port
from tests.fakes.clocks import HeldClock
from tests.fakes.video_device import FakeDriver

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "doctor.json").read_text())
LIMIT_S = 60.0


@pytest.fixture(autouse=True)
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own process is not locked into memory for good."""
    monkeypatch.setattr(command, "keep_in_memory", lambda: Kept(core=True, locked=False))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "agent.yaml"
    path.write_text(f"""
facility: villa-rosa
device: box-2
profile: demo
data_dir: {tmp_path}/data
cameras: [{{id: bed, room: room-12, source: {{v4l2: {{device: /dev/video63}}}}}}]
broker: {{host: 127.0.0.1, port: {free_port()}, consumer: recommender}}
""")
    return path


def without_time() -> World:
    """This machine, except that its clock is not set."""
    clock = HeldClock()
    clock.wall = clock.wall.replace(year=1970)
    clock.set = False
    return replace(command.here(), clock=clock)


@pytest.mark.models
def test_it_says_exactly_what_is_missing_with_remedies(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = without_time()
    monkeypatch.setattr(command, "here", lambda: world)
    assert command.run(config, seconds=1.0, as_json=True, try_fail_safe=False) == Exit.UNFIT
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, SCHEMA)
    found = {check["id"]: check for check in told["checks"]}
    camera = found["camera.bed.pictures"]
    assert (camera["verdict"], camera["said"]) == ("fail", "camera missing: /dev/video63: No such file or directory")
    assert "plug the camera in" in camera["remedy"]
    assert found["broker.port"]["verdict"] == "fail"
    assert "nothing listens at 127.0.0.1" in found["broker.port"]["said"]
    assert "start the broker" in found["broker.port"]["remedy"]
    assert found["clock.synchronised"]["verdict"] == "warn"
    assert found["clock.plausible"]["verdict"] == "fail"
    assert "timedatectl" in found["clock.synchronised"]["remedy"]
    assert found["models.speed"]["measured"]["pictures_found_share"] == 1.0
    assert found["models.speed"]["measured"]["picture_ms"] > 0
    assert found["configuration.file"]["verdict"] == "ok"
    failed = {name for name, check in found.items() if check["verdict"] == "fail"}
    assert failed - {"models.speed", "disk.free", "memory.free"} == {
        "camera.bed.pictures", "broker.port", "clock.plausible",
    }  # fmt: skip
    assert all(check["remedy"] for check in found.values() if check["verdict"] in {"warn", "fail"})


def test_a_camera_behind_a_fake_driver_is_measured_by_the_real_source(config: Path, tmp_path: Path) -> None:
    world = command.here()
    driver = FakeDriver(tmp_path / "video63", world.clock.monotonic, grey=lambda _: 128, pace_s=1.0 / 15.0)
    driver.plug_in()

    def source(camera: Camera) -> LiveSource:
        return v4l2_source(camera.id, V4l2Settings(driver.path), opener=driver.opener)

    situation = Situation(replace(world, source=source), read(config), seconds=4.0)
    asked = [check for check in checks(situation) if check.id == "camera.bed.pictures"]
    (camera,) = (each.finding for each in examine(situation, asked))
    assert "its picture is covered now: 640x480 px" in camera.said, "one grey all over"
    assert camera.measured["fps"] > 8.0
    assert not driver.held


def doctor(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "edge_agent.cli", "doctor", *words],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
        cwd=ROOT,
    )


def test_a_broken_configuration_ends_with_78_and_what_is_whole_is_examined(config: Path) -> None:
    config.write_text(config.read_text() + "thread: 2\n")
    done = doctor("--config", str(config), "--json", "--seconds", "1")
    assert done.returncode == Exit.CONFIGURATION
    assert done.stderr == ""
    found = {check["id"]: check for check in json.loads(done.stdout)["checks"]}
    assert "unknown key; " in found["configuration.file"]["details"][0]
    assert "camera missing" in found["camera.bed.pictures"]["said"]
    assert "nothing listens" in found["broker.port"]["said"]
    assert found["software.packages"]["verdict"] == "ok"


@pytest.mark.models
def test_without_a_configuration_it_asks_what_any_box_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) in {Exit.OK, Exit.UNFIT}
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "what any box can be asked" in said
    assert max(len(line) for line in said.splitlines()) <= 80
    for topic in ("Configuration", "Cameras", "Clock", "Broker", "Software"):
        assert f"\n{topic}\n" in said


def test_wrong_use(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--config", str(config), "--seconds", "0"]) == Exit.USAGE
    assert "--seconds" in capsys.readouterr().err


def test_colour_on_a_terminal() -> None:
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "edge_agent.cli", "doctor"], stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL,
        cwd=ROOT,
    )  # fmt: skip
    os.close(theirs)
    said = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the terminal's other end was closed
            break
        if not part:
            break
        said += part
    os.close(ours)
    assert child.wait(LIMIT_S) in {Exit.OK, Exit.UNFIT}
    assert b"\x1b[1mSoftware\x1b[0m" in said
