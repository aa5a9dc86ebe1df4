"""A support bundle says what a helper asks for, and no secret of the box is in any file of it."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from edge_agent.doctor.reading import read
from edge_agent.errors import Exit, StorageError, UsageError
from edge_agent.messages.encode import encode
from edge_agent.outbox import Outbox, OutboxLimits
from edge_agent.support import command
from edge_agent.support.guard import LeakError, guarded
from tests.fakes.doctor_world import world
from tests.fakes.events import CONTEXT, fall, minute, stamp

PASSWORDS = ("swordfish-of-the-camera", "tuna-of-the-broker")
TEXT = """
facility: villa-rosa
device: box-2
profile: usb-pc
data_dir: {folder}/data
cameras:
  - id: bed
    room: room-of-anna
    subject: bed-anna
    source: {{rtsp: {{url: "rtsp://10.0.4.17/anna", username: viewer, password_file: {folder}/camera.password}}}}
broker: {{host: 127.0.0.1, port: 1, username: box-2, password_file: {folder}/broker.password}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    for name, password in zip(("camera", "broker"), PASSWORDS, strict=True):
        (tmp_path / f"{name}.password").write_text(f"{password}\n")
        (tmp_path / f"{name}.password").chmod(0o600)
    path = tmp_path / "agent.yaml"
    path.write_text(TEXT.format(folder=tmp_path))
    (tmp_path / "data").mkdir()
    outbox = Outbox.open(tmp_path / "data" / "outbox.sqlite", "room-12", OutboxLimits(), 0.0)
    outbox.append(
        "5f3a", [encode(each, CONTEXT, stamp) for each in (fall(), minute(), minute())], 1.0, "2026-03-01T10:00:00.000Z"
    )
    outbox.close()
    return path


def programs(words: Sequence[str]) -> str:
    """A log that tells more than it should."""
    return f"{words[0]}: login with {PASSWORDS[0]} and {PASSWORDS[1]} to rtsp://10.0.4.17/anna failed\n"


def bundle(config: Path, out: Path) -> dict[str, str]:
    assert command.run(config, out, world(config.parent / "root", command=programs)) is Exit.OK
    with tarfile.open(out) as tar:
        return {
            member.name.partition("/")[2]: file.read().decode()
            for member in tar.getmembers()
            if (file := tar.extractfile(member)) is not None
        }


def test_it_says_what_a_helper_asks_for(config: Path, tmp_path: Path) -> None:
    files = bundle(config, tmp_path / "out.tar.gz")
    assert list(files) == [
        "versions.json",
        "configuration.json",
        "doctor.json",
        "outbox.json",
        "pushed.json",
        "edge-agent.log",
        "edge-agent.status",
        "carepose-provision.log",
        "carepose-provision.status",
    ]
    assert "numpy" in json.loads(files["versions.json"])["packages"]
    assert json.loads(files["configuration.json"])["device"] == "box-2"
    assert json.loads(files["outbox.json"])["waiting"] == {"alarm": 1, "routine": 2}
    assert json.loads(files["doctor.json"])["checks"]
    assert "journalctl" in files["edge-agent.log"]
    assert (tmp_path / "out.tar.gz").stat().st_mode & 0o777 == 0o600


def test_no_secret_and_nothing_that_names_a_person_is_in_it(config: Path, tmp_path: Path) -> None:
    files = bundle(config, tmp_path / "out.tar.gz")
    for name, text in files.items():
        for word in (*PASSWORDS, "anna", "PRIVATE KEY", str(config.parent / "camera.password")):
            assert word not in text, name


def test_a_key_in_a_file_ends_it(config: Path) -> None:
    with pytest.raises(LeakError):
        guarded("-----BEGIN PRIVATE KEY-----", read(config), ())


def test_a_broken_configuration_is_told_by_its_faults(config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text().replace("usb-pc", "usb-pz"))
    files = bundle(config, tmp_path / "out.tar.gz")
    assert "profile" in json.loads(files["configuration.json"])["faults"][0]


def test_nothing_is_overwritten_and_nothing_is_left_half(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.tar.gz"
    out.write_text("mine")
    with pytest.raises(UsageError):
        command.run(config, out, world(tmp_path / "root"))
    assert out.read_text() == "mine"
    with pytest.raises(StorageError):
        command.run(config, tmp_path / "nowhere" / "out.tar.gz", world(tmp_path / "root"))
