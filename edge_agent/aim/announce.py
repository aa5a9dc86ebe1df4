"""What the facility hears of the page: that it is open, where, until when, and that it was closed."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from edge_agent import announcements, box
from edge_agent.doctor.visit import Visit, VisitError
from edge_agent.messages import topics
from edge_agent.messages.draft import dump
from edge_agent.messages.envelope import TimeQuality
from edge_agent.messages.health import CameraHealth, CameraStatus
from edge_agent.messages.request import Response, Result
from edge_agent.messages.stamp import Stamp, utc_text
from edge_agent.mqtt.settings import BrokerSettings
from edge_agent.outbox import Counts
from edge_agent.runtime.clock import Clock
from edge_agent.runtime.health import free_bytes
from edge_agent.runtime.vitals import Vital
from firmware_config.schema import Configuration

log = logging.getLogger(__name__)

AIMING = "aiming"
"""Reason of the box and of its cameras in `health` while the page is open."""


@dataclass(slots=True)
class Announcer:
    """Speaks for the box while the agent is stopped: short visits, so that `availability` stays `offline`.

    The code is never said: who reads the broker must not be able to enter.
    """

    configuration: Configuration
    broker: BrokerSettings
    clock: Clock
    boot_id: str = field(default_factory=lambda: secrets.token_hex(8))
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        """The uptime counts from here."""
        self._began = self.clock.boottime()

    def begin(self, url: str, fingerprint: str, minutes: float) -> None:
        """The page is open; without a broker it is open all the same, and the log says so."""
        until = utc_text(self.clock.utc() + timedelta(minutes=minutes))
        self._say(f"installer's page open at {url} until {until}, certificate SHA-256 {fingerprint}", (AIMING,))

    def end(self) -> None:
        """The page is closed; nobody watches until the agent starts."""
        self._say("installer's page closed", ())

    def tell(self, name: str, payload: str) -> bool:
        """Say something by `response/<name>`; whether the broker took it."""
        try:
            with Visit(self.broker) as visit:
                return visit.say(self._topic(topics.RESPONSE, name), payload) is True
        except VisitError as fault:
            log.warning("aim: the facility was not told: %s", fault)
            return False

    def _say(self, text: str, reasons: tuple[str, ...]) -> None:
        response = Response(
            schema="care/response/1",
            boot_id=self.boot_id,
            transaction=None,
            request="aim",
            result=Result.DONE,
            text=text,
            until=None,
        )
        try:
            with Visit(self.broker) as visit:
                visit.say(self._topic(topics.HEALTH), self._health(reasons), retain=True)
                visit.say(self._topic(topics.RESPONSE, "aim"), response.to_json())
        except VisitError as fault:
            log.warning("aim: the facility was not told: %s", fault)

    def stamp(self) -> Stamp:
        """Now, in the world's time."""
        quality = TimeQuality.SYNCED if self.clock.synchronised() else TimeQuality.FREE
        uptime_ms = round(1000 * (self.clock.boottime() - self._began))
        return Stamp(utc_text(self.clock.utc()), uptime_ms, quality)

    def _topic(self, kind: str, name: str | None = None) -> str:
        return topics.topic(self.configuration.facility, self.configuration.device, kind, name)

    def _health(self, reasons: tuple[str, ...]) -> str:
        """Nobody is watched over: every camera is blind, for that reason."""
        configuration = self.configuration
        cameras = tuple(
            CameraHealth(
                camera=camera.id,
                room=camera.room,
                status=CameraStatus.BLIND if reasons else CameraStatus.STOPPING,
                reasons=reasons,
                until=None,
                seen_at=None,
                fps=None,
                latency_ms=None,
                dropped=0,
            )
            for camera in configuration.cameras
        )
        draft = announcements.health_draft(
            box.context_of(configuration, self.boot_id),
            self.stamp(),
            cameras,
            Counts(0, 0, 0, 0),
            free_bytes(configuration.data_dir),
            Vital(reasons=reasons),
        )
        return dump(draft.body)
