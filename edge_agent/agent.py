"""One configuration at work: every part and thread of it, from its start to its end."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from edge_agent import announcements, box, self_test
from edge_agent.cameras import Attached, Orders, attached, live_source
from edge_agent.errors import Exit, StorageError, UserError
from edge_agent.eye import eye
from edge_agent.messages.discovery import birth_topic
from edge_agent.messages.envelope import TimeQuality
from edge_agent.messages.health import CameraHealth, CameraStatus
from edge_agent.messages.stamp import Stamp, utc_text
from edge_agent.mqtt.publisher import Publisher
from edge_agent.mqtt.requests import Commands
from edge_agent.mqtt.settings import DeliverySettings
from edge_agent.outbox import Outbox, OutboxLimits
from edge_agent.pause import Pauses
from edge_agent.pose.estimator import PoseEstimator
from edge_agent.pushes import BROKER, Pushes, TrialLimits
from edge_agent.runtime.analysis import Analysis, Watch
from edge_agent.runtime.board import Board
from edge_agent.runtime.clock import Clock, utc_awake
from edge_agent.runtime.health import Gauges, free_bytes
from edge_agent.runtime.heartbeats import Heartbeats
from edge_agent.runtime.latest import LatestSlots
from edge_agent.runtime.memory import Kept
from edge_agent.runtime.signals import Signals
from edge_agent.runtime.vitals import Vitals
from edge_agent.runtime.watchdog import Notifier, StallLimits, Watchdog
from edge_agent.runtime.workers import Workers
from edge_agent.settings import Settings
from edge_agent.sources.live import LiveSource
from firmware_config.differences import differences
from firmware_config.schema import Camera, Configuration

log = logging.getLogger(__name__)

HEALTH_EVERY_S = 30.0
"""`design.md`, Topics; sooner when something changes."""
LOOK_EVERY_S = 0.5
JOIN_S = 5.0
WELL = frozenset({CameraStatus.OK, CameraStatus.DEGRADED, CameraStatus.PAUSED})
ENDED = ("recording_ended",)
"""A recording has done what it should."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What outlives a configuration."""

    clock: Clock
    kept: Kept
    """What the start could do to keep pictures in memory."""
    board: Board
    notifier: Notifier
    limits: StallLimits = field(default_factory=StallLimits)
    camera: Callable[[Camera], LiveSource] = live_source
    """What is behind a live camera's configuration."""
    estimator: Callable[[Configuration], PoseEstimator] = box.load_estimator
    pushes: Pushes | None = None
    """What comes over the network; None where nothing may."""
    trial: TrialLimits = field(default_factory=TrialLimits)


class Agent:
    """Built, started, watched and shut down by the main thread."""

    def __init__(
        self, configuration: Configuration, surroundings: Surroundings, before: Configuration | None = None
    ) -> None:
        """Build every part; nothing runs yet, and no live camera is opened.

        Args:
            configuration: of this box.
            surroundings: of this process.
            before: what the agent had that this one takes the place of.

        Raises:
            UserError: a part cannot be built; nothing is held.
        """
        self.configuration = configuration
        self._before = before
        self.refused: str | None = None
        """Why the configuration that was read last is not this one."""
        self._clock, self._notifier = surroundings.clock, surroundings.notifier
        self._limits = surroundings.limits
        self._pushes = surroundings.pushes
        self._stop = threading.Event()
        self._workers = Workers()
        self._hearts = Heartbeats(self._clock)
        self._watchdog = Watchdog(self._hearts, self._notifier, self._clock, self._limits)
        self._vitals = Vitals(self._clock, surroundings.board, surroundings.kept)
        self._fps = configuration.analysis_fps
        self._told: tuple[object, ...] = ()
        self._told_at = float("-inf")
        self._cameras: tuple[CameraHealth, ...] = ()
        self._watches: dict[str, Watch] = {}
        self._started_at = self._clock.monotonic()
        self._started_awake = self._clock.boottime()
        with ExitStack() as held:
            self._build(held, surroundings)
            self._held = held.pop_all()

    def _build(self, held: ExitStack, surroundings: Surroundings) -> None:
        configuration, clock = self.configuration, self._clock
        ids = tuple(camera.id for camera in configuration.cameras)
        self._context = box.context_of(configuration, secrets.token_hex(8))
        self._attached = {
            camera.id: attached(camera, configuration.analysis_fps, self._started_at, surroundings.camera)
            for camera in configuration.cameras
        }
        self._estimator = surroundings.estimator(configuration)
        self._faces = box.load_faces(configuration)
        self._slots = LatestSlots(ids)
        starts_at = {camera: source.starts_at for camera, source in self._attached.items()}
        self._gauges = Gauges(clock, self._context.rooms, starts_at)
        button = box.button_of(configuration)
        if button is not None:
            held.callback(button.release)
        self._fail_safe = box.fail_safe_of(configuration)
        if self._fail_safe is not None:
            held.callback(self._fail_safe.release)
        folder = _data_folder(configuration.data_dir)
        self._pauses = Pauses(box.pause_of(configuration), ids, clock, folder / "pauses.json", button)
        outbox = Outbox.open(folder / "outbox.sqlite", configuration.device, OutboxLimits(), clock.monotonic())
        self._publisher = Publisher(
            outbox,
            self._context,
            box.broker_of(configuration),
            _delivery(configuration),
            clock,
            self._hearts.register("publisher", self._limits.publisher_s),
            Commands(self._pauses, self._self_test, surroundings.pushes),
            self._hearts.register("network", self._limits.network_s),
        )
        self._analysis = Analysis(
            [self._watch(camera) for camera in configuration.cameras],
            self._context,
            self.stamp,
            self._publisher.put,
            self._gauges,
            clock,
            self._hearts.register("pipeline", self._limits.pipeline_s),
            self._estimator.close,
        )

    @property
    def failed(self) -> bool:
        """Whether a thread has ended by a fault."""
        return self._workers.failed.is_set()

    def stamp(self, t: float) -> Stamp:
        """An instant of the flow, in the world's time."""
        uptime_ms = max(0, round(1000 * (t - self._started_awake)))
        return Stamp(utc_text(utc_awake(self._clock, t)), uptime_ms, self._time_quality())

    def start(self) -> None:
        """Publisher first, so that nothing is said before it can be kept; cameras last."""
        self._pauses.look()
        self._workers.start("publisher", self._publisher.run)
        started = self.stamp(self._started_awake)
        self._publisher.put(announcements.info_draft(self.configuration, self._context, started))
        for draft in announcements.home_assistant_drafts(self.configuration, self._context, self._before):
            self._publisher.put(draft)
        self._look(stopping=False)
        self._workers.start("pipeline", partial(self._analysis.run, self._slots, self._stop))
        for camera, source in self._attached.items():
            reader = source.reader(self._orders(camera, source))
            self._workers.start(f"capture-{camera}", partial(reader.run, self._slots, self._clock, self._stop))
        log.info("started as boot %s with %d camera(s)", self._context.boot_id, len(self._attached))
        self.ready()

    def ready(self) -> None:
        """Say that the agent is at work as configured."""
        self._notifier.ready(f"{len(self._attached)} camera(s), generation {self.configuration.generation}")

    def watch(self, signals: Signals, *, until_done: bool) -> None:
        """Look after everything until a signal, a failure, or, if wanted, the end of all recordings."""
        while not signals.stop.wait(LOOK_EVERY_S) and not signals.reload.is_set():
            self._look(stopping=False)
            if self._pushes is not None:
                self._pushes.look(self.well())
            if self.failed or (until_done and self._analysis.done.is_set() and self._publisher.status().idle):
                return

    def well(self) -> frozenset[str]:
        """The cameras that do what they should, and the broker if it is there."""
        cameras = {each.camera for each in self._cameras if each.status in WELL or each.reasons == ENDED}
        return frozenset(cameras | ({BROKER} if self._publisher.status().connected else set()))

    def take_over(self, wanted: Configuration) -> bool:
        """Go on with another configuration, as far as that is possible while at work; whether it was.

        Raises:
            ModelError: it searches faces and the detector cannot be had; nothing was changed.
        """
        changes = differences(self.configuration, wanted)
        if not all(change.live for change in changes):
            return False
        self._faces = self._faces or box.load_faces(wanted)
        self.configuration, self.refused = wanted, None
        self._pauses.apply(box.pause_of(wanted))
        for camera in wanted.cameras:
            self._analysis.change(self._watch(camera))
        self._publisher.put(announcements.info_draft(wanted, self._context, self.stamp(self._started_awake)))
        log.info("configuration taken over: %s", ", ".join(change.where for change in changes) or "nothing changed")
        return True

    def shut_down(self, grace_s: float) -> int:
        """Capture, pipeline, then the publisher, which waits at most `grace_s` for acknowledgements.

        Raises:
            UserError: a thread had ended with one.
        """
        self._notifier.stopping()
        self._stop.set()
        self._look(stopping=True)
        self._analysis.done.wait(JOIN_S)
        self._publisher.stop(grace_s)
        ended = self._workers.join(grace_s + JOIN_S)
        self._held.close()
        failure = self._workers.failure
        if isinstance(failure, UserError):
            raise failure
        if failure is not None:
            raise RuntimeError("a thread ended") from failure
        return Exit.OK if ended else Exit.STALLED

    def _watch(self, camera: Camera) -> Watch:
        settings = box.with_view(box.settings_of(self.configuration, camera), self._attached[camera.id].view)
        before = self._watches.get(camera.id)
        wanted = box.privacy_of(camera)
        zone = box.zone_of(self.configuration)
        if before is not None and before.eye.settings == wanted and _aimed_alike(before.settings, settings):
            watch = Watch(settings, before.eye, zone)
        else:  # with other zones or another view it may look elsewhere
            lens = settings.camera.view.intrinsics
            again = eye(self._estimator, wanted, self._faces, lens=lens, before=before.eye if before else None)
            watch = Watch(settings, again, zone)
        self._watches[camera.id] = watch
        return watch

    def _orders(self, camera: str, source: Attached) -> Orders:
        beat: Callable[[], None] = _nothing
        if source.live:
            beat = self._hearts.register(f"capture-{camera}", self._limits.capture_s)
        return Orders(
            lambda: self._fps,
            lambda: self._pauses.active(camera) is not None,
            beat,
            partial(self._gauges.say, camera),
        )

    def _look(self, *, stopping: bool) -> None:
        stalled = () if stopping else self._watchdog.look()
        self._fps = self._vitals.look(self.configuration.analysis_fps)
        self._pauses.look(self._publisher.status().falls)
        for camera in self._attached:
            self._gauges.pause(camera, self._pauses.active(camera))
        if self._fail_safe is not None:
            self._fail_safe.look(self._clock.monotonic(), self._publisher.unheard_falls())
        self._tell_health(stalled, stopping=stopping)

    def _tell_health(self, stalled: tuple[str, ...], *, stopping: bool) -> None:
        counts, free = self._publisher.status().counts, free_bytes(self.configuration.data_dir)
        vital = self._vitals.report(
            self.configuration.analysis_fps,
            counts,
            free,
            self._time_quality(),
            stalled=stalled,
            configuration_refused=self.refused,
        )
        dropped = {camera: self._slots.dropped(camera) for camera in self._attached}
        slowed = vital.slowed_to_fps is not None
        self._cameras = self._gauges.report(dropped, stopping=stopping, slowed=slowed)
        now = self._clock.monotonic()
        news = (tuple((each.camera, each.status, each.reasons, each.until) for each in self._cameras), vital.news)
        if news == self._told and now - self._told_at < HEALTH_EVERY_S:
            return
        self._told, self._told_at = news, now
        stamp = self.stamp(self._clock.boottime())
        self._publisher.put(announcements.health_draft(self._context, stamp, self._cameras, counts, free, vital))

    def _self_test(self) -> str:
        """In the publisher's thread."""
        fail_safe = None if self._fail_safe is None else self._fail_safe.fault
        return self_test.verdict(self._cameras, storage=self._publisher.status().fault, fail_safe=fail_safe)

    def _time_quality(self) -> TimeQuality:
        return TimeQuality.SYNCED if self._clock.synchronised() else TimeQuality.FREE


def _delivery(configuration: Configuration) -> DeliverySettings:
    known = configuration.broker.home_assistant
    birth = None if known is None else birth_topic(known.discovery_prefix)
    return DeliverySettings(consumer=configuration.broker.consumer, birth=birth)


def _nothing() -> None:
    """A recording needs no watching over: it ends, or its thread does."""


def _data_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StorageError(f"{folder}: cannot be made: {fault.strerror}", "check `data_dir` and its rights") from fault
    return folder


def _aimed_alike(one: Settings, other: Settings) -> bool:
    return (one.camera.view, one.camera.zones) == (other.camera.view, other.camera.zones)
