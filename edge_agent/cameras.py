"""From a configured camera to the body of the thread that reads it: a recording played, or a live camera."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from edge_agent.runtime.capture import Capture
from edge_agent.runtime.clock import Clock
from edge_agent.runtime.latest import LatestSlots
from edge_agent.runtime.playback import Playback
from edge_agent.sources.live import LiveSource
from edge_agent.sources.picamera import PicameraSettings, PicameraSource
from edge_agent.sources.recording import open_recording
from edge_agent.sources.rtsp import RtspSettings, rtsp_source
from edge_agent.sources.v4l2 import V4l2Settings, v4l2_source
from edge_agent.types import View
from firmware_config import schema


class Reader(Protocol):
    """The body of a capture thread."""

    def run(self, slots: LatestSlots, clock: Clock, stop: threading.Event) -> None:
        """Put pictures into the camera's slot until told to stop."""
        ...


@dataclass(frozen=True, slots=True)
class Orders:
    """What a reader asks and tells while it runs."""

    fps: Callable[[], float]
    """The rate of analysis now."""
    paused: Callable[[], bool]
    beat: Callable[[], None]
    """The call into the camera has come back."""
    say: Callable[[str | None], None]
    """Why there are no pictures; None while they flow."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A camera ready to be read."""

    reader: Callable[[Orders], Reader]
    starts_at: float
    """Monotonic seconds; before, nothing is to be expected."""
    live: bool
    view: View
    """What a recording knows of how it was taken."""


def attached(
    camera: schema.Camera, full_fps: float, started_at: float, source_of: Callable[[schema.Camera], LiveSource]
) -> Attached:
    """Get a camera ready; a live one is opened by its own thread.

    Args:
        camera: as configured.
        full_fps: at most so many instants a second are asked of a recording.
        started_at: monotonic seconds.
        source_of: what is behind a live camera's configuration.

    Raises:
        InputError: a recording cannot be read.
        ConfigurationError: an address cannot be used.
    """
    source = camera.source
    if source.recording is not None:
        return _recording(camera, source.recording, full_fps, started_at)
    live = source_of(camera)
    return Attached(
        lambda orders: Capture(camera.id, live, orders.fps, orders.paused, orders.beat, orders.say),
        started_at,
        live=True,
        view=View(),
    )


def _recording(camera: schema.Camera, path: Path, full_fps: float, started_at: float) -> Attached:
    starts_at = started_at + camera.source.start_after_s
    recording = open_recording(path, camera.id)
    again = partial(open_recording, path, camera.id) if camera.source.repeat else None
    return Attached(
        lambda orders: Playback(camera.id, recording, full_fps, starts_at, orders.fps, orders.paused, again),
        starts_at,
        live=False,
        view=recording.view,
    )


def live_source(camera: schema.Camera) -> LiveSource:
    """The camera behind a configuration, not opened yet.

    Raises:
        ConfigurationError: an address cannot be used.
        ValueError: it is a recording.
    """
    source = camera.source
    if (usb := source.v4l2) is not None:
        default = V4l2Settings(Path())
        return v4l2_source(
            camera.id,
            V4l2Settings(
                Path(usb.device), (usb.width, usb.height), usb.fps, usb.format or default.fourcc, camera.rotate_deg
            ),
        )
    if (net := source.rtsp) is not None:
        return rtsp_source(
            camera.id,
            RtspSettings(net.url, net.username, net.password_file, net.transport, rotate_deg=camera.rotate_deg),
        )
    if (ribbon := source.picamera2) is not None:
        return PicameraSource(
            camera.id,
            PicameraSettings(
                ribbon.index, ribbon.width, ribbon.height, ribbon.fps, camera.rotate_deg, Path(ribbon.python)
            ),
        )
    raise ValueError("a recording is no live camera")
