"""From a file to a configuration: paths, defaults of the profile, strict values, and the command."""

from __future__ import annotations

import json
from datetime import time
from pathlib import Path

import jsonschema
import pytest

from firmware_config.cli import main
from firmware_config.load import InvalidConfigurationError, load
from firmware_config.profiles import PROFILES
from firmware_config.schema import Configuration
from firmware_config.tree import parse

ROOT = Path(__file__).parents[3]
GOOD = ROOT / "tests" / "configurations" / "good"
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "configuration.json").read_text(encoding="utf-8"))
WHOLE = """\
facility: villa-rosa
device: box-1
data_dir: data
broker: {host: broker.local, port: 8883, consumer: recommender}
cameras:
  - id: cam-1
    room: room-1
    source: {recording: clips/walk.webm}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "agent.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusals(folder: Path, text: str) -> dict[str, str]:
    with pytest.raises(InvalidConfigurationError) as invalid:
        load(write(folder, text))
    return {fault.where: fault.what for fault in invalid.value.faults}


def test_paths_count_from_the_files_folder(tmp_path: Path) -> None:
    configuration = load(write(tmp_path, WHOLE + "models_dir: /opt/models\npause: {file: run/pause}\n"))
    assert configuration.data_dir == tmp_path / "data"
    assert configuration.cameras[0].source.recording == tmp_path / "clips/walk.webm"
    assert configuration.models_dir == Path("/opt/models")
    assert configuration.pause.file == tmp_path / "run/pause"
    assert configuration.broker.protocol == "5"


@pytest.mark.parametrize("name", sorted(path.name for path in GOOD.iterdir()))
def test_a_good_file_is_loaded_and_passes_the_schema(name: str) -> None:
    load(GOOD / name)
    jsonschema.Draft202012Validator(SCHEMA).validate(parse((GOOD / name).read_text(encoding="utf-8")).data)


def test_there_is_a_good_file_for_each_profile() -> None:
    assert {load(path).profile for path in GOOD.iterdir()} == set(PROFILES)


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_what_is_not_written_is_the_profiles(tmp_path: Path, name: str) -> None:
    text = WHOLE.replace("{recording: clips/walk.webm}", "{v4l2: {device: /dev/video0}}") + f"profile: {name}\n"
    configuration, profile = load(write(tmp_path, text)), PROFILES[name]
    camera = configuration.cameras[0].source.v4l2
    assert camera is not None
    assert (configuration.analysis_fps, configuration.threads) == (profile.analysis_fps, profile.threads)
    assert (camera.width, camera.height) == (profile.camera_width, profile.camera_height)
    assert camera.fps == profile.camera_fps


def test_what_is_written_is_not_the_profiles(tmp_path: Path) -> None:
    source = "{picamera2: {width: 800, height: 600, fps: 9}}"
    text = WHOLE.replace("{recording: clips/walk.webm}", source) + "profile: pi4\nanalysis_fps: 3\nthreads: 1\n"
    configuration = load(write(tmp_path, text))
    camera = configuration.cameras[0].source.picamera2
    assert camera is not None
    assert (camera.width, camera.height, camera.fps) == (800, 600, 9)
    assert (configuration.analysis_fps, configuration.threads) == (3.0, 1)


def test_words_that_yaml_1_1_takes_for_something_else_are_text(tmp_path: Path) -> None:
    text = WHOLE.replace("room: room-1", "room: no\n    privacy: {face_blur: off}")
    configuration = load(write(tmp_path, text + "pause: {schedule: [{from: 13:00, to: 13:30, days: [mon]}]}\n"))
    assert configuration.cameras[0].room == "no"
    assert configuration.cameras[0].privacy.face_blur == "off"
    (window,) = configuration.pause.schedule
    assert (window.begins, window.ends, window.length_s) == (time(13), time(13, 30), 1800.0)


def test_a_window_over_midnight_is_as_long_as_it_is(tmp_path: Path) -> None:
    configuration = load(write(tmp_path, WHOLE + "pause: {schedule: [{from: 23:40, to: 00:10}]}\n"))
    assert configuration.pause.schedule[0].length_s == 1800.0


@pytest.mark.parametrize("value", ["'5'", "yes", "true", ".inf", "0x5", "1_0", "05", "5s", "[5]", "{}", "~", "''"])
def test_only_a_plain_number_is_a_number(tmp_path: Path, value: str) -> None:
    assert refusals(tmp_path, f"{WHOLE}analysis_fps: {value}\n") == {"analysis_fps": "wrong type"}


@pytest.mark.parametrize(
    ("value", "number"), [("5", 5.0), ("5.", 5.0), ("5.5", 5.5), ("+5e0", 5.0), ("!!float 5", 5.0)]
)
def test_a_whole_number_will_do_for_any_number(tmp_path: Path, value: str, number: float) -> None:
    assert load(write(tmp_path, f"{WHOLE}analysis_fps: {value}\n")).analysis_fps == number


@pytest.mark.parametrize("host", ["localhost", "broker-1.example", "10.0.0.7", "fd00::1", "::1"])
def test_a_host_is_a_name_or_an_address(tmp_path: Path, host: str) -> None:
    assert load(write(tmp_path, WHOLE.replace("broker.local", f'"{host}"'))).broker.host == host


@pytest.mark.parametrize(
    "host", ["me:secret@broker.local", "broker:1883", "10.0.0.7:1883", "mqtt://broker", "a b", "a/b"]
)
def test_anything_else_is_no_host(tmp_path: Path, host: str) -> None:
    assert set(refusals(tmp_path, WHOLE.replace("broker.local", f'"{host}"'))) == {"broker.host"}


@pytest.mark.parametrize("zone", ["Europe", "../etc/passwd", "/etc/localtime", "GMT+1", "europe/rome", "", "zone.tab"])
def test_a_time_zone_is_one_that_this_machine_knows(tmp_path: Path, zone: str) -> None:
    assert set(refusals(tmp_path, f"{WHOLE}time_zone: '{zone}'\n")) == {"time_zone"}


def test_sections_built_in_python_are_held_to_the_same_rules() -> None:
    wanted = {"facility": "a", "device": "b", "data_dir": "c", "broker": {"host": "d"}}
    cameras = [{"id": "e", "room": "f", "source": {"recording": "g"}}] * 2
    with pytest.raises(ValueError, match="the same id twice"):
        Configuration.model_validate(wanted | {"cameras": cameras})
    once = Configuration.model_validate(wanted | {"cameras": cameras[:1]})
    assert Configuration.model_validate(once) == once
    with pytest.raises(ValueError, match="a fail-safe that does nothing"):
        Configuration(**(dict(once) | {"fail_safe": {}}))


def test_cautions_name_files_that_are_not_there_but_no_secret_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips/walk.webm").touch()
    tls = "username: box, password_file: hidden, tls: {ca: ca.pem}"
    path = write(tmp_path, WHOLE.replace("consumer: recommender", tls))
    assert main(["validate", str(path)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"{path}: valid: villa-rosa/box-1")
    assert said.err.splitlines() == [
        f"{path}: caution: broker.password_file: the file does not exist on this machine",
        f"{path}: caution: broker.tls.ca: {tmp_path / 'ca.pem'} does not exist on this machine",
    ]


def test_a_password_in_clear_is_a_caution(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, WHOLE.replace("consumer: recommender", "username: box, password_file: hidden"))
    assert main(["validate", str(path)]) == 0
    assert "crosses the network unencrypted" in capsys.readouterr().err


def test_the_command_says_each_fault_on_a_line_and_ends_with_78(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = write(tmp_path, WHOLE), tmp_path / "missing.yaml"
    assert main(["validate", str(good)]) == 0
    assert main(["validate", str(good), str(bad)]) == 78
    assert "missing.yaml" in capsys.readouterr().err


def test_how_readily_findings_are_said_is_for_residents_the_box_can_tell(tmp_path: Path) -> None:
    room = WHOLE + "    subject: resident\n"
    good = room + "    alerts: {fall: high, slump: off, subjects: [{subject: resident, lateral_lean: low}]}\n"
    alerts = load(write(tmp_path, good)).cameras[0].alerts
    assert (alerts.fall, alerts.slump, alerts.forward_head) == ("high", "off", "normal")
    assert [(own.subject, own.fall, own.lateral_lean) for own in alerts.subjects] == [("resident", "normal", "low")]
    stranger = room + "    alerts: {subjects: [{subject: bed-b}, {subject: resident}, {subject: resident}]}\n"
    assert refusals(tmp_path, stranger) == {
        "cameras.0.alerts.subjects.0.subject": "nobody the box could tell",
        "cameras.0.alerts.subjects.2.subject": "the same subject twice",
    }
