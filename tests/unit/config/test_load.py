"""The configuration file: every fault at once, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware_config.cli import main
from firmware_config.load import InvalidConfigurationError, load

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


def test_paths_count_from_the_files_folder(tmp_path: Path) -> None:
    configuration = load(write(tmp_path, WHOLE))
    assert configuration.data_dir == tmp_path / "data"
    assert configuration.cameras[0].source.recording == tmp_path / "clips/walk.webm"
    assert configuration.broker.protocol == "5"


def test_all_faults_are_said_with_their_lines(tmp_path: Path) -> None:
    text = WHOLE.replace("room: room-1", "room: Room 1").replace("port: 8883", "port: 99999") + "colour: blue\n"
    with pytest.raises(InvalidConfigurationError) as invalid:
        load(write(tmp_path, text))
    told = {fault.where: fault.line for fault in invalid.value.faults}
    assert told == {"broker.port": 4, "cameras.0.room": 7, "colour": 9}


@pytest.mark.parametrize("text", ["", "- a list", "key: [unclosed", "\x00", "facility: 5\n"])
def test_what_is_no_configuration_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidConfigurationError):
        load(write(tmp_path, text))


def test_a_password_in_the_host_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfigurationError):
        load(write(tmp_path, WHOLE.replace("broker.local", "me:secret@broker.local")))


def test_the_command_says_each_fault_on_a_line_and_ends_with_78(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = write(tmp_path, WHOLE), tmp_path / "missing.yaml"
    assert main(["validate", str(good)]) == 0
    assert main(["validate", str(good), str(bad)]) == 78
    assert "missing.yaml" in capsys.readouterr().err
