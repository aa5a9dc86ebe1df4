"""What may be shown of a configuration, and what a change of it asks of a running agent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from firmware_config.differences import differences
from firmware_config.load import load
from firmware_config.redact import redacted
from firmware_config.schema import Configuration

GOOD = Path(__file__).parents[2] / "configurations" / "good"
WHOLE: dict[str, Any] = {
    "facility": "villa-rosa",
    "device": "box-1",
    "data_dir": "data",
    "broker": {"host": "localhost", "port": 1883},
    "cameras": [
        {"id": "bed", "room": "room-1", "source": {"v4l2": {"device": "/dev/video0"}}},
        {"id": "door", "room": "room-1", "source": {"recording": "walk.npz"}},
    ],
}


def changed(**other: object) -> dict[str, bool]:
    old, new = Configuration.model_validate(WHOLE), Configuration.model_validate(WHOLE | other)
    return {difference.where: difference.live for difference in differences(old, new)}


def with_camera(**other: object) -> dict[str, bool]:
    return changed(cameras=[WHOLE["cameras"][0] | other, WHOLE["cameras"][1]])


def test_secrets_and_persons_are_covered_and_the_rest_can_be_read() -> None:
    text = json.dumps(redacted(load(GOOD / "pi5.yaml")))
    for hidden in (
        "camera-password",
        "broker-password",
        "box-2.key",
        "room-12",
        "bed-a",
        "resident",
        "10.0.4.17",
        "13:00",
    ):
        assert hidden not in text
    shown = json.loads(text)
    assert [shown["broker"]["password_file"], shown["broker"]["tls"]["key"]] == ["***", "***"]
    assert shown["broker"]["tls"]["ca"].endswith("/ca.pem")
    assert shown["broker"]["port"] == 8883
    assert shown["cameras"][0]["room"] == "(personal)"
    assert shown["cameras"][0]["zones"][0]["polygon"][1] == [0.5, 0.4]
    assert shown["pause"]["schedule"][0] == {
        "from": "(personal)",
        "to": "(personal)",
        "days": "(personal)",
        "cameras": None,
    }


def test_what_is_not_set_can_be_seen_as_such() -> None:
    shown: Any = redacted(load(GOOD / "usb-pc.yaml"))
    assert shown["broker"]["password_file"] is None
    assert shown["cameras"][0]["subject"] is None


@pytest.mark.parametrize("name", sorted(path.name for path in GOOD.iterdir()))
def test_no_personal_value_of_a_good_file_is_shown(name: str) -> None:
    cameras = yaml.safe_load((GOOD / name).read_text(encoding="utf-8"))["cameras"]
    shown: Any = redacted(load(GOOD / name))
    assert [camera["room"] for camera in shown["cameras"]] == ["(personal)"] * len(cameras)


def test_nothing_changed() -> None:
    assert changed() == {}


@pytest.mark.parametrize(
    "other",
    [
        {"analysis_fps": 5},
        {"minute_s": 30},
        {"prolonged_sitting_s": [600]},
        {"generation": 2},
        {"time_zone": "Europe/Rome"},
    ],
)
def test_these_are_taken_over_by_a_running_agent(other: dict[str, Any]) -> None:
    assert changed(**other) == dict.fromkeys(other, True)


@pytest.mark.parametrize(
    "other",
    [{"facility": "x"}, {"device": "x"}, {"data_dir": "x"}, {"models_dir": "x"}, {"language": "it"}, {"threads": 2}],
)
def test_these_are_not(other: dict[str, Any]) -> None:
    assert changed(**other) == dict.fromkeys(other, False)


def test_of_a_section_the_field_is_named() -> None:
    assert changed(broker={"host": "localhost", "port": 1884}) == {"broker.port": False}
    assert changed(pause={"longest_s": 600, "button": {"line": 4}}) == {"pause.longest_s": True, "pause.button": False}
    assert changed(fail_safe={"tone": {}}) == {"fail_safe": False}


def test_of_a_camera_too_by_its_id() -> None:
    zone = {"name": "bed", "kind": "bed", "polygon": [[0, 0], [1, 0], [1, 1]]}
    assert with_camera(zones=[zone], shared_room=True, subject="resident") == {
        "cameras.bed.zones": True,
        "cameras.bed.subject": True,
        "cameras.bed.shared_room": True,
    }
    assert with_camera(view={"tilt_deg": 5}, privacy={"face_blur": "head"}) == {
        "cameras.bed.view.tilt_deg": True,
        "cameras.bed.privacy.face_blur": True,
    }
    assert with_camera(room="room-2", rotate_deg=90) == {"cameras.bed.room": False, "cameras.bed.rotate_deg": False}
    assert with_camera(source={"v4l2": {"device": "/dev/video2"}}) == {"cameras.bed.source.v4l2.device": False}


def test_cameras_that_come_go_or_change_places_are_one_change() -> None:
    first, second = WHOLE["cameras"]
    assert changed(cameras=[first]) == {"cameras": False}
    assert changed(cameras=[second, first]) == {"cameras": False}


def test_another_profile_changes_what_it_fills_in() -> None:
    told = changed(profile="pi4")
    assert told["profile"] is False
    assert told["analysis_fps"] is True
    assert told["cameras.bed.source.v4l2.width"] is False
