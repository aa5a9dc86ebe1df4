"""A short visit to the broker, beside a running agent or instead of it: another client id, no will, no event topic."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.mqtt import faults
from edge_agent.mqtt.connection import password, tls_context
from edge_agent.mqtt.settings import BrokerSettings

LOOP_S = 0.05
ANSWER_S = 5.0
"""For the broker to let it in, and to confirm. [C]"""
REFUSED = 0x80
"""MQTT 5's reason codes from here on are refusals."""

SILENT = "{} takes the connection and does not answer (is it an MQTT broker that listens there? Restart it)."


class VisitError(Exception):
    """The broker did not let it in; one line with the remedy."""


class Visit:
    """One connection, used by one thread; a context manager."""

    def __init__(self, settings: BrokerSettings) -> None:
        """Nothing is dialled yet."""
        self._settings = settings
        self.heard: list[tuple[str, bytes]] = []
        self._joined = False
        self._refusal: str | None = None
        self._confirmed: dict[int, int] = {}
        self._granted = 0
        self.lost = False
        """Whether the broker ended the connection: some do so instead of refusing a message."""
        self._client: Client | None = None

    def __enter__(self) -> Self:
        """Connect.

        Raises:
            VisitError: the broker did not let it in.
        """
        try:
            self._client = client = self._made()
            client.connect(self._settings.host, self._settings.port, keepalive=30)
            alive = self._until(ANSWER_S, lambda: self._joined or self._refusal is not None)
        except (OSError, ValueError) as error:
            self._left()
            raise VisitError(faults.explain(error, self._settings)) from None
        if not self._joined:
            self._left()
            raise VisitError(
                self._refusal or (SILENT.format(self._settings.address) if alive else faults.unanswered(self._settings))
            )
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Say good-bye."""
        if self._client is not None and self._joined and not self.lost:
            self._client.disconnect()
            self._client.loop(LOOP_S)
        self._left()

    def subscribe(self, topics: Iterable[str]) -> None:
        """Ask for topics, and wait until the broker has answered; what it grants shows only in what it delivers."""
        asked = [(topic, 1) for topic in topics]
        before = self._granted
        self._at_work().subscribe(asked)
        self._until(ANSWER_S, lambda: self._granted > before)

    def say(self, topic: str, payload: str, *, retain: bool = False) -> bool | None:
        """Send with QoS 1; whether the broker took it, None where it does not answer. MQTT 3.1.1 cannot refuse."""
        number = self._at_work().publish(topic, payload, qos=1, retain=retain).mid
        self._until(ANSWER_S, lambda: number in self._confirmed)
        return self._confirmed[number] < REFUSED if number in self._confirmed else None

    def hear(self, seconds: float, enough: int | None = None) -> list[tuple[str, bytes]]:
        """Wait for what comes; all that came so far, as soon as it is `enough`."""
        self._until(seconds, lambda: enough is not None and len(self.heard) >= enough)
        return list(self.heard)

    def _made(self) -> Client:
        settings, five = self._settings, self._settings.protocol == "5"
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"doctor-{secrets.token_hex(6)}",
            clean_session=None if five else True,
            protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = ANSWER_S
        if settings.username is not None:
            client.username_pw_set(settings.username, password(settings.password_file))
        if settings.ca is not None:
            client.tls_set_context(tls_context(settings))
        client.on_connect = self._on_connect
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _until(self, seconds: float, done: Callable[[], bool]) -> bool:
        """Turn the loop until `done()` or the time is up; whether the connection still holds."""
        client, end = self._at_work(), time.monotonic() + seconds
        while time.monotonic() < end:
            if done():
                return True
            if self.lost or client.loop(LOOP_S) != MQTTErrorCode.MQTT_ERR_SUCCESS:
                self.lost = True
                return False
        return True

    def _at_work(self) -> Client:
        if self._client is None:
            raise VisitError("the visit has not begun")
        return self._client

    def _left(self) -> None:
        """Untie client and callbacks, so that its sockets are closed now."""
        client, self._client = self._client, None
        if client is not None:
            client.on_connect = client.on_publish = client.on_subscribe = client.on_message = None

    def _on_connect(
        self, _client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._refusal = faults.refused(reason, self._settings)
        else:
            self._joined = True

    def _on_publish(
        self, _client: Client, _data: object, mid: int, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._confirmed[mid] = reason.value

    def _on_subscribe(
        self, _client: Client, _data: object, _mid: int, _reasons: list[ReasonCode], _properties: Properties | None
    ) -> None:
        self._granted += 1

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload)))
