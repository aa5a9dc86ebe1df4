"""The pipeline's thread: owns the models and all state."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from queue import Empty, SimpleQueue

from edge_agent import pipeline
from edge_agent.eye import Eye
from edge_agent.messages.draft import Draft
from edge_agent.messages.encode import Clockwork, Context, encode
from edge_agent.runtime.clock import Clock, awake, second_of_day
from edge_agent.runtime.health import Gauges
from edge_agent.runtime.latest import End, LatestSlots
from edge_agent.settings import Settings
from edge_agent.sources.recording import Instant
from edge_agent.types import Demand, Event, Frame, Observation, PictureQuality

IDLE_S = 0.5
"""How long a turn waits for an instant before it looks at the cameras that give none."""
SILENT_S = 1.5
"""A camera that gives nothing for longer is stepped all the same, so that each second is accounted for: longer than
between two instants at the slowest rate, shorter than what the minutes count as a gap."""
UNKNOWN_SIZE = (640, 480)
"""Of the pictures of a camera that has not given any."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of one camera."""

    settings: Settings
    eye: Eye
    zone: tzinfo = UTC
    """Of the place: night and day go by it."""


@dataclass(slots=True)
class _Watched:
    settings: Settings
    eye: Eye
    zone: tzinfo
    demand: Demand
    t: float
    """Of the last step, awake or asleep."""
    size: tuple[int, int] = UNKNOWN_SIZE
    state: pipeline.State = field(default_factory=pipeline.State)


@dataclass(slots=True)
class Analysis:
    """Takes instants, runs the flow, hands drafts on.

    The flow's time goes on while the machine sleeps, so that a suspend is a gap in the minutes like any other.
    """

    watches: Sequence[Watch]
    context: Context
    stamp: Clockwork
    emit: Callable[[Draft], None]
    gauges: Gauges
    clock: Clock
    beat: Callable[[], None]
    """Called at each turn: a model that never returns is a stall."""
    close: Callable[[], None]
    """Frees the models."""
    done: threading.Event = field(default_factory=threading.Event)
    """Set once every camera has ended and been finished."""
    _news: SimpleQueue[Watch] = field(default_factory=SimpleQueue)

    def change(self, watch: Watch) -> None:
        """Go on with other settings of a camera that is watched; what is under way stays under way."""
        self._news.put(watch)

    def run(self, slots: LatestSlots, stop: threading.Event) -> None:
        """Work until told to stop; then end the open minutes."""
        now = self.clock.boottime()
        watched = {
            watch.settings.camera.id: _Watched(
                watch.settings, watch.eye, watch.zone, Demand(watch.settings.analysis_fps), now
            )
            for watch in self.watches
        }
        try:
            for each in watched.values():
                self._unseen(each, now)
            while watched and not stop.is_set():
                self._take_news(watched)
                item = slots.take(IDLE_S)
                if isinstance(item, End):
                    self._finish(watched.pop(item.camera))
                elif item is not None:
                    self._analyse(watched[item.camera], item)
                self._account(watched)
                self.beat()
        finally:
            for each in watched.values():
                self._finish(each)
            self.close()
            self.done.set()

    def _take_news(self, watched: dict[str, _Watched]) -> None:
        try:
            while True:
                watch = self._news.get_nowait()
                known = watched.get(watch.settings.camera.id)
                if known is not None:
                    known.settings, known.eye, known.zone = watch.settings, watch.eye, watch.zone
        except Empty:
            return

    def _analyse(self, watched: _Watched, instant: Instant) -> None:
        t = awake(self.clock, instant.t)
        if t <= watched.t:
            return  # it was under way while its second was already given up for lost
        observation = watched.eye.look(instant, watched.demand) if isinstance(instant, Frame) else instant
        watched.size = observation.size
        self._step(watched, replace(observation, t=t))
        hindered = watched.state.visibility.reasons
        unwatched = ("falls_off",) if watched.settings.camera.falls_off else ()
        quality = replace(observation.quality, reasons=(*observation.quality.reasons, *hindered, *unwatched))
        self.gauges.analysed(instant.camera, instant.t, self.clock.monotonic() - instant.t, quality)

    def _account(self, watched: dict[str, _Watched]) -> None:
        """Step the cameras that give nothing: what is lost is told, what is open goes on being timed."""
        now = self.clock.boottime()
        for each in watched.values():
            if now - each.t >= SILENT_S:
                self._unseen(each, now)

    def _unseen(self, watched: _Watched, t: float) -> None:
        camera = watched.settings.camera.id
        quality = PictureQuality(usable=False, reasons=(self.gauges.why(camera),))
        self._step(watched, Observation(camera, t, watched.size, quality=quality))

    def _step(self, watched: _Watched, observation: Observation) -> None:
        watched.t = observation.t
        observation = replace(observation, day_s=second_of_day(self.clock, watched.zone, observation.t))
        watched.state, events, watched.demand = pipeline.step(watched.settings, watched.state, observation)
        self._emit(events)

    def _finish(self, watched: _Watched) -> None:
        watched.state, events = pipeline.finish(watched.settings, watched.state)
        self._emit(events)
        self.gauges.ended(watched.settings.camera.id)

    def _emit(self, events: Sequence[Event]) -> None:
        for event in events:
            self.emit(encode(event, self.context, self.stamp))
