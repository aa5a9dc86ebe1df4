"""The daemon: builds the parts, starts them, watches over them, and stops them in order."""

from __future__ import annotations

import logging
import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from edge_agent.announcements import health_draft, info_draft
from edge_agent.box import context_of, load_estimator, settings_of, with_view
from edge_agent.errors import Exit, StorageError, UserError
from edge_agent.messages.encode import Context
from edge_agent.messages.envelope import TimeQuality
from edge_agent.messages.health import CameraStatus
from edge_agent.messages.stamp import Stamp, utc_text
from edge_agent.mqtt.publisher import Publisher
from edge_agent.mqtt.settings import BrokerSettings, DeliverySettings
from edge_agent.outbox import Outbox, OutboxLimits
from edge_agent.runtime.analysis import Analysis
from edge_agent.runtime.clock import Clock, SystemClock, utc_of
from edge_agent.runtime.health import Gauges, free_bytes
from edge_agent.runtime.latest import LatestSlots
from edge_agent.runtime.playback import Playback
from edge_agent.runtime.workers import Workers
from edge_agent.sources.recording import open_recording
from firmware_config.schema import Configuration

log = logging.getLogger(__name__)

HEALTH_EVERY_S = 30.0
"""`design.md`, Topics; sooner when a camera's state changes."""
LOOK_EVERY_S = 0.5
JOIN_S = 5.0
GRACE_S = 10.0
"""For the acknowledgement of what was committed last. [C]"""


def run(configuration: Configuration, *, until_done: bool) -> int:
    """Run the daemon until a signal, a failure, or, with `until_done`, the end of all recordings.

    Returns:
        0 after a wanted end; with `until_done` only when every event was acknowledged.

    Raises:
        UserError: it cannot be started, or a thread ended with one.
    """
    agent = _Agent(configuration, SystemClock())
    with _ended_by_signals(agent.stop):
        agent.start()
        agent.watch(until_done=until_done)
        return agent.shut_down()


@dataclass(slots=True)
class _Agent:
    configuration: Configuration
    clock: Clock
    stop: threading.Event = field(default_factory=threading.Event)
    workers: Workers = field(default_factory=Workers)
    context: Context = field(init=False)
    started_at: float = field(init=False)
    slots: LatestSlots = field(init=False)
    gauges: Gauges = field(init=False)
    analysis: Analysis = field(init=False)
    publisher: Publisher = field(init=False)
    playbacks: list[Playback] = field(init=False)
    _told: tuple[tuple[str, CameraStatus, tuple[str, ...]], ...] = ()
    _told_at: float = float("-inf")

    def __post_init__(self) -> None:
        cameras = self.configuration.cameras
        self.started_at = self.clock.monotonic()
        self.context = context_of(self.configuration, secrets.token_hex(8))
        self.playbacks = [
            Playback(
                camera.id,
                open_recording(camera.source.recording, camera.id),
                self.configuration.analysis_fps,
                self.started_at + camera.source.start_after_s,
            )
            for camera in cameras
        ]
        self.slots = LatestSlots(tuple(camera.id for camera in cameras))
        starts_at = {playback.camera: playback.start_at for playback in self.playbacks}
        self.gauges = Gauges(self.clock, self.context.rooms, starts_at)
        self.publisher = Publisher(
            _open_outbox(self.configuration, self.clock),
            self.context,
            _broker(self.configuration),
            DeliverySettings(consumer=self.configuration.broker.consumer),
            self.clock,
            beat=lambda: None,
        )
        self.analysis = Analysis(
            [
                with_view(settings_of(self.configuration, camera), playback.recording.view)
                for camera, playback in zip(cameras, self.playbacks, strict=True)
            ],
            self.context,
            self.stamp,
            load_estimator(self.configuration),
            self.publisher.put,
            self.gauges,
            self.clock,
        )

    def stamp(self, t: float) -> Stamp:
        """An instant of the monotonic clock, in the world's time."""
        uptime_ms = max(0, round(1000 * (t - self.started_at)))
        return Stamp(utc_text(utc_of(self.clock, t)), uptime_ms, self._time_quality())

    def start(self) -> None:
        """Publisher first, so that nothing is said before it can be kept; cameras last."""
        self.workers.start("publisher", self.publisher.run)
        self.publisher.put(info_draft(self.configuration, self.context, self.stamp(self.started_at)))
        self._tell_health(stopping=False)
        self.workers.start("pipeline", partial(self.analysis.run, self.slots, self.stop))
        for playback in self.playbacks:
            self.workers.start(f"capture-{playback.camera}", partial(playback.run, self.slots, self.clock, self.stop))
        log.info("started as boot %s with %d camera(s)", self.context.boot_id, len(self.playbacks))

    def watch(self, *, until_done: bool) -> None:
        """Tell health until it is time to stop."""
        while not self.stop.wait(LOOK_EVERY_S):
            self._tell_health(stopping=False)
            if self.workers.failed.is_set() or (until_done and self.analysis.done.is_set() and self._delivered()):
                return

    def shut_down(self) -> int:
        """Capture, pipeline, then the publisher with its grace."""
        self.stop.set()
        self._tell_health(stopping=True)
        self.analysis.done.wait(JOIN_S)
        self.publisher.stop(GRACE_S)
        ended = self.workers.join(GRACE_S + JOIN_S)
        failure = self.workers.failure
        if isinstance(failure, UserError):
            raise failure
        if failure is not None:
            raise RuntimeError("a thread ended") from failure
        return Exit.OK if ended else Exit.INTERNAL

    def _delivered(self) -> bool:
        return self.publisher.status().idle

    def _time_quality(self) -> TimeQuality:
        return TimeQuality.SYNCED if self.clock.synchronised() else TimeQuality.FREE

    def _tell_health(self, *, stopping: bool) -> None:
        dropped = {camera: self.slots.dropped(camera) for camera in self.context.rooms}
        cameras = self.gauges.report(dropped, stopping=stopping)
        now = self.clock.monotonic()
        news = tuple((camera.camera, camera.status, camera.reasons) for camera in cameras)
        if news == self._told and now - self._told_at < HEALTH_EVERY_S:
            return
        self._told, self._told_at = news, now
        counts, free = self.publisher.status().counts, free_bytes(self.configuration.data_dir)
        self.publisher.put(health_draft(self.context, self.stamp(now), cameras, counts, free))


def _open_outbox(configuration: Configuration, clock: Clock) -> Outbox:
    folder: Path = configuration.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StorageError(f"{folder}: cannot be made: {fault.strerror}", "check `data_dir` and its rights") from fault
    return Outbox.open(folder / "outbox.sqlite", configuration.device, OutboxLimits(), clock.monotonic())


def _broker(configuration: Configuration) -> BrokerSettings:
    broker = configuration.broker
    tls = broker.tls
    return BrokerSettings(
        broker.host,
        broker.port,
        broker.protocol,
        broker.keepalive_s,
        broker.username,
        broker.password_file,
        tls.ca if tls else None,
        tls.certificate if tls else None,
        tls.key if tls else None,
    )


@contextmanager
def _ended_by_signals(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set `stop`."""
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
