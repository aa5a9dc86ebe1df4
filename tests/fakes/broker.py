"""A real Mosquitto for one test, and a plain client beside it."""

from __future__ import annotations

import getpass
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/sbin")

needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed: apt install mosquitto")


_PORTS = iter(random.Random(os.getpid()).sample(range(10_000, 32_000), 22_000))  # noqa: S311 - no secret
"""In another order in each of several test runs side by side, and none that the system hands out by itself."""


def free_port() -> int:
    """A port that nobody listens at, and that nobody is given before whoever asked for it takes it."""
    for port in _PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    pytest.fail("no port is free")


def until(condition: Callable[[], object], what: str, timeout_s: float = 15.0) -> None:
    """Wait for something that happens in another thread; fail if it does not."""
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"did not happen in {timeout_s:.0f} s: {what}")
        time.sleep(0.01)


class Broker:
    """Mosquitto on a port of its own; can be killed and started again on it."""

    def __init__(self, folder: Path, *lines: str, anonymous: bool = True) -> None:
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        allow = "true" if anonymous else "false"
        # Started as root it would become another user, who may not read the test's certificates.
        me = f"user {getpass.getuser()}"
        settings = (f"listener {self.port} 127.0.0.1", f"allow_anonymous {allow}", "persistence false", me, *lines)
        self._config.write_text("\n".join(settings) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert MOSQUITTO is not None
        self._process = subprocess.Popen(
            [MOSQUITTO, "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self._listens, "mosquitto listens")

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def close(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(10)
            self._process = None

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=0.5).close()
        except OSError:
            return False
        return True


@contextmanager
def running(folder: Path, *lines: str, anonymous: bool = True) -> Iterator[Broker]:
    broker = Broker(folder, *lines, anonymous=anonymous)
    try:
        broker.start()
        yield broker
    finally:
        broker.close()


class PlainClient:
    """Any MQTT client: hears everything, and says what a test wants."""

    heard: list[tuple[str, bytes, bool]]

    def __init__(self, port: int, client_id: str = "plain", user: tuple[str, str] | None = None) -> None:
        self.heard = []
        self._joined = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=client_id)
        if user is not None:
            self._client.username_pw_set(*user)
        self._client.on_connect = lambda client, *_: client.subscribe("care/v1/#", qos=1)
        self._client.on_subscribe = lambda *_: self._joined.set()
        self._client.on_message = self._hear
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", port, keepalive=10)
        self._client.loop_start()
        assert self._joined.wait(10)

    def _hear(self, client: Client, userdata: object, message: MQTTMessage) -> None:
        self.heard.append(
            (message.topic.removeprefix("care/v1/villa-rosa/room-12/"), bytes(message.payload), message.retain)
        )

    def payloads(self, kind: str) -> list[bytes]:
        return [payload for topic, payload, _ in list(self.heard) if topic == kind]

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [json.loads(payload) for payload in self.payloads(kind)]

    def say(self, kind: str, body: object, *, retain: bool = False) -> None:
        payload = body if isinstance(body, bytes) else json.dumps(body)
        self._client.publish(f"care/v1/villa-rosa/room-12/{kind}", payload, qos=1, retain=retain)

    def acknowledge(self, lane: str, upto: int, boot: str = "5f3a", consumer: str = "recommender") -> None:
        self.say("ack", {"consumer": consumer, "boot_id": boot, "lane": lane, "upto": upto})

    def close(self) -> None:
        self._client.on_connect = self._client.on_message = self._client.on_subscribe = None
        self._client.disconnect()
        self._client.loop_stop()


class Consumer(PlainClient):
    """A recommender in small: keeps each event once and acknowledges the contiguous watermark, again if asked again."""

    def __init__(self, port: int, client_id: str = "consumer", user: tuple[str, str] | None = None) -> None:
        self.stored: dict[tuple[str, str], dict[int, str]] = {}
        self.upto: dict[tuple[str, str], int] = {}
        super().__init__(port, client_id, user)

    def _hear(self, client: Client, userdata: object, message: MQTTMessage) -> None:
        super()._hear(client, userdata, message)
        if message.topic.endswith(("/incident", "/observation")):
            body = json.loads(message.payload)
            key = (body["boot_id"], body["lane"])
            stored = self.stored.setdefault(key, {})
            for seq in range(body.get("from", body.get("seq")), body.get("to", body.get("seq")) + 1):
                stored.setdefault(seq, body["event_id"])
            while self.upto.get(key, 0) + 1 in stored:
                self.upto[key] = self.upto.get(key, 0) + 1
            self.acknowledge(key[1], self.upto.get(key, 0), boot=key[0])
