"""The Raspberry Pi's own camera, through picamera2 in a process of its own.

picamera2 belongs to the system's Python, and its waits can hang for ever after hours of good pictures: so it runs in a
child (`picamera_child`), which is watched here and killed when it stops giving new pictures. Tested with a fake of
picamera2; not yet proven on a camera.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from edge_agent.sources.grabber import TURNS, Rotation
from edge_agent.sources.live import READ_S, Loss, SourceLostError
from edge_agent.sources.picamera_child import NO_CAMERA, NO_PICAMERA2, SLOTS
from edge_agent.sources.picamera_process import CameraProcess, Record, RubbishError
from edge_agent.sources.sensor_time import monotonic_of
from edge_agent.types import Frame

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PicameraSettings:
    """One camera, as libcamera numbers it."""

    index: int = 0
    width: int = 640
    """Px, even; libcamera may give a little less."""
    height: int = 480
    fps: float = 15.0
    rotate_deg: Rotation = 0
    """By how much the picture is turned clockwise before anything sees it."""
    python: Path = Path("/usr/bin/python3")
    """The system's interpreter, for which `apt install python3-picamera2` installs."""


@dataclass(frozen=True, slots=True)
class PicameraLimits:
    """How long the child may take, seconds; all [C]."""

    start_s: float = 20.0
    """Until the first picture: loading libcamera from a slow card and starting the sensor takes up to 10 s."""
    stall_s: float = 5.0
    """Without a newer picture. Longer than the longest exposure in the dark."""
    grace_s: float = 2.0
    """To close the camera when it is told to end."""
    kill_s: float = 1.0
    """For the kernel to end it after that."""


LIMITS = PicameraLimits()


class PicameraSource:
    """A `LiveSource`. It belongs to the thread that opens it: the kernel kills the child with that thread."""

    def __init__(
        self,
        camera: str,
        settings: PicameraSettings,
        limits: PicameraLimits = LIMITS,
        environment: Mapping[str, str] = NOTHING,
    ) -> None:
        """Nothing is started yet.

        Args:
            camera: the camera's id, carried by every frame.
            settings: which camera, and how.
            limits: how long the child may take.
            environment: variables that the child gets beside its few.
        """
        self._camera = camera
        self._settings = settings
        self._limits = limits
        self._environment = environment
        self._child: CameraProcess | None = None
        self._wedged: CameraProcess | None = None
        self._progress_at = 0.0
        self._started = False
        self._newest_ns, self._newest_t = 0, 0.0

    @property
    def pid(self) -> int | None:
        """Of the child, while it is open."""
        return None if self._child is None else self._child.pid

    def open(self) -> None:
        """Start the child. `read` gives None until the camera runs, and says when it does not in time.

        Raises:
            SourceLostError: the interpreter cannot be run, or the last child holds the camera and cannot be killed.
        """
        self.close()
        if self._wedged is not None and not self._wedged.gone:
            raise SourceLostError("camera_stalled", "its process hangs in the driver and cannot be killed: reboot")
        self._wedged = None
        wanted = self._settings
        size = wanted.width, wanted.height
        try:
            self._child = CameraProcess(wanted.python, wanted.index, size, wanted.fps, self._environment)
        except OSError as fault:
            raise SourceLostError("camera_refused", f"{wanted.python} cannot be run: {fault.strerror}") from None
        self._progress_at = time.monotonic()
        self._started = False
        self._newest_ns, self._newest_t = 0, 0.0

    def read(self) -> Frame | None:
        """The newest picture not handed over before; see `LiveSource.read`.

        Raises:
            SourceLostError: the child ended, hangs, repeats itself or writes rubbish. It has been ended, and `open`
                starts a new one. The detail ends with the last line that the child said: it knows no password, and
                a line of its faults holds no picture.
        """
        if self._child is None:
            raise SourceLostError("no_pictures", "the camera is not open")
        until = time.monotonic() + READ_S
        while (left := until - time.monotonic()) > 0:
            try:
                records = self._child.records(left)
            except EOFError:
                self._explain(self._child)
            except RubbishError:
                self._give_up(self._child, "no_pictures", "its process writes rubbish")
            frame = self._latest(self._child, records)
            if frame is not None:
                return frame
            self._watch(self._child)
        return None

    def close(self) -> None:
        """End the child and free the memory; also when it is not open."""
        if self._child is not None:
            self._end(self._child)

    def _latest(self, child: CameraProcess, records: list[Record]) -> Frame | None:
        """Copy the newest picture, if it is to be had, and give every slot back."""
        frame = None
        t = self._newer(records[-1]) if records else None
        if t is not None:
            self._started, self._progress_at = True, time.monotonic()
            # All slots waiting: we came late, and the child had none free since. Its next picture is newer than these.
            if len(records) < SLOTS:
                frame = Frame(self._camera, t, child.copy(records[-1], TURNS.get(self._settings.rotate_deg)))
        for record in records:
            child.give_back(record)
        return frame

    def _newer(self, record: Record) -> float | None:
        """The time of a picture that the sensor took after all before; None for one that came again."""
        if 0 < record.sensor_ns <= self._newest_ns:
            return None
        t = monotonic_of(record.sensor_ns, record.monotonic_ns, record.boottime_ns)
        if t <= self._newest_t:
            return None
        self._newest_ns, self._newest_t = record.sensor_ns, t
        return t

    def _watch(self, child: CameraProcess) -> None:
        limit = self._limits.stall_s if self._started else self._limits.start_s
        if time.monotonic() - self._progress_at > limit:
            self._give_up(child, "camera_stalled", f"gave no new picture for {limit:g} s")

    def _give_up(self, child: CameraProcess, reason: Loss, detail: str) -> NoReturn:
        _, said = self._end(child)
        raise SourceLostError(reason, detail + said)

    def _explain(self, child: CameraProcess) -> NoReturn:
        """Say why the child ended by itself."""
        code, said = self._end(child)
        if code == NO_PICAMERA2:
            detail = f"{self._settings.python} has no usable picamera2: sudo apt install python3-picamera2{said}"
            raise SourceLostError("camera_refused", detail)
        if code == NO_CAMERA:
            detail = f"libcamera knows no camera {self._settings.index}: look at its cable and its index{said}"
            raise SourceLostError("camera_missing", detail)
        reason: Loss = "reconnecting" if self._started else "camera_refused"
        raise SourceLostError(reason, f"its process ended, {_ending(code)}{said}")

    def _end(self, child: CameraProcess) -> tuple[int | None, str]:
        """End the child; its exit code, and what it said last as the end of a sentence."""
        self._child = None
        code = child.end(self._limits.grace_s, self._limits.kill_s)
        if code is None:
            self._wedged = child
        words = child.last_words()
        return code, f"; it said last: {words}" if words else ""


def _ending(code: int | None) -> str:
    if code is None:
        return "cannot be killed"
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
