"""Network cameras without a network: what is refused, shown and told, and streams that misbehave."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.errors import ConfigurationError
from edge_agent.sources.grabber import Grabber, VideoDevice
from edge_agent.sources.live import SourceLostError
from edge_agent.sources.rtsp import CAPTURE_OPTIONS, LATE_S, LOG_LEVEL, RtspSettings, rtsp_source
from edge_agent.types import Frame, Image
from tests.fakes.broker import until


@pytest.fixture(autouse=True)
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """What FFmpeg is told for a whole process is told for one test alone."""
    for name in (CAPTURE_OPTIONS, LOG_LEVEL):
        monkeypatch.setenv(name, "")  # so that it is put back
        monkeypatch.delenv(name)


class FakeStream:
    """Pictures of 25 fps that arrive when the test says; time is the test's."""

    def __init__(self, arrivals: list[float], stamps: list[float] | None = None) -> None:
        self._arrivals = arrivals
        self._stamps = stamps or [0.04 * i for i in range(len(arrivals))]
        self._at = -1
        self.url = ""
        self.parameters: list[int] = []
        self.released = False

    def opener(self, url: str, parameters: list[int]) -> VideoDevice:
        self.url, self.parameters = url, parameters
        return self

    def monotonic(self) -> float:
        return self._arrivals[max(0, min(self._at, len(self._arrivals) - 1))]

    def grab(self) -> bool:
        self._at += 1
        return self._at < len(self._arrivals)

    def retrieve(self) -> tuple[bool, Image]:
        return True, np.zeros((4, 6, 3), dtype=np.uint8)

    def get(self, propId: int) -> float:  # noqa: N803 - OpenCV's own name
        assert propId == cv2.CAP_PROP_POS_MSEC
        return 1000.0 * self._stamps[self._at]

    def set(self, propId: int, value: float) -> bool:  # noqa: N803 - OpenCV's own name
        return False

    def release(self) -> None:
        self.released = True


def source_of(stream: FakeStream, settings: RtspSettings) -> Grabber:
    return rtsp_source("cam", settings, opener=stream.opener, monotonic=stream.monotonic)


def played(stream: FakeStream, settings: RtspSettings) -> SourceLostError:
    """Play to the end; why it ended."""
    source = source_of(stream, settings)
    lost: list[SourceLostError] = []

    def ended() -> bool:
        try:
            frame = source.read()
            assert frame is None or isinstance(frame, Frame)
        except SourceLostError as fault:
            lost.append(fault)
        return bool(lost)

    source.open()
    until(ended, "the stream ends")
    source.close()
    assert stream.released
    return lost[0]


@pytest.mark.parametrize(
    "url", ["http://camera/room", "rtsp:///room", "/dev/video0", "rtsp:camera", "rtsp://camera:x/", "rtsp://[::1/"]
)
def test_what_is_no_rtsp_url_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="rtsp://host"):
        RtspSettings(url)


@pytest.mark.parametrize("url", ["rtsp://nurse:s3cret@camera/room", "rtsp://nurse@camera/room"])
def test_a_password_in_a_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        RtspSettings(url)
    assert "password_file" in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert "camera/room" not in str(refused.value)


def test_the_address_shown_has_no_path() -> None:
    settings = RtspSettings("rtsps://camera.lan:8554/user=admin&password=s3cret?channel=1#x")
    assert settings.address == "rtsps://camera.lan:8554"


def test_the_login_goes_into_the_url_in_memory_alone(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("a:b/c@d ?ü\n", encoding="utf-8")
    stream = FakeStream([10.0, 10.04])
    settings = RtspSettings("rtsp://camera:8554/room?x=1", user="nurse@home", password_file=file, silent_s=2.5)
    lost = played(stream, settings)
    assert stream.url == "rtsp://nurse%40home:a%3Ab%2Fc%40d%20%3F%C3%BC@camera:8554/room?x=1"
    assert stream.parameters[stream.parameters.index(cv2.CAP_PROP_READ_TIMEOUT_MSEC) + 1] == 2500
    for shown in (str(lost), repr(lost), repr(settings), repr(settings.login())):
        assert "a:b" not in shown
        assert "a%3Ab" not in shown


def test_a_password_that_cannot_be_read_is_a_refusal(tmp_path: Path) -> None:
    settings = RtspSettings("rtsp://camera/room", user="nurse", password_file=tmp_path / "none")
    source = rtsp_source("cam", settings)
    source.open()
    with pytest.raises(SourceLostError, match="password cannot be read") as lost:
        source.read()
    assert lost.value.reason == "camera_refused"


def test_ffmpeg_is_told_once_which_way_and_to_be_quiet() -> None:
    settings = RtspSettings("rtsp://camera/room", transport="udp")
    rtsp_source("one", settings)
    rtsp_source("two", settings)
    assert os.environ[CAPTURE_OPTIONS] == "rtsp_transport;udp|allowed_media_types;video"
    assert os.environ[LOG_LEVEL] == "-8"
    with pytest.raises(ConfigurationError, match="same `transport`"):
        rtsp_source("three", RtspSettings("rtsp://camera/room"))


def test_the_end_of_a_stream_breaks_off() -> None:
    lost = played(FakeStream([10.0 + 0.04 * i for i in range(5)]), RtspSettings("rtsp://camera/room"))
    assert lost.reason == "reconnecting"


def test_a_stream_that_falls_behind_is_begun_again() -> None:
    arrivals = [10.0 + 0.06 * i for i in range(1000)]  # 1.5 times slower than it is taken
    stream = FakeStream(arrivals)
    lost = played(stream, RtspSettings("rtsp://camera/room"))
    assert lost.reason == "reconnecting"
    assert f"{LATE_S:.1f} s late" in lost.detail


def test_a_name_that_cannot_be_looked_up_is_unreachable() -> None:
    source = rtsp_source("cam", RtspSettings("rtsp://camera..lan/room"), opener=lambda url, parameters: None)
    source.open()
    with pytest.raises(SourceLostError) as lost:
        source.read()
    assert lost.value.reason == "unreachable"
