"""What the box knows of its own work: one gauge a camera, read by the main thread into `health`."""

from __future__ import annotations

import shutil
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from edge_agent.messages.health import CameraHealth, CameraStatus
from edge_agent.messages.stamp import utc_text
from edge_agent.runtime.clock import Clock, utc_of

WINDOW_S = 10.0
"""Over which rate and latency are told. [C]"""
BLIND_AFTER_S = 5.0
"""Without a picture for this long, a camera is blind. [C]"""


@dataclass(slots=True)
class _Gauge:
    room: str
    starts_at: float
    ended: bool = False
    seen_at: float | None = None
    recent: deque[tuple[float, float]] = field(default_factory=deque)
    """When an instant was analysed, and its latency; seconds."""


class Gauges:
    """Written by the pipeline, read by the main thread."""

    def __init__(self, clock: Clock, rooms: Mapping[str, str], starts_at: Mapping[str, float]) -> None:
        """One gauge a camera; `rooms` and monotonic `starts_at` by camera id."""
        self._clock = clock
        self._lock = threading.Lock()
        self._gauges = {camera: _Gauge(room, starts_at[camera]) for camera, room in rooms.items()}

    def analysed(self, camera: str, t: float, latency_s: float) -> None:
        """Note that the picture taken at `t` was analysed, `latency_s` after it was taken."""
        now = self._clock.monotonic()
        with self._lock:
            gauge = self._gauges[camera]
            gauge.seen_at = t
            gauge.recent.append((now, latency_s))
            while gauge.recent[0][0] < now - WINDOW_S:
                gauge.recent.popleft()

    def ended(self, camera: str) -> None:
        """Note that nothing more comes of a camera."""
        with self._lock:
            self._gauges[camera].ended = True

    def report(self, dropped: Mapping[str, int], *, stopping: bool) -> tuple[CameraHealth, ...]:
        """Every camera now; `dropped` pictures by camera."""
        with self._lock:
            return tuple(
                self._camera(camera, gauge, dropped[camera], stopping=stopping)
                for camera, gauge in self._gauges.items()
            )

    def _camera(self, camera: str, gauge: _Gauge, dropped: int, *, stopping: bool) -> CameraHealth:
        now = self._clock.monotonic()
        recent = [latency for at, latency in gauge.recent if at >= now - WINDOW_S]
        status, reasons = _status(gauge, now, stopping=stopping)
        return CameraHealth(
            camera=camera,
            room=gauge.room,
            status=status,
            reasons=reasons,
            until=None,
            seen_at=None if gauge.seen_at is None else utc_text(utc_of(self._clock, gauge.seen_at)),
            fps=round(len(recent) / WINDOW_S, 1),
            latency_ms=round(1000.0 * max(0.0, median(recent)), 1) if recent else None,
            dropped=dropped,
        )


def _status(gauge: _Gauge, now: float, *, stopping: bool) -> tuple[CameraStatus, tuple[str, ...]]:
    if stopping:
        return CameraStatus.STOPPING, ()
    if gauge.ended:
        return CameraStatus.BLIND, ("recording_ended",)
    last = gauge.starts_at if gauge.seen_at is None else gauge.seen_at
    if now - last > BLIND_AFTER_S:
        return CameraStatus.BLIND, ("no_pictures",)
    if gauge.seen_at is None:
        return CameraStatus.BLIND, ("starting",)
    return CameraStatus.OK, ()


def free_bytes(folder: Path) -> int | None:
    """Free space where `folder` lies, or None where it cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
