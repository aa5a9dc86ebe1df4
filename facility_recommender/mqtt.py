"""The session with the broker: its own thread, callbacks that only queue, and a broker that may be away for days."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Queue
from threading import Event as Flag

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.messages import topics
from edge_agent.messages.ack import Ack
from facility_recommender import tls
from facility_recommender.inbox import Delivered, Item, LinkNews
from facility_recommender.ingest import COMMISSIONING
from facility_recommender.watermark import LaneKey

ANSWER_S = 10.0
"""How long the broker may take to answer a connection; [C]."""
BACKOFF_S = (1.0, 30.0)
"""First and longest pause between attempts; each is drawn from half to all of it: clients must not all come at once."""
KINDS = (
    topics.AVAILABILITY,
    topics.INFO,
    topics.HEALTH,
    topics.STATE,
    topics.OBSERVATION,
    topics.INCIDENT,
    f"{topics.RESPONSE}/{COMMISSIONING}",
)


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is."""

    host: str
    port: int
    papers: tls.Papers | None = None
    """None: without TLS."""
    keepalive_s: int = 15
    """A connection that died without a word is noticed within twice this; [C]."""

    def __str__(self) -> str:
        """As it is told to people."""
        return f"{self.host}:{self.port}"


class Session:
    """One consumer's session. `run` belongs to one thread, `acknowledge` to the thread that owns the store."""

    def __init__(self, broker: Broker, facility: str, consumer: str, inbox: Queue[Item]) -> None:
        """Prepare a session whose client id, and so whose place at the broker, stays the same through restarts.

        Raises:
            ConfigurationError: a certificate or key cannot be used.
        """
        self._broker, self._facility, self._consumer, self._inbox = broker, facility, consumer, inbox
        self._connected, self._answered = Flag(), False
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"carepose-{facility}-{consumer}",
            clean_session=False,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        if broker.papers is not None:
            self._client.tls_set_context(broker.papers.context())
        # Without it, acknowledge() would write to the socket from the store's thread, beside this one.
        self._client.on_socket_register_write = _leave_it_to_the_loop
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message

    def run(self, stop: Flag) -> None:
        """Keep connected until `stop`."""
        pause = BACKOFF_S[0]
        while not stop.is_set():
            if self._connect():
                connected = self._stay(stop)
                pause = BACKOFF_S[0] if connected else pause
            if stop.wait(pause * random.uniform(0.5, 1.0)):  # noqa: S311 - not a secret
                break
            pause = min(2 * pause, BACKOFF_S[1])
        self._client.disconnect()
        self._client.loop(timeout=0.1)

    def _connect(self) -> bool:
        try:
            self._client.connect(self._broker.host, self._broker.port, keepalive=self._broker.keepalive_s)
        except OSError as error:
            self._tell(tls.why(error, str(self._broker)))
            return False
        return True

    def _stay(self, stop: Flag) -> bool:
        """Serve the connection until it ends; tell whether it ever stood."""
        stood, answer_by, self._answered = False, time.monotonic() + ANSWER_S, False
        problem = f"closed the connection without an answer ({self._remedy()})"
        while not stop.is_set() and self._client.loop(timeout=1.0) == MQTTErrorCode.MQTT_ERR_SUCCESS:
            stood = stood or self._connected.is_set()
            if not stood and time.monotonic() > answer_by:
                self._client.disconnect()
                problem = "does not answer"
                break
        if not self._answered and not stop.is_set():
            self._tell(f"broker {self._broker} {problem}")
        self._connected.clear()
        return stood

    def _remedy(self) -> str:
        papers = self._broker.papers
        if papers is None:
            return "it may ask for TLS: --broker-ca"
        if papers.certificate is None:
            return "it may ask for a certificate of ours: --broker-certificate and --broker-key"
        return papers.doubt(datetime.now(UTC)) or "it may not take our certificate: is it revoked?"

    def acknowledge(self, lane: LaneKey, upto: int) -> None:
        """Tell a device up to where its lane is stored; while the broker is away, nothing: the device asks again.

        paho would queue it without bound and send it when it is long stale.
        """
        if not self._connected.is_set():
            return
        body = Ack(consumer=self._consumer, boot_id=lane.boot_id, lane=lane.lane, upto=upto)
        self._client.publish(topics.topic(self._facility, lane.device, topics.ACK), body.to_json(), qos=1)

    def _tell(self, problem: str | None) -> None:
        self._inbox.put(LinkNews(problem is None, problem, datetime.now(UTC)))

    def _on_connect(
        self, client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._answered = True
        if reason.is_failure:
            self._tell(f"broker {self._broker} refused the connection: {reason}")
            return
        # Again at each connection: the broker may have lost the session, and it sends what is retained anew.
        client.subscribe([(f"{topics.PREFIX}/{self._facility}/+/{kind}", 1) for kind in KINDS])

    def _on_subscribe(
        self, _client: Client, _data: object, _mid: int, reasons: list[ReasonCode], _properties: Properties | None
    ) -> None:
        refused = [reason for reason in reasons if reason.is_failure]
        if refused:
            self._tell(f"broker {self._broker} refused the subscription: {refused[0]}")
            return
        self._connected.set()
        self._tell(None)

    def _on_disconnect(
        self, _client: Client, _data: object, _flags: DisconnectFlags, reason: ReasonCode, _props: Properties | None
    ) -> None:
        if self._connected.is_set() and reason.is_failure:
            self._tell(f"broker {self._broker} is gone: {reason}")
        self._connected.clear()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self._inbox.put(Delivered(message.topic, bytes(message.payload), message.retain, datetime.now(UTC)))


def _leave_it_to_the_loop(_client: Client, _data: object, _socket: object) -> None:
    """Paho only asks whether there is such a callback; the loop finds by itself what there is to write."""
