"""What the box knows of its cameras: one gauge each, read by the main thread into `health`."""

from __future__ import annotations

import shutil
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Literal, Protocol, TypeAlias

from edge_agent.messages.health import CameraHealth, CameraStatus
from edge_agent.messages.stamp import utc_text
from edge_agent.runtime.clock import Clock, utc_of
from edge_agent.types import PictureQuality

WINDOW_S = 10.0
"""Over which rate and latency are told. [C]"""
BLIND_AFTER_S = 5.0
"""Without a picture for this long, a camera is blind, whatever its source says. [C]"""

GOOD = PictureQuality()


class Pause(Protocol):
    """A camera is switched off for a while."""

    @property
    def until(self) -> float:
        """Monotonic seconds."""
        ...

    @property
    def by(self) -> Literal["request", "file", "schedule", "button"]:
        """Whose the pause is."""
        ...


_Verdict: TypeAlias = tuple[CameraStatus, tuple[str, ...]]


@dataclass(slots=True)
class _Gauge:
    room: str
    waits_since: float
    """Since when pictures may be expected, monotonic."""
    ended: bool = False
    lost: str | None = None
    """Why its source gives nothing, as the source says."""
    pause: Pause | None = None
    quality: PictureQuality = GOOD
    """Of the last picture."""
    pictured_at: float | None = None
    """When the last picture was taken."""
    seen_at: float | None = None
    """When the last usable one was."""
    recent: deque[tuple[float, float]] = field(default_factory=deque)
    """When an instant was analysed, and its latency; seconds."""


class Gauges:
    """Written by capture threads, pipeline and main; read by main."""

    def __init__(self, clock: Clock, rooms: Mapping[str, str], starts_at: Mapping[str, float]) -> None:
        """One gauge a camera; `rooms` and monotonic `starts_at` by camera id."""
        self._clock = clock
        self._lock = threading.Lock()
        self._gauges = {camera: _Gauge(room, starts_at[camera]) for camera, room in rooms.items()}

    def analysed(self, camera: str, t: float, latency_s: float, quality: PictureQuality = GOOD) -> None:
        """Note that the picture taken at `t` was analysed, `latency_s` after it was taken.

        Of pictures alone: the flow's own steps while a camera gives nothing are not told here.
        """
        now = self._clock.monotonic()
        with self._lock:
            gauge = self._gauges[camera]
            gauge.pictured_at = t
            gauge.quality = quality
            if quality.usable:
                gauge.seen_at = t
            gauge.recent.append((now, latency_s))
            while gauge.recent[0][0] < now - WINDOW_S:
                gauge.recent.popleft()

    def say(self, camera: str, reason: str | None) -> None:
        """Note why the source of a camera gives no pictures; None once it gives some again.

        That it rests in a pause is no loss: `pause` tells that, with its end.
        """
        with self._lock:
            self._gauges[camera].lost = None if reason == "paused" else reason

    def pause(self, camera: str, pause: Pause | None) -> None:
        """Note that a camera is paused, or with None that it may watch."""
        now = self._clock.monotonic()
        with self._lock:
            gauge = self._gauges[camera]
            if gauge.pause is not None and pause is None:
                gauge.waits_since, gauge.pictured_at = now, None  # as at the start: it takes a moment to open
            gauge.pause = pause

    def why(self, camera: str) -> str:
        """Why a camera gives nothing now."""
        now = self._clock.monotonic()
        with self._lock:
            gauge = self._gauges[camera]
            if gauge.pause is not None:
                return "paused"
            return (_blind(gauge, now) or ("no_pictures",))[0]

    def ended(self, camera: str) -> None:
        """Note that nothing more comes of a camera."""
        with self._lock:
            self._gauges[camera].ended = True

    def report(self, dropped: Mapping[str, int], *, stopping: bool, slowed: bool = False) -> tuple[CameraHealth, ...]:
        """Every camera now.

        Args:
            dropped: pictures replaced before they were analysed, by camera.
            stopping: the agent is on its way to its end.
            slowed: fewer pictures are analysed than configured, for heat.
        """
        now = self._clock.monotonic()
        with self._lock:
            return tuple(
                self._camera(
                    camera, gauge, dropped[camera], now, _verdict(gauge, now, stopping=stopping, slowed=slowed)
                )
                for camera, gauge in self._gauges.items()
            )

    def _camera(self, camera: str, gauge: _Gauge, dropped: int, now: float, verdict: _Verdict) -> CameraHealth:
        recent = [latency for at, latency in gauge.recent if at > now - WINDOW_S]
        status, reasons = verdict
        pause = gauge.pause if status is CameraStatus.PAUSED else None
        return CameraHealth(
            camera=camera,
            room=gauge.room,
            status=status,
            reasons=reasons,
            until=None if pause is None else utc_text(utc_of(self._clock, pause.until)),
            seen_at=None if gauge.seen_at is None else utc_text(utc_of(self._clock, gauge.seen_at)),
            fps=round(len(recent) / WINDOW_S, 1),
            latency_ms=round(1000.0 * max(0.0, median(recent)), 1) if recent else None,
            dropped=dropped,
            paused_by=None if pause is None else pause.by,
        )


def _verdict(gauge: _Gauge, now: float, *, stopping: bool, slowed: bool) -> _Verdict:
    """The gravest first: whoever reads it asks whether the camera can be relied on."""
    if stopping:
        return CameraStatus.STOPPING, ()
    if gauge.pause is not None and not gauge.ended:
        return CameraStatus.PAUSED, ()
    blind = _blind(gauge, now)
    if blind is not None:
        return CameraStatus.BLIND, blind
    reasons = (*gauge.quality.reasons, *(("hot",) if slowed else ()))
    return (CameraStatus.DEGRADED if reasons else CameraStatus.OK), reasons


def _blind(gauge: _Gauge, now: float) -> tuple[str, ...] | None:
    """Why nothing can be seen; None where something can."""
    if gauge.ended:
        return ("recording_ended",)
    if gauge.lost is not None:
        return (gauge.lost,)
    if now - (gauge.waits_since if gauge.pictured_at is None else gauge.pictured_at) > BLIND_AFTER_S:
        return ("no_pictures",)
    if gauge.pictured_at is None:
        return ("starting",)
    return None if gauge.quality.usable else gauge.quality.reasons


def free_bytes(folder: Path) -> int | None:
    """Free space where `folder` lies, or None where it cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
