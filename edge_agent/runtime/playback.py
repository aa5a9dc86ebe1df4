"""A recording played in real time, in the place of a camera."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from edge_agent.runtime.clock import Clock
from edge_agent.runtime.latest import End, LatestSlots
from edge_agent.sources.recording import Recording


@dataclass(frozen=True, slots=True)
class Playback:
    """What one capture thread plays."""

    camera: str
    recording: Recording
    fps: float
    start_at: float
    """Monotonic seconds."""

    def run(self, slots: LatestSlots, clock: Clock, stop: threading.Event) -> None:
        """Play until the end or until told to stop; times become those of `clock`.

        Raises:
            BrokenOffError: the recording became unreadable.
        """
        first: float | None = None
        try:
            for instant in self.recording.instants(self.fps):
                first = instant.t if first is None else first
                due = self.start_at + instant.t - first
                if stop.wait(max(0.0, due - clock.monotonic())):
                    return
                slots.put(replace(instant, t=due))
        finally:
            self.recording.close()
            slots.put(End(self.camera))
