"""USB and other cameras of the kernel's video devices (V4L2), through OpenCV."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from edge_agent.sources.grabber import Grabber, Rotation, VideoDevice
from edge_agent.sources.live import Loss, SourceLostError
from edge_agent.types import Image

log = logging.getLogger(__name__)

OPEN_S = 20.0
"""How long a driver may take to open: OpenCV tries format after format. [C]"""
HUNG_S = 5.0
"""A failing camera that gave nothing for this long hung; one that fails at once was unplugged. OpenCV waits 10 s."""
OLDEST_S, NEWEST_S = -5.0, 0.1
"""A driver's timestamp must lie between these, seconds from now, to be one of the monotonic clock. [C] OpenCV does
not hand through V4L2's flag that names the clock; a few drivers use the wall clock."""
BUFFERS = 2
"""One is filled while the other is decoded. With one, the pictures that come meanwhile are lost; more would only be
places to grow old in."""

GONE = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR})


@dataclass(frozen=True, slots=True)
class V4l2Settings:
    """Which device, and what it is asked for."""

    device: Path
    """`/dev/v4l/by-id/...` stays the same when a second camera is plugged in; `/dev/video0` may not."""
    size: tuple[int, int] = (640, 480)
    """Width, height in px, before the rotation."""
    fps: float = 15.0
    """The nearest rate at or above that of the analysis costs least."""
    fourcc: str = "MJPG"
    """How the pictures come over the wire."""
    rotate_deg: Rotation = 0


OpenDevice = Callable[[Path], VideoDevice]
"""Opens a device; raises OSError with an errno that says why not."""


def open_device(path: Path) -> VideoDevice:
    """Open a video device with OpenCV.

    Raises:
        OSError: ENOENT, EACCES, ... as the system says; EBUSY where only OpenCV cannot use it.
    """
    os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))  # OpenCV does not say why it cannot open a device
    capture = cv2.VideoCapture(str(path), cv2.CAP_V4L2)
    if not capture.isOpened():
        raise OSError(errno.EBUSY, "in use by another program, or no camera that OpenCV can read")
    return capture  # type: ignore[return-value]  # its overloads for UMat are not asked for


def v4l2_source(
    camera: str,
    settings: V4l2Settings,
    *,
    opener: OpenDevice = open_device,
    monotonic: Callable[[], float] = time.monotonic,
) -> Grabber:
    """A live source of a video device."""
    connect = partial(_connect, settings, opener, monotonic)
    return Grabber(camera, connect, rotate_deg=settings.rotate_deg, open_s=OPEN_S, stuck="camera_stalled")


def _connect(settings: V4l2Settings, opener: OpenDevice, monotonic: Callable[[], float]) -> _Device:
    try:
        device = opener(settings.device)
    except OSError as fault:
        raise _lost(settings.device, fault) from None
    try:
        _ask(settings, device)
    except BaseException:
        device.release()
        raise
    return _Device(settings.device, device, monotonic)


def _lost(path: Path, fault: OSError) -> SourceLostError:
    if fault.errno in GONE:
        return SourceLostError("camera_missing", f"{path}: {fault.strerror} (is the camera plugged in?)")
    reason: Loss = "camera_refused"
    remedy = "add this user to the group video" if fault.errno in {errno.EACCES, errno.EPERM} else "close what uses it"
    return SourceLostError(reason, f"{path}: {fault.strerror} ({remedy})")


def _ask(settings: V4l2Settings, device: VideoDevice) -> None:
    """Ask for a format; the driver grants what is nearest to it."""
    width, height = settings.size
    asked = {
        cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*settings.fourcc),
        cv2.CAP_PROP_FRAME_WIDTH: width,
        cv2.CAP_PROP_FRAME_HEIGHT: height,
        cv2.CAP_PROP_FPS: settings.fps,
        cv2.CAP_PROP_BUFFERSIZE: BUFFERS,
    }
    for prop, value in asked.items():
        device.set(prop, value)
    granted = (int(device.get(cv2.CAP_PROP_FRAME_WIDTH)), int(device.get(cv2.CAP_PROP_FRAME_HEIGHT)))
    if min(granted) <= 0:
        raise SourceLostError("no_pictures", f"{settings.device}: grants a picture of {granted[0]}x{granted[1]} px")
    fourcc = int(device.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little", signed=True).decode("latin-1")
    fps = device.get(cv2.CAP_PROP_FPS)
    same = granted == settings.size and fourcc == settings.fourcc and fps >= settings.fps
    log.log(
        logging.INFO if same else logging.WARNING,
        "%s: asked for %dx%d px, %.3g fps, %s; granted %dx%d px, %.3g fps, %s",
        *(settings.device, width, height, settings.fps, settings.fourcc, *granted, fps, fourcc),
    )


class _Device:
    """One opened device."""

    def __init__(self, path: Path, device: VideoDevice, monotonic: Callable[[], float]) -> None:
        self._path = path
        self._device = device
        self._monotonic = monotonic
        self._began = monotonic()
        self._stamped = 0.0
        self._t = float("-inf")

    def next(self) -> float | None:
        if not self._device.grab():
            raise self._broken()
        self._began = now = self._monotonic()
        stamped = self._device.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
        stale = stamped == self._stamped and stamped != 0.0  # 0: a driver that gives no times
        t = sensor_time(stamped, now)
        self._stamped = stamped
        if stale or t <= self._t:
            return None
        self._t = t
        return t

    def _broken(self) -> SourceLostError:
        if not self._path.exists():
            return SourceLostError("camera_missing", f"{self._path}: was unplugged")
        silent = self._monotonic() - self._began
        if silent >= HUNG_S:
            return SourceLostError("camera_stalled", f"{self._path}: gave nothing for {silent:.0f} s")
        return SourceLostError("reconnecting", f"{self._path}: broke off")

    def picture(self) -> Image | None:
        try:
            whole, image = self._device.retrieve()
        except cv2.error:  # half a JPEG
            return None
        return np.asarray(image, dtype=np.uint8) if whole else None

    def release(self) -> None:
        self._device.release()


def sensor_time(stamped: float, now: float) -> float:
    """When a picture was taken, monotonic seconds: as the driver says, or `now` where that is another clock.

    >>> sensor_time(99.95, now=100.0)
    99.95
    >>> sensor_time(1_763_000_000.0, now=100.0)
    100.0
    """
    return stamped if now + OLDEST_S <= stamped <= now + NEWEST_S else now
