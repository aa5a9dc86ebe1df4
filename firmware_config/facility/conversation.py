"""Asking boxes over the facility's broker, as the recommender may, and hearing what they answer."""

from __future__ import annotations

import json
import ssl
import threading
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from firmware_config.errors import Exit, InstallerError
from firmware_config.facility.layout import Layout
from firmware_config.facility.model import Facility

JOIN_S = 15.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer of a box."""

    device: str
    body: dict[str, Any]


@dataclass(slots=True)
class _Joining:
    done: threading.Event = field(default_factory=threading.Event)
    refused: str | None = None


class Conversation:
    """A connection with the recommender's certificate; a context."""

    def __init__(self, layout: Layout, facility: Facility, name: str) -> None:
        """Join the broker, and listen to the answers to one request.

        Args:
            layout: of the facility's folder, which holds the recommender's certificate.
            facility: whose broker.
            name: of the request, as in its topic.

        Raises:
            InstallerError: the broker cannot be reached, or does not let us in.
        """
        self._prefix = f"care/v1/{facility.facility}"
        self._name = name
        self._answers: SimpleQueue[Heard] = SimpleQueue()
        joining = _Joining()
        client = self._client = Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=True)

        def welcome(_client: object, _data: object, _flags: object, reason: Any, _properties: object) -> None:  # noqa: ANN401 - paho's own type differs by version
            if reason.is_failure:
                joining.refused = str(reason)
                joining.done.set()
                return
            client.subscribe(f"{self._prefix}/+/response/{name}", qos=1)

        client.on_connect = welcome
        client.on_subscribe = lambda *_: joining.done.set()
        client.on_message = self._hear
        where = f"the broker {facility.broker.host}:{facility.broker.port}"
        try:
            client.tls_set_context(_trusted(layout))
            client.connect(facility.broker.host, facility.broker.port, keepalive=30)
        except OSError as fault:
            why = fault.strerror or str(fault)
            raise InstallerError(f"{where} cannot be reached from here ({why}): is this its network?") from None
        client.loop_start()
        if not joining.done.wait(JOIN_S) or joining.refused is not None:
            self.leave()
            raise InstallerError(f"{where} does not let this folder's recommender in ({joining.refused or 'silence'})")

    def __enter__(self) -> Self:
        """Joined already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave."""
        self.leave()

    def leave(self) -> None:
        """End it."""
        self._client.disconnect()
        self._client.loop_stop()

    def ask(self, device: str, body: dict[str, object]) -> None:
        """Send a request to one box."""
        topic = f"{self._prefix}/{device}/request/{self._name}"
        self._client.publish(topic, json.dumps(body), qos=1)

    def answer(self, within_s: float) -> Heard | None:
        """The next answer of any box; None: none came."""
        try:
            return self._answers.get(timeout=max(0.0, within_s))
        except Empty:
            return None

    def _hear(self, _client: object, _data: object, message: MQTTMessage) -> None:
        try:
            body = json.loads(message.payload)
        except (ValueError, RecursionError):
            return
        device = message.topic.removeprefix(f"{self._prefix}/").partition("/")[0]
        if isinstance(body, dict):
            self._answers.put(Heard(device, body))


def _trusted(layout: Layout) -> ssl.SSLContext:
    papers = layout.recommender
    try:
        context = ssl.create_default_context(cafile=layout.ca_certificate)
        context.load_cert_chain(papers / "client.crt", papers / "client.key")
    except FileNotFoundError:
        raise InstallerError(f"{papers} lacks the recommender's certificate: `edge-config broker` says more") from None
    except ssl.SSLError as fault:
        raise InstallerError(f"the certificate in {papers} cannot be used ({fault.reason})", Exit.INVALID) from None
    return context
