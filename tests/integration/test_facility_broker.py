"""A real Mosquitto with the files that `edge-config broker` writes: who gets in, who says and hears what."""

from __future__ import annotations

import getpass
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from firmware_config.cli import main
from firmware_config.facility.layout import Layout
from tests.fakes.broker import MOSQUITTO, free_port, needs_mosquitto, until

pytestmark = [pytest.mark.broker, needs_mosquitto]
CARE = "care/v1/villa-rosa"


class Mosquitto:
    """Debian's main file in small, which includes ours."""

    def __init__(self, folder: Path, port: int, conf: Path) -> None:
        self.port = port
        (folder / "state").mkdir()
        main_file = folder / "mosquitto.conf"
        main_file.write_text(
            f"user {getpass.getuser()}\npersistence true\npersistence_location {folder}/state/\ninclude_dir {conf}\n"
        )
        self._command = [str(MOSQUITTO), "-c", str(main_file)]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self._listens, "mosquitto listens")

    def end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        self.process.wait(10)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Member:
    """A client with a certificate; `joined` tells whether it was let in."""

    def __init__(self, port: int, folder: Path, *topics: str, name: str = "", certificate: bool = True) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.confirmed: list[int] = []
        self.joined, subscribed = threading.Event(), threading.Event()
        self.client = Client(
            CallbackAPIVersion.VERSION2, client_id=name, clean_session=not name, reconnect_on_failure=False
        )
        context = ssl.create_default_context(cafile=folder / "ca.crt")
        if certificate:
            context.load_cert_chain(folder / "client.crt", folder / "client.key")
        self.client.tls_set_context(context)
        self.client.on_connect = lambda *_: self.joined.set()
        self.client.on_subscribe = lambda *_: subscribed.set()
        self.client.on_message = lambda _c, _u, message: self.heard.append((message.topic, bytes(message.payload)))
        try:
            self.client.connect("127.0.0.1", port, keepalive=10)
        except OSError:
            return
        self.client.loop_start()
        if self.joined.wait(1.5) and topics:
            self.client.subscribe([(topic, 1) for topic in topics])
            assert subscribed.wait(5)

    def say(self, topic: str, payload: str = "x") -> None:
        self.client.publish(topic, payload, qos=1).wait_for_publish(5)

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Layout, Mosquitto]]:
    folder = tmp_path_factory.mktemp("broker")
    root, port = folder / "villa-rosa", free_port()
    where = ["--broker-host", "broker.lan", "--broker-name", "127.0.0.1", "--broker-port", str(port)]
    assert main(["init", str(root), *where]) == 0
    for box in ("box-a", "box-b", "box-c"):
        assert main(["add", str(root), f"room-{box}", "--device", box]) == 0
    layout = Layout(root)
    assert main(["broker", str(root), "--at", str(layout.broker)]) == 0
    conf = folder / "conf.d"
    conf.mkdir()
    (layout.broker / "carepose.conf").rename(conf / "carepose.conf")
    broker = Mosquitto(folder, port, conf)
    yield layout, broker
    broker.end(signal.SIGTERM)


def test_a_box_speaks_on_its_own_topics_alone(place: tuple[Layout, Mosquitto]) -> None:
    layout, broker = place
    recommender = Member(broker.port, layout.recommender, f"{CARE}/#")
    box = Member(broker.port, layout.device("box-a"))
    box.say(f"{CARE}/box-b/incident")
    box.say("care/v1/other/box-a/incident")
    box.say(f"{CARE}/box-a/incident", "mine")
    until(lambda: recommender.heard, "the recommender hears")
    time.sleep(0.3)
    assert recommender.heard == [(f"{CARE}/box-a/incident", b"mine")]
    box.leave()
    recommender.leave()


def test_a_box_hears_what_is_said_to_it_alone(place: tuple[Layout, Mosquitto]) -> None:
    layout, broker = place
    recommender = Member(broker.port, layout.recommender)
    first = Member(broker.port, layout.device("box-a"), f"{CARE}/#", "#")
    other = Member(broker.port, layout.device("box-b"))
    other.say(f"{CARE}/box-b/incident")
    recommender.say(f"{CARE}/box-b/ack")
    recommender.say(f"{CARE}/box-b/request/pause")
    recommender.say(f"{CARE}/box-a/ack", "yours")
    recommender.say(f"{CARE}/box-a/request/pause", "yours")
    until(lambda: len(first.heard) >= 2, "it hears its own")
    time.sleep(0.3)
    assert {topic for topic, _ in first.heard} == {f"{CARE}/box-a/ack", f"{CARE}/box-a/request/pause"}
    for member in (recommender, first, other):
        member.leave()


def test_nobody_without_a_certificate_is_let_in(place: tuple[Layout, Mosquitto]) -> None:
    layout, broker = place
    stranger = Member(broker.port, layout.device("box-a"), certificate=False)
    assert not stranger.joined.is_set()
    stranger.leave()


def test_what_waits_for_the_recommender_survives_kill(place: tuple[Layout, Mosquitto]) -> None:
    layout, broker = place
    Member(broker.port, layout.recommender, f"{CARE}/#", name="carepose").leave()
    box = Member(broker.port, layout.device("box-b"))
    for number in range(50):
        box.say(f"{CARE}/box-b/observation", str(number))
    time.sleep(1.5)
    broker.end(signal.SIGKILL)
    box.leave()
    broker.start()
    recommender = Member(broker.port, layout.recommender, name="carepose")
    until(lambda: len(recommender.heard) >= 50, "all that waited")
    assert sorted(int(payload) for _, payload in recommender.heard) == list(range(50))
    recommender.leave()


def test_a_revoked_box_is_let_in_no_more_and_the_others_are(place: tuple[Layout, Mosquitto]) -> None:
    layout, broker = place
    before = Member(broker.port, layout.device("box-c"))
    assert before.joined.is_set()
    before.leave()
    assert main(["revoke", str(layout.root), "box-c"]) == 0
    broker.end(signal.SIGTERM)
    broker.start()
    gone, other = Member(broker.port, layout.device("box-c")), Member(broker.port, layout.device("box-a"))
    assert not gone.joined.is_set()
    assert other.joined.is_set()
    gone.leave()
    other.leave()
