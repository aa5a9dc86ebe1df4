"""Real programs on loopback, to be killed: a Mosquitto, the recommender, and a device's outbox in a few lines."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import httpx
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from edge_agent.messages.incident import IncidentMessage
from edge_agent.messages.observation import ObservationMessage
from facility_recommender.store import read
from facility_recommender.store.open import reading
from tests.fakes import care
from tests.fakes.broker import MOSQUITTO, free_port, until

PATIENCE_S = 30.0


def eventually(holds: Callable[[], object], what: str) -> None:
    """Wait until it holds; the limit only ends a test that hangs."""
    until(holds, what, PATIENCE_S)


class Program:
    """A child process that can be killed and started again."""

    def __init__(self, command: list[str], log: Path) -> None:
        self._command, self._log = command, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def kill(self, number: int = signal.SIGKILL) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()

    @property
    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Mosquitto(Program):
    """A broker with nothing kept over a kill, as Debian sets it up."""

    def __init__(self, folder: Path) -> None:
        assert MOSQUITTO is not None
        self.port = free_port()
        configuration = folder / "mosquitto.conf"
        configuration.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")
        super().__init__([MOSQUITTO, "-c", str(configuration)], folder / "mosquitto.log")

    def start(self) -> None:
        super().start()
        eventually(self._answers, "the broker listens")

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Recommender(Program):
    """`facility-recommender serve`, as it is really run."""

    def __init__(self, folder: Path, broker_port: int, *extra: str) -> None:
        self.store, self.web_port = folder / "store.db", free_port()
        super().__init__(
            command(
                "serve",
                *("--facility", care.FACILITY, "--store", str(self.store), "--timezone", "UTC"),
                *("--broker-port", str(broker_port), "--web-port", str(self.web_port), *extra),
            ),
            folder / "recommender.log",
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    def is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log
        return "ready:" in self.log

    def now(self) -> Any:  # noqa: ANN401 - JSON
        return httpx.get(f"{self.url}/api/now", trust_env=False).json()

    def export(self) -> list[dict[str, Any]]:
        with reading(str(self.store)) as connection:
            return [json.loads(line) for line in read.export(connection)]


class QuickRecommender(Recommender):
    """The same with limits of seconds; see `quick_recommender.py`."""

    def __init__(self, folder: Path, broker_port: int) -> None:
        self.store, self.web_port = folder / "store.db", free_port()
        words = ("-m", "tests.fakes.quick_recommender", str(self.store), str(broker_port), str(self.web_port))
        Program.__init__(self, [sys.executable, *words], folder / "recommender.log")


def command(*words: str) -> list[str]:
    return [sys.executable, "-c", "from facility_recommender.cli import main; raise SystemExit(main())", *words]


class Device:
    """What an agent does: everything not acknowledged is sent again, whoever was killed in between.

    The events are its committed outbox: they survive `kill`, which drops the connection and what it knew of acks.
    """

    RESEND_S = 0.3

    def __init__(
        self, port: int, events: list[IncidentMessage | ObservationMessage], device: str = care.DEVICE
    ) -> None:
        self.device, self._port, self._events = device, port, events
        self.acknowledged: dict[str, int] = {}
        self._client: Client | None = None
        self._sent_at = 0.0
        self._subscribed = False

    def kill(self) -> None:
        if self._client is not None and (connection := self._client.socket()) is not None:
            connection.close()
        self._client, self.acknowledged = None, {}

    def drained(self) -> bool:
        """Take a turn; tell whether everything is acknowledged."""
        self.turn()
        return not self.waiting

    def turn(self) -> None:
        """Serve the connection a little, and send what nobody has acknowledged for a while."""
        if self._client is None and not self._connect():
            time.sleep(0.05)
            return
        assert self._client is not None
        if self._client.loop(timeout=0.02):
            self._client = None
        elif time.monotonic() - self._sent_at > self.RESEND_S:
            self._sent_at = time.monotonic()
            for event in self.waiting[:20]:
                kind = "incident" if isinstance(event, IncidentMessage) else "observation"
                self.publish(kind, event.to_json())

    def connected(self) -> bool:
        """Take a turn; tell whether acknowledgements would be heard."""
        self.turn()
        return self._subscribed

    def publish(self, kind: str, payload: str, *, retain: bool = False) -> None:
        assert self._client is not None
        self._client.publish(f"care/v1/{care.FACILITY}/{self.device}/{kind}", payload, qos=1, retain=retain)

    @property
    def waiting(self) -> list[IncidentMessage | ObservationMessage]:
        return [event for event in self._events if event.seq > self.acknowledged.get(event.lane, 0)]

    def _connect(self) -> bool:
        client = Client(CallbackAPIVersion.VERSION2, client_id=self.device, reconnect_on_failure=False)
        client.on_message = self._on_ack
        client.on_subscribe = self._on_subscribe
        client.on_connect = lambda one, *_: one.subscribe(f"care/v1/{care.FACILITY}/{self.device}/ack", 1)
        try:
            client.connect("127.0.0.1", self._port)
        except OSError:
            return False
        self._client, self._subscribed = client, False
        return True

    def _on_subscribe(self, *_: object) -> None:
        self._subscribed = True

    def _on_ack(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        ack = json.loads(message.payload)
        assert ack["consumer"] == "recommender"
        assert ack["boot_id"] == care.BOOT
        self.acknowledged[ack["lane"]] = max(ack["upto"], self.acknowledged.get(ack["lane"], 0))
