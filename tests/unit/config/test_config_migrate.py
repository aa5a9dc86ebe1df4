"""An older configuration is refused with its remedy, and upgraded only when that was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware_config import migrations
from firmware_config.cli import main
from firmware_config.load import InvalidConfigurationError, load

OLD = """\
# of the first days
facility: villa-rosa
device: "12"
data_dir: data
broker: {host: broker.local}
prolonged_sitting_s: 1800.0
cameras:
  - {id: cam-1, room: room-1, source: {recording: walk.webm}}
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "agent.yaml"
    path.write_text(OLD)
    return path


def test_an_older_file_is_refused_and_the_command_named(old: Path) -> None:
    with pytest.raises(InvalidConfigurationError, match=r"older version.*edge-config migrate agent\.yaml"):
        load(old)


def test_it_is_shown_and_not_changed(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", str(old)]) == 0
    said = capsys.readouterr().out
    assert "-prolonged_sitting_s: 1800.0" in said
    assert "+version: 1" in said
    assert old.read_text() == OLD


def test_when_asked_it_is_upgraded_and_the_old_one_kept(old: Path) -> None:
    assert main(["migrate", str(old), "--write"]) == 0
    assert load(old).prolonged_sitting_s == (1800.0,)
    assert load(old).device == "12"
    assert old.with_name("agent.yaml.v0").read_text() == OLD
    assert main(["migrate", str(old), "--write"]) == 0


def test_nothing_kept_is_overwritten(old: Path) -> None:
    old.with_name("agent.yaml.v0").write_text("mine")
    assert main(["migrate", str(old), "--write"]) == 3
    assert old.read_text() == OLD


def test_every_step_is_taken_in_its_order() -> None:
    steps = (*migrations.STEPS, lambda data: {**data, "b": data["a"] + 1}, lambda data: {**data, "c": data["b"] + 1})
    assert migrations.upgraded({"version": 1, "a": 1}, steps) == {"version": 3, "a": 1, "b": 2, "c": 3}
    assert migrations.upgraded({"version": 3, "a": 1}, steps) == {"version": 3, "a": 1}
    with pytest.raises(ValueError, match="no version"):
        migrations.upgraded({"version": 4}, steps)
