"""Video devices: their times, their refusals, and what becomes of one that breaks."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import cv2
import pytest

from edge_agent.sources.grabber import Grabber, Rotation
from edge_agent.sources.live import SourceLostError
from edge_agent.sources.v4l2 import BUFFERS, V4l2Settings, open_device, v4l2_source
from edge_agent.types import Frame
from tests.fakes.broker import until
from tests.fakes.video_device import FakeDriver


@pytest.fixture
def driver(tmp_path: Path) -> FakeDriver:
    driver = FakeDriver(tmp_path / "video0", time.monotonic)
    driver.plug_in()
    return driver


@contextmanager
def opened(driver: FakeDriver, rotate_deg: Rotation = 0) -> Iterator[Grabber]:
    settings = V4l2Settings(driver.path, size=(64, 48), rotate_deg=rotate_deg)
    source = v4l2_source("cam", settings, opener=driver.opener)
    source.open()
    try:
        yield source
    finally:
        source.close()


def frame_of(source: Grabber) -> Frame:
    frame = source.read()
    assert frame is not None
    return frame


def loss_of(source: Grabber) -> SourceLostError:
    lost: list[SourceLostError] = []

    def reads() -> bool:
        try:
            source.read()
        except SourceLostError as fault:
            lost.append(fault)
        return bool(lost)

    until(reads, "the camera is lost")
    return lost[0]


def test_pictures_carry_the_times_of_the_sensor_and_grow(driver: FakeDriver) -> None:
    with opened(driver) as source:
        frames = [frame_of(source) for _ in range(5)]
        now = time.monotonic()
    assert all(one.t < other.t for one, other in pairwise(frames))
    assert frames[-1].t <= now - 0.03
    assert [frame.image.shape for frame in frames] == [(48, 64, 3)] * 5
    assert frames[0].camera == "cam"


@pytest.mark.parametrize(
    "clock", [lambda now: now + 1.7e9, lambda now: now - 60.0, lambda now: now + 0.5], ids=["wall", "old", "ahead"]
)
def test_times_of_another_clock_are_replaced_by_that_of_the_grab(driver: FakeDriver, clock: object) -> None:
    driver.stamps = clock  # type: ignore[assignment]
    with opened(driver) as source:
        before = time.monotonic()
        frame = frame_of(source)
        assert before <= frame.t <= time.monotonic()


def test_a_driver_without_times_still_gives_pictures(driver: FakeDriver) -> None:
    driver.stamps = lambda now: 0.0
    with opened(driver) as source:
        assert frame_of(source).t < frame_of(source).t


@pytest.mark.parametrize(("turned", "corner"), [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))])
def test_pictures_are_turned_clockwise(driver: FakeDriver, turned: Rotation, corner: tuple[int, int]) -> None:
    with opened(driver, turned) as source:
        image = frame_of(source).image
    assert image.shape == ((48, 64, 3) if turned in {0, 180} else (64, 48, 3))
    assert image[corner].tolist() == [255, 255, 255]


def test_pictures_that_nobody_waits_for_are_not_decoded(driver: FakeDriver) -> None:
    with opened(driver) as source:
        seen = int(frame_of(source).image[5, 5, 0])
        until(lambda: driver.grabbed > seen + 20, "pictures come on")
        assert driver.decoded <= 2  # one may have been under way
        assert int(frame_of(source).image[5, 5, 0]) > seen + 20  # of now, not of then


def test_what_the_driver_grants_is_said(driver: FakeDriver, caplog: pytest.LogCaptureFixture) -> None:
    driver.grants = (32, 24)
    with caplog.at_level(logging.INFO), opened(driver) as source:
        assert frame_of(source).image.shape == (24, 32, 3)
    said = [(record.levelno, record.getMessage()) for record in caplog.records if "granted" in record.getMessage()]
    assert len(said) == 1
    assert said[0][0] == logging.WARNING
    assert "asked for 64x48 px, 15 fps, MJPG; granted 32x24 px, 15 fps, MJPG" in said[0][1]
    assert driver.asked[cv2.CAP_PROP_BUFFERSIZE] == BUFFERS


def test_a_picture_without_size_is_no_picture(driver: FakeDriver) -> None:
    driver.grants = (0, 0)
    with opened(driver) as source:
        assert loss_of(source).reason == "no_pictures"
        assert not driver.held


@pytest.mark.parametrize(
    ("number", "reason", "remedy"),
    [
        (errno.ENOENT, "camera_missing", "plugged in"),
        (errno.ENODEV, "camera_missing", "plugged in"),
        (errno.EACCES, "camera_refused", "group video"),
        (errno.EBUSY, "camera_refused", "close what uses it"),
    ],
)
def test_a_device_that_cannot_be_opened_says_why(driver: FakeDriver, number: int, reason: str, remedy: str) -> None:
    driver.refuses = number
    with opened(driver) as source:
        lost = loss_of(source)
    assert lost.reason == reason
    assert remedy in lost.detail
    assert "\n" not in lost.detail


def test_unplugged_is_missing_and_can_be_opened_again(driver: FakeDriver) -> None:
    with opened(driver) as source:
        frame_of(source)
        driver.unplug()
        assert loss_of(source).reason == "camera_missing"
        assert not driver.held
        driver.plug_in()
        source.open()
        frame_of(source)


def test_the_same_buffer_again_is_no_new_picture(driver: FakeDriver) -> None:
    with opened(driver) as source:
        frame_of(source)
        driver.stale = True
        until(lambda: source.read() is None, "nothing new comes")


def test_pictures_that_cannot_be_decoded_are_left_out(driver: FakeDriver) -> None:
    driver.torn = True
    with opened(driver) as source:
        assert source.read() is None
        driver.torn = False
        frame_of(source)


def test_a_driver_that_hangs_holds_nobody_up(driver: FakeDriver) -> None:
    with opened(driver) as source:
        frame_of(source)
        driver.stalled = True
        source.read()
        assert source.read() is None
        source.close()
        with pytest.raises(SourceLostError) as lost:
            source.open()
        assert lost.value.reason == "camera_stalled"
        assert driver.held
        driver.recover()
        until(lambda: not driver.held, "the camera is let go when the hanging call comes back")
        source.open()
        frame_of(source)


def test_closing_lets_go_also_twice_and_unopened(driver: FakeDriver) -> None:
    source = v4l2_source("cam", V4l2Settings(driver.path), opener=driver.opener)
    source.close()
    source.open()
    frame_of(source)
    source.close()
    source.close()
    assert driver.opened == 1
    assert not driver.held


def test_the_real_opener_says_what_the_system_says(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_device(tmp_path / "video7")


def test_the_real_opener_refuses_what_is_no_camera(tmp_path: Path) -> None:
    (tmp_path / "video7").write_bytes(b"no camera")
    with pytest.raises(OSError, match="no camera") as fault:
        open_device(tmp_path / "video7")
    assert fault.value.errno == errno.EBUSY
