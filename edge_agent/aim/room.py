"""What the cameras see while nobody is watched over: one thread reads, one analyses, the page asks for the latest."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from edge_agent import box, geometry, pipeline
from edge_agent.aim.framing import Advice, FramingLimits, advice
from edge_agent.aim.light import Light, Lit
from edge_agent.aim.seen import Seen
from edge_agent.cameras import Attached, Orders, attached
from edge_agent.eye import Eye, eye
from edge_agent.pose.estimator import PoseEstimator
from edge_agent.privacy import FaceDetector
from edge_agent.runtime.clock import Clock
from edge_agent.runtime.latest import End, LatestSlots
from edge_agent.runtime.workers import Workers
from edge_agent.settings import Settings
from edge_agent.sources.live import LiveSource
from edge_agent.sources.recording import Instant
from edge_agent.types import Demand, Frame, Observation, Person, PictureQuality, View
from firmware_config import schema

TURN_S = 0.5
"""How long a turn waits for an instant."""
SILENT_S = 1.5
"""Without an instant for so long, the page is told that there are no pictures; as in the agent."""
JOIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Moment:
    """All that is known of one camera at one instant; no picture is in it."""

    camera: str
    t: float
    """Monotonic seconds."""
    size: tuple[int, int]
    quality: PictureQuality
    persons: tuple[Person, ...] = ()
    state: pipeline.State = field(default_factory=pipeline.State)
    light: Light | None = None
    view: View = field(default_factory=View)
    advice: tuple[Advice, ...] = ()


@dataclass(slots=True)
class _Watched:
    settings: Settings
    eye: Eye
    demand: Demand
    moment: Moment
    light: Light | None = None
    seen: Seen = field(default_factory=Seen)


class Room:
    """The cameras of a box while the agent is stopped."""

    def __init__(
        self,
        configuration: schema.Configuration,
        clock: Clock,
        source_of: Callable[[schema.Camera], LiveSource],
        estimator: PoseEstimator,
        heard: Callable[[Moment], None],
    ) -> None:
        """Build; no live camera is opened yet.

        Args:
            configuration: of this box.
            clock: of this machine.
            source_of: what is behind a live camera's configuration.
            estimator: closed at the end.
            heard: told every instant, in the analysing thread.

        Raises:
            UserError: a recording or an address cannot be used, or a model is missing.
        """
        now = clock.monotonic()
        self._configuration, self._clock, self._estimator, self._heard = configuration, clock, estimator, heard
        self._faces: FaceDetector | None = box.load_faces(configuration)
        self._attached: Mapping[str, Attached] = {
            camera.id: attached(camera, configuration.analysis_fps, now, source_of) for camera in configuration.cameras
        }
        self._slots = LatestSlots(tuple(self._attached))
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._workers = Workers()
        self._why: dict[str, str | None] = {}
        self._watched = {camera.id: self._watch(camera, now) for camera in configuration.cameras}

    @property
    def failure(self) -> BaseException | None:
        """What ended a thread."""
        return self._workers.failure

    def start(self) -> None:
        """Open the cameras."""
        self._workers.start("analysis", self._run)
        for camera, source in self._attached.items():
            orders = Orders(lambda: self._configuration.analysis_fps, _never, _nothing, partial(self._say, camera))
            self._workers.start(
                f"capture-{camera}", partial(source.reader(orders).run, self._slots, self._clock, self._stop)
            )

    def close(self) -> None:
        """Let go of the cameras."""
        self._stop.set()
        with self._changed:
            self._changed.notify_all()
        self._workers.join(JOIN_S)
        self._estimator.close()

    def moment(self, camera: str, after: float = float("-inf"), timeout: float = 0.0) -> Moment:
        """The latest of a camera, waited for at most `timeout` seconds until it is later than `after`.

        Raises:
            KeyError: there is no such camera.
        """
        watched = self._watched[camera]
        with self._changed:
            self._changed.wait_for(lambda: watched.moment.t > after or self._stop.is_set(), timeout)
            return watched.moment

    def seen(self, camera: str) -> Seen:
        """Where in the picture people were seen."""
        return self._watched[camera].seen

    def configured_view(self, camera: str) -> View:
        """How a camera looks, as far as that was measured."""
        return self._watched[camera].settings.camera.view

    def take_over(self, configuration: schema.Configuration) -> None:
        """Look with other zones, masks or another view from now on; cameras and models stay as they are."""
        with self._changed:
            self._configuration = configuration
            for camera in configuration.cameras:
                watched, again = self._watched[camera.id], self._watch(camera, self._clock.monotonic())
                watched.settings, watched.eye, watched.seen = again.settings, again.eye, Seen()

    def _watch(self, camera: schema.Camera, now: float) -> _Watched:
        settings = box.with_view(box.settings_of(self._configuration, camera), self._attached[camera.id].view)
        lens = settings.camera.view.intrinsics
        looks = eye(Lit(self._estimator, partial(self._lit, camera.id)), box.privacy_of(camera), self._faces, lens=lens)
        unseen = Moment(camera.id, now, (640, 480), PictureQuality(usable=False, reasons=("starting",)))
        return _Watched(settings, looks, Demand(settings.analysis_fps), unseen)

    def _run(self) -> None:
        while not self._stop.is_set():
            item = self._slots.take(TURN_S)
            if item is not None and not isinstance(item, End):
                self._analyse(self._watched[item.camera], item)
            now = self._clock.monotonic()
            for each in self._watched.values():
                if now - each.moment.t >= SILENT_S:
                    reason = self._why.get(each.moment.camera) or "no_pictures"
                    quality = PictureQuality(usable=False, reasons=(reason,))
                    self._step(each, Observation(each.moment.camera, now, each.moment.size, quality=quality))

    def _analyse(self, watched: _Watched, instant: Instant) -> None:
        if instant.t <= watched.moment.t:
            return
        if isinstance(instant, Frame):
            observation = watched.eye.look(instant, watched.demand)
        else:
            watched.light, observation = None, instant
        self._step(watched, observation)

    def _step(self, watched: _Watched, observation: Observation) -> None:
        before = watched.moment.state
        state, _, watched.demand = pipeline.step(watched.settings, before, observation)
        view = geometry.view_in_use(watched.settings.camera.view, state.geometry)
        persons = tuple(person for person in state.persons if person.track.confirmed)
        quality, size = observation.quality, observation.size
        said = advice(FramingLimits(), quality, persons, watched.light, view, size)
        moment = Moment(observation.camera, observation.t, size, quality, persons, state, watched.light, view, said)
        with self._changed:
            watched.moment = moment
            watched.seen = watched.seen.with_people(persons, size)
            self._changed.notify_all()
        self._heard(moment)

    def _lit(self, camera: str, light: Light) -> None:
        self._watched[camera].light = light

    def _say(self, camera: str, why: str | None) -> None:
        self._why[camera] = why


def _never() -> bool:
    return False


def _nothing() -> None:
    """Nobody counts heartbeats here: the page shows that nothing comes."""
