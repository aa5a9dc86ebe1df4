"""Which camera `./tools/run --camera` takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware_config.schema import Configuration
from tools.demo import rooms
from tools.demo.camera import NoCameraError, source_of, usb_cameras


def test_an_address_or_a_device_is_taken_as_given(tmp_path: Path) -> None:
    device = tmp_path / "video7"
    device.touch()
    assert source_of("rtsp://camera.local/main") == {"rtsp": {"url": "rtsp://camera.local/main"}}
    assert source_of(str(device)) == {"v4l2": {"device": str(device)}}


def test_a_device_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoCameraError, match="is not there"):
        source_of(str(tmp_path / "video7"))


def test_a_lasting_name_comes_before_a_number(tmp_path: Path) -> None:
    assert usb_cameras(tmp_path) == []
    for name in ("video1", "video0"):
        (tmp_path / name).touch()
    assert [device.name for device in usb_cameras(tmp_path)] == ["video0", "video1"]
    named = tmp_path / "v4l/by-id"
    named.mkdir(parents=True)
    for name in ("usb-Cam-video-index0", "usb-Cam-video-index1"):
        (named / name).touch()
    assert [device.name for device in usb_cameras(tmp_path)] == ["usb-Cam-video-index0"]


@pytest.mark.parametrize(
    "source", [{"rtsp": {"url": "rtsp://camera.local/main"}}, {"v4l2": {"device": "/dev/video0"}}, {"picamera2": {}}]
)
def test_the_configuration_made_of_it_is_valid(tmp_path: Path, source: dict[str, object]) -> None:
    made = Configuration.model_validate(rooms.with_camera(tmp_path, 18830, source))
    assert len(made.cameras) == 1
