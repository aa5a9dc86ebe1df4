"""Network cameras that speak RTSP, through OpenCV's FFmpeg."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import quote, urlsplit

import cv2
import numpy as np

from edge_agent.errors import ConfigurationError
from edge_agent.sources.grabber import Grabber, Rotation, VideoDevice
from edge_agent.sources.live import SourceLostError
from edge_agent.sources.rtsp_answer import Login, why_not
from edge_agent.sources.stream_time import StreamTime
from edge_agent.types import Image

Transport: TypeAlias = Literal["tcp", "udp"]

LATE_S = 3.0
"""A picture this old when it arrives: the stream is decoded more slowly than it comes, or the network held it up. It is
begun again, at the present. [C]"""
ASKED_S = 2.0
"""How long a camera that gave no stream is asked why. [C]"""
SPARE_S = 3.0
"""For what no limit of FFmpeg's covers, the look-up of the camera's name first of all. [C]"""

CAPTURE_OPTIONS = "OPENCV_FFMPEG_CAPTURE_OPTIONS"
LOG_LEVEL = "OPENCV_FFMPEG_LOGLEVEL"
QUIET = "-8"


@dataclass(frozen=True, slots=True)
class RtspSettings:
    """Where the stream is, and how long it may keep us waiting."""

    url: str
    """`rtsp://` or `rtsps://`, without user and password. A smaller second stream of the camera, where there is one,
    costs less. With `rtsps` the camera's certificate is not checked: FFmpeg does not."""
    user: str | None = None
    password_file: Path | None = None
    """Read at each attempt, so that it may be renewed."""
    transport: Transport = "tcp"
    """The same for all cameras of a box. UDP only where TCP cannot be had: a lost packet tears pictures."""
    open_s: float = 5.0
    """A camera that gives no stream by then is left. [C]"""
    silent_s: float = 5.0
    """A stream that gives no picture for this long is left. [C]"""
    rotate_deg: Rotation = 0

    def __post_init__(self) -> None:
        """Refuse what must not be in a URL.

        Raises:
            ConfigurationError: it is no RTSP URL, or holds a user or password, which is not repeated here.
        """
        try:
            parts = urlsplit(self.url)
            whole = parts.scheme in {"rtsp", "rtsps"} and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number, brackets left open
            whole = False
        if not whole:
            raise ConfigurationError("the camera's URL is no rtsp://host/... or rtsps://host/...", "mend `url`")
        if "@" in parts.netloc:
            raise ConfigurationError("the camera's URL holds a user or a password", "use `user` and `password_file`")

    @property
    def address(self) -> str:
        """For messages to people: without the path, in which some cameras want the password."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def login(self) -> Login | None:
        """User and password, as they are now.

        Raises:
            SourceLostError: the password cannot be read.
        """
        if self.user is None:
            return None
        if self.password_file is None:
            return Login(self.user, "")
        try:
            return Login(self.user, self.password_file.read_text(encoding="utf-8").rstrip("\r\n"))
        except (OSError, UnicodeDecodeError):
            raise SourceLostError("camera_refused", f"{self.password_file}: the password cannot be read") from None


OpenStream = Callable[[str, list[int]], VideoDevice | None]
"""Opens a URL with OpenCV's parameters; None where it cannot."""


def open_stream(url: str, parameters: list[int]) -> VideoDevice | None:
    """Open a stream with OpenCV."""
    capture = cv2.VideoCapture()
    if capture.open(url, cv2.CAP_FFMPEG, parameters):
        return capture  # type: ignore[return-value]  # its overloads for UMat are not asked for
    capture.release()
    return None


def rtsp_source(
    camera: str,
    settings: RtspSettings,
    *,
    opener: OpenStream = open_stream,
    monotonic: Callable[[], float] = time.monotonic,
) -> Grabber:
    """A live source of a network camera.

    Raises:
        ConfigurationError: another camera of this box asked for another transport.
    """
    _tell_ffmpeg(settings.transport)
    connect = partial(_connect, settings, opener, monotonic)
    patience_s = settings.open_s + ASKED_S + SPARE_S
    return Grabber(camera, connect, rotate_deg=settings.rotate_deg, open_s=patience_s, stuck="unreachable")


def _tell_ffmpeg(transport: Transport) -> None:
    """FFmpeg takes these through OpenCV from the environment alone, so once for the whole process.

    Changing the environment while another thread opens a stream would be a race, and two transports are not worth one.
    The sound is left at the camera: it is nothing to us, and its clock would be mixed into the pictures'. FFmpeg's
    own log is silenced: it holds addresses, and we say ourselves what went wrong.
    """
    options = f"rtsp_transport;{transport}|allowed_media_types;video"
    if os.environ.setdefault(CAPTURE_OPTIONS, options) != options:
        raise ConfigurationError(
            f"a camera asks for {transport}, and {CAPTURE_OPTIONS} is already set to something else",
            "give all RTSP cameras of a box the same `transport`",
        )
    os.environ.setdefault(LOG_LEVEL, QUIET)


def _connect(settings: RtspSettings, opener: OpenStream, monotonic: Callable[[], float]) -> _RtspStream:
    login = settings.login()
    parameters = [
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, round(1000 * settings.open_s)),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, round(1000 * settings.silent_s)),
        *(cv2.CAP_PROP_N_THREADS, 1),  # each further one holds a picture back
    ]
    device = opener(_with_login(settings.url, login), parameters)
    if device is None:
        loss, because = why_not(settings.url, login, ASKED_S)
        raise SourceLostError(loss, f"{settings.address}: {because}")
    return _RtspStream(settings.address, device, monotonic)


def _with_login(url: str, login: Login | None) -> str:
    if login is None:
        return url
    parts = urlsplit(url)
    user, password = quote(login.user, safe=""), quote(login.password, safe="")
    return parts._replace(netloc=f"{user}:{password}@{parts.netloc}").geturl()


class _RtspStream:
    """One connection."""

    def __init__(self, address: str, device: VideoDevice, monotonic: Callable[[], float]) -> None:
        self._address = address
        self._device = device
        self._monotonic = monotonic
        self._time = StreamTime()

    def next(self) -> float | None:
        asked = self._monotonic()
        grabbed = self._device.grab()
        arrived = self._monotonic()
        if not grabbed:
            raise SourceLostError(
                "reconnecting", f"{self._address}: no picture for {arrived - asked:.1f} s, or the end"
            )
        t = self._time.at(self._device.get(cv2.CAP_PROP_POS_MSEC) / 1000.0, arrived)
        if t is not None and arrived - t > LATE_S:
            raise SourceLostError("reconnecting", f"{self._address}: pictures come {arrived - t:.1f} s late")
        return t

    def picture(self) -> Image | None:
        whole, image = self._device.retrieve()
        return np.asarray(image, dtype=np.uint8) if whole else None

    def release(self) -> None:
        self._device.release()
