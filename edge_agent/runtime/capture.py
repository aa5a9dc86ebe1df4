"""The capture thread of one live camera: opens it, reads it, and says why when there are no pictures."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from edge_agent.errors import CameraWedgedError
from edge_agent.runtime.backoff import Backoff
from edge_agent.runtime.clock import Clock
from edge_agent.runtime.latest import LatestSlots
from edge_agent.sources.live import READ_S, LiveSource, SourceLostError
from edge_agent.sources.pace import Pace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CaptureLimits:
    """How patient a capture thread is; seconds. [C]."""

    unseen_s: float = 3.0
    """Without a picture for this long it is said that there is none."""
    silent_s: float = 10.0
    """After this long the camera is closed and opened again."""
    first_picture_s: float = 25.0
    """The same until the first picture after opening: libcamera alone may take 10 s to start."""
    steady_s: float = 10.0
    """A camera that gave pictures this long is well again: the pauses start short, its stalls are forgotten."""
    look_s: float = 1.0
    """How often it is looked whether a missing device was plugged in again, or a pause has ended."""
    backoff_first_s: float = 1.0
    """Upper bound of the pause before a camera is tried again; doubled at each further attempt."""
    backoff_most_s: float = 30.0
    stalls: int = 5
    """Rounds of closing and opening after which a stalled camera counts as wedged, when they fall ..."""
    stalls_within_s: float = 600.0
    """... within this time."""


LIMITS = CaptureLimits()


@dataclass(slots=True)
class Capture:
    """What one capture thread does."""

    camera: str
    source: LiveSource
    fps: Callable[[], float]
    """The rate of analysis now; asked at each picture."""
    paused: Callable[[], bool]
    """While it is so, the camera is closed."""
    beat: Callable[[], None]
    """Called whenever a call into the camera has come back, and while waiting between two attempts."""
    say: Callable[[str | None], None]
    """Told at each change why there are no pictures; None while they flow."""
    limits: CaptureLimits = LIMITS
    _backoff: Backoff = field(init=False)
    _stalls: deque[float] = field(default_factory=deque)
    _said: str | None = None
    _logged: tuple[str, str] | None = None
    _newest: float = float("-inf")

    def __post_init__(self) -> None:
        """Begin with short pauses."""
        self._backoff = Backoff(self.limits.backoff_first_s, self.limits.backoff_most_s)

    def run(self, slots: LatestSlots, clock: Clock, stop: threading.Event) -> None:
        """Put pictures into the camera's slot until told to stop.

        Raises:
            CameraWedgedError: opening it again did not help, several times over.
        """
        self._say("starting")
        while not stop.is_set():
            if self.paused():
                self._rest(stop)
                continue
            try:
                self._read(slots, clock, stop)
                pause_s = 0.0
            except SourceLostError as lost:
                self._note(lost, clock.monotonic())
                pause_s = self.limits.look_s if lost.reason == "camera_missing" else self._backoff.next()
            finally:
                self.source.close()
                self.beat()
            self._wait(pause_s, clock, stop)

    def _read(self, slots: LatestSlots, clock: Clock, stop: threading.Event) -> None:
        """Read until told to stop or to pause.

        Raises:
            SourceLostError: it broke off, or was silent for too long.
        """
        self.source.open()
        self.beat()
        pace = Pace(self.fps())
        opened = clock.monotonic()
        seen: float | None = None
        while not stop.is_set() and not self.paused():
            frame = self.source.read()
            self.beat()
            now = clock.monotonic()
            if frame is None or frame.t <= self._newest:  # also a driver that hands over the same buffer again
                self._bear_silence(now, opened, seen)
                continue
            self._newest, seen = frame.t, now
            self._flows(now - opened)
            pace.fps = self.fps()
            if pace.wants(frame.t):
                slots.put(frame)
                stop.wait(min(READ_S, max(0.0, pace.due - now)))  # what is not wanted need not be decoded

    def _bear_silence(self, now: float, opened: float, seen: float | None) -> None:
        silent = now - (opened if seen is None else seen)
        if silent >= (self.limits.first_picture_s if seen is None else self.limits.silent_s):
            raise SourceLostError("camera_stalled", f"no new picture for {silent:.0f} s")
        if seen is not None and silent >= self.limits.unseen_s:
            self._say("no_pictures")

    def _flows(self, since_open: float) -> None:
        if since_open >= self.limits.steady_s:
            self._backoff.reset()
            self._stalls.clear()
        if self._said is not None:
            log.info("camera %s: pictures flow", self.camera)
            self._logged = None
            self._say(None)

    def _note(self, lost: SourceLostError, now: float) -> None:
        news = (lost.reason, lost.detail)
        log.log(logging.DEBUG if news == self._logged else logging.WARNING, "camera %s: %s", self.camera, lost)
        self._logged = news
        self._say(lost.reason)
        if lost.reason != "camera_stalled":
            return
        self._stalls.append(now)
        while self._stalls[0] < now - self.limits.stalls_within_s:
            self._stalls.popleft()
        if len(self._stalls) >= self.limits.stalls:
            raise CameraWedgedError(
                f"camera {self.camera}: stalled {len(self._stalls)} times, though opened anew each time",
                "the box may have to be restarted; if that does not help, change the camera or its cable",
            ) from lost

    def _rest(self, stop: threading.Event) -> None:
        """Stay away from the camera until the pause has ended."""
        self._say("paused")
        while self.paused() and not stop.wait(self.limits.look_s):
            self.beat()
        self._backoff.reset()
        self._say("starting")

    def _wait(self, pause_s: float, clock: Clock, stop: threading.Event) -> None:
        """Let a lost camera be, but notice a pause at once."""
        until = clock.monotonic() + pause_s
        while (left := until - clock.monotonic()) > 0.0 and not self.paused():
            if stop.wait(min(left, self.limits.look_s)):
                return
            self.beat()

    def _say(self, reason: str | None) -> None:
        if reason != self._said:
            self._said = reason
            self.say(reason)
