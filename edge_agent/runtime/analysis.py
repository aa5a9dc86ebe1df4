"""The pipeline's thread: owns the models and all state."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from edge_agent import pipeline
from edge_agent.messages.draft import Draft
from edge_agent.messages.encode import Clockwork, Context, encode
from edge_agent.pose.estimator import PoseEstimator
from edge_agent.runtime.clock import Clock
from edge_agent.runtime.health import Gauges
from edge_agent.runtime.latest import End, LatestSlots
from edge_agent.settings import Settings
from edge_agent.sources.recording import Instant
from edge_agent.types import Demand, Event, Frame

IDLE_S = 0.5
"""How long a turn waits for an instant before it looks at `stop` again."""


@dataclass(slots=True)
class _Watched:
    settings: Settings
    demand: Demand
    state: pipeline.State = field(default_factory=pipeline.State)


@dataclass(slots=True)
class Analysis:
    """Takes instants, runs the flow, hands drafts on."""

    settings: Sequence[Settings]
    context: Context
    stamp: Clockwork
    estimator: PoseEstimator
    emit: Callable[[Draft], None]
    gauges: Gauges
    clock: Clock
    done: threading.Event = field(default_factory=threading.Event)
    """Set once every camera has ended and been finished."""

    def run(self, slots: LatestSlots, stop: threading.Event) -> None:
        """Work until told to stop; then end the open minutes."""
        watched = {each.camera.id: _Watched(each, Demand(each.analysis_fps)) for each in self.settings}
        try:
            while watched and not stop.is_set():
                item = slots.take(IDLE_S)
                if isinstance(item, End):
                    self._finish(watched.pop(item.camera))
                elif item is not None:
                    self._analyse(watched[item.camera], item)
        finally:
            for each in watched.values():
                self._finish(each)
            self.estimator.close()
            self.done.set()

    def _analyse(self, watched: _Watched, instant: Instant) -> None:
        observation = self.estimator.estimate(instant, watched.demand) if isinstance(instant, Frame) else instant
        watched.state, events, watched.demand = pipeline.step(watched.settings, watched.state, observation)
        self._emit(events)
        self.gauges.analysed(instant.camera, instant.t, self.clock.monotonic() - instant.t)

    def _finish(self, watched: _Watched) -> None:
        watched.state, events = pipeline.finish(watched.settings, watched.state)
        self._emit(events)
        self.gauges.ended(watched.settings.camera.id)

    def _emit(self, events: Sequence[Event]) -> None:
        for event in events:
            self.emit(encode(event, self.context, self.stamp))
