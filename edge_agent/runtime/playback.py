"""A recording played in real time, in the place of a camera."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from edge_agent.runtime.clock import Clock
from edge_agent.runtime.latest import End, LatestSlots
from edge_agent.sources.pace import Pace
from edge_agent.sources.recording import Recording


@dataclass(frozen=True, slots=True)
class Playback:
    """What one capture thread plays."""

    camera: str
    recording: Recording
    full_fps: float
    """At most so many instants a second are read from it."""
    start_at: float
    """Monotonic seconds."""
    fps: Callable[[], float]
    """The rate of analysis now."""
    paused: Callable[[], bool]
    """While it is so, the recording goes on unseen, as a room would."""
    again: Callable[[], Recording] | None = None
    """Opens the recording anew at its end; None to end with it."""

    def run(self, slots: LatestSlots, clock: Clock, stop: threading.Event) -> None:
        """Play until the end or until told to stop; times become those of `clock`.

        Raises:
            BrokenOffError: the recording became unreadable.
        """
        recording, start = self.recording, self.start_at
        try:
            while True:
                try:
                    last = self._once(recording, start, slots, clock, stop)
                finally:
                    recording.close()
                if self.again is None or stop.is_set():
                    return
                recording, start = self.again(), max(last + 1.0 / self.full_fps, clock.monotonic())
        finally:
            slots.put(End(self.camera))

    def _once(
        self, recording: Recording, start: float, slots: LatestSlots, clock: Clock, stop: threading.Event
    ) -> float:
        """Play it through; when its last instant was due."""
        pace, due = Pace(self.fps()), start
        first: float | None = None
        for instant in recording.instants(self.full_fps):
            first = instant.t if first is None else first
            due = start + instant.t - first
            if stop.wait(max(0.0, due - clock.monotonic())):
                break
            pace.fps = self.fps()
            if pace.wants(due) and not self.paused():
                slots.put(replace(instant, t=due))
        return due
