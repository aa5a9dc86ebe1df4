"""One attempt to be connected, from dialling to the end.

Each has a paho client of its own: what a lost one still held goes with it, so that paho never sends anything again;
that is the publisher's alone. Only the network thread touches the socket. The callbacks run in it, partly under paho's
locks, and do nothing but post.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from pathlib import Path

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.messages.availability import Availability
from edge_agent.mqtt import faults
from edge_agent.mqtt.settings import BrokerSettings
from edge_agent.mqtt.signals import Confirmed, Connected, Received, Signal

LOOP_S = 0.5
"""How long the thread sleeps at most when nothing happens; sending wakes it."""

UNLIMITED = 65_535
"""What a broker takes unconfirmed when it does not say [R MQTT 5, 3.2.2.3.3]."""


class PahoLink:
    """A connection as the publisher uses it from its own thread."""

    def __init__(self, client: Client, cut: threading.Event) -> None:
        """Wrap a connected client; `cut` tells the network thread to let go."""
        self._client = client
        self._cut = cut

    def publish(self, topic: str, payload: str, *, retain: bool) -> int | None:
        """Send with QoS 1; the message's number, or None where the connection is gone."""
        if not self._client.is_connected():  # paho would queue it
            return None
        info = self._client.publish(topic, payload, qos=1, retain=retain)
        return info.mid if info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def subscribe(self, topic: str) -> None:
        """Ask for a topic with QoS 1."""
        self._client.subscribe(topic, qos=1)

    def leave(self) -> None:
        """Say good-bye: no will is sent."""
        self._client.disconnect()

    def cut(self) -> None:
        """End it without a word."""
        self._cut.set()


class Connection:
    """One attempt; made, run once and thrown away by the network thread."""

    def __init__(self, settings: BrokerSettings, post: Callable[[Signal], None], beat: Callable[[], None]) -> None:
        """Prepare; `post` takes the signals and must not block, `beat` is called at each turn."""
        self._settings = settings
        self._post = post
        self._beat = beat
        self._cut = threading.Event()
        self._refusal: str | None = None
        self._ended: str | None = None
        self.joined = False
        """Whether the broker let us in."""

    def run(self, client_id: str, availability: str, stop: threading.Event) -> str | None:
        """Dial, and stay until the connection ends; `stop` ends what has not yet been let in.

        Returns:
            Why it ended, for people; None after a good-bye or `stop`.
        """
        try:
            client = self._client(client_id, availability)
        except (OSError, ValueError) as error:
            return faults.explain(error, self._settings)
        try:
            client.connect(self._settings.host, self._settings.port, self._settings.keepalive_s)
            while self._refusal is None and (self.joined or not stop.is_set()) and not self._cut.is_set():
                self._beat()
                if client.loop(LOOP_S) != MQTTErrorCode.MQTT_ERR_SUCCESS:
                    break
        except OSError as error:  # ssl.SSLError and socket.gaierror are such
            return faults.explain(error, self._settings)
        finally:
            _let_go(client)
        return self._why(stopped=stop.is_set())

    def _client(self, client_id: str, availability: str) -> Client:
        settings = self._settings
        five = settings.protocol == "5"
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=None if five else True,
            protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.will_set(availability, Availability.OFFLINE.value, qos=1, retain=True)
        if settings.username is not None:
            client.username_pw_set(settings.username, password(settings.password_file))
        if settings.ca is not None:
            client.tls_set_context(tls_context(settings))
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        # Without it, publish() would write to the socket from the publisher's thread, beside this one.
        client.on_socket_register_write = _leave_it_to_the_loop
        return client

    def _why(self, *, stopped: bool) -> str | None:
        if self._refusal is not None:
            return self._refusal
        if not self.joined:
            return None if stopped else faults.unanswered(self._settings)
        if self._cut.is_set():
            return f"The broker {self._settings.address} confirmed nothing any more; the connection was ended."
        return self._ended

    def _on_connect(
        self,
        client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._refusal = faults.refused(reason, self._settings)
            return
        self.joined = True
        window = int(getattr(properties, "ReceiveMaximum", UNLIMITED))
        self._post(Connected(PahoLink(client, self._cut), window))

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: object,
        flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            self._ended = f"The broker {self._settings.address} ended the connection: {reason}."
        elif reason.is_failure:
            self._ended = f"The connection with the broker {self._settings.address} was lost."

    def _on_publish(
        self, _client: Client, _userdata: object, mid: int, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._post(Confirmed(mid, accepted=not reason.is_failure))

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self._post(Received(message.topic, bytes(message.payload), message.retain))


def _leave_it_to_the_loop(client: Client, userdata: object, sock: object) -> None:
    """Paho only asks whether there is such a callback; the loop finds by itself what there is to write."""


def _let_go(client: Client) -> None:
    """Untie client and callbacks, so that its sockets are closed now and not by the garbage collector."""
    client.on_connect = client.on_disconnect = client.on_publish = client.on_message = None
    client.on_socket_register_write = None


class _ClosingSocket(ssl.SSLSocket):
    """Closed when the handshake fails, which paho leaves to the garbage collector."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as in the standard library
        """Shake hands, or close."""
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


def tls_context(settings: BrokerSettings) -> ssl.SSLContext:
    """A context that verifies the broker's certificate and name.

    Raises:
        FileFaultError: a file is missing or not what it should be.
    """
    try:
        context = ssl.create_default_context(cafile=settings.ca)
        context.sslsocket_class = _ClosingSocket
        if settings.certificate is not None:
            context.load_cert_chain(settings.certificate, settings.key)
    except OSError as error:
        files = ", ".join(str(path) for path in (settings.ca, settings.certificate, settings.key) if path is not None)
        raise faults.FileFaultError(
            f"The certificates cannot be used: {error.strerror or error} (check that these can be read and belong "
            f"together: {files})"
        ) from error
    return context


def password(path: Path | None) -> str | None:
    """What the file says, without its line's end; None without a file.

    Raises:
        FileFaultError: it cannot be read.
    """
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise faults.FileFaultError(
            f"The broker's password cannot be read from {path} (check broker.password_file)"
        ) from error
