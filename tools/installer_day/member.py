"""A plain client with somebody's certificate: whether it is let in, whether it is heard, what it hears."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tools.demo.parts import wait_until

ANSWER_S = 10.0


class Member:
    """One connection."""

    def __init__(self, port: int, papers: Path, topic: str | None = None) -> None:
        """Dial with the certificate of a folder, and listen to a topic."""
        self.heard: list[tuple[str, bytes]] = []
        self.joined, self._ended, self._subscribed = threading.Event(), threading.Event(), threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
        context = ssl.create_default_context(cafile=papers / "ca.crt")
        context.load_cert_chain(papers / "client.crt", papers / "client.key")
        self._client.tls_set_context(context)
        self._client.on_connect = lambda *_: self.joined.set()
        self._client.on_disconnect = lambda *_: self._ended.set()
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = lambda _c, _u, message: self.heard.append((message.topic, bytes(message.payload)))
        try:
            self._client.connect("localhost", port, keepalive=15)
        except OSError:
            self._ended.set()
            return
        self._client.loop_start()
        wait_until(lambda: self.joined.is_set() or self._ended.is_set(), ANSWER_S, 0.005)
        if topic is not None and self.joined.is_set():
            self._client.subscribe(topic, qos=1)
            if not self._subscribed.wait(ANSWER_S):
                raise TimeoutError("the broker does not answer a subscription")

    def say(self, topic: str, payload: str) -> None:
        """Publish, and wait until the broker confirms; it confirms what it then drops, too."""
        self._client.publish(topic, payload, qos=1).wait_for_publish(ANSWER_S)

    def hears(self, topic: str, payload: str) -> bool:
        """Whether that arrives."""
        return wait_until(lambda: (topic, payload.encode()) in self.heard, ANSWER_S, 0.005)

    def leave(self) -> None:
        """End the connection."""
        self._client.disconnect()
        self._client.loop_stop()


@contextmanager
def member(port: int, papers: Path, topic: str | None = None) -> Iterator[Member]:
    """A member for a while."""
    one = Member(port, papers, topic)
    try:
        yield one
    finally:
        one.leave()


def is_let_in(port: int, papers: Path) -> bool:
    """Whether the broker takes a certificate."""
    with member(port, papers) as one:
        return one.joined.is_set()
