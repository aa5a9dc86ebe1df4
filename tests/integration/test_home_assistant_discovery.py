"""The announcement through a real broker: when it is sent, and that it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from edge_agent.messages.discovery import birth_topic, config_topic
from edge_agent.mqtt import DeliverySettings
from edge_agent.mqtt.home_assistant import announced, withdrawn
from tests.fakes.broker import Broker, needs_mosquitto, running, until
from tests.fakes.broker_device import broker_settings, device
from tests.fakes.events import CONTEXT, state

pytestmark = [pytest.mark.broker, needs_mosquitto]

PREFIX = "homeassistant"
CONFIG = config_topic(PREFIX, CONTEXT.facility, CONTEXT.device)
SETTINGS = DeliverySettings(consumer=None, birth=birth_topic(PREFIX))


class Home:
    """Home Assistant's client: hears announcements and our topics, and says that it was born."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe([(f"{PREFIX}/#", 1), ("care/v1/#", 1)])
        self._client.on_message = self._hear
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def born(self) -> None:
        self._client.publish(birth_topic(PREFIX), "online", qos=1)

    def of(self, topic: str) -> list[bytes]:
        return [payload for heard, payload in list(self.heard) if heard == topic]

    def close(self) -> None:
        self._client.on_connect = self._client.on_message = None
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload)))


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with running(tmp_path) as started:
        yield started


@pytest.fixture
def home(broker: Broker) -> Iterator[Home]:
    client = Home(broker.port)
    yield client
    client.close()


def test_announced_at_each_connection_and_birth_until_it_is_taken_back(
    tmp_path: Path, broker: Broker, home: Home
) -> None:
    announcement = announced(PREFIX, CONTEXT, "pi5", "0.3.0")
    with device(tmp_path, broker_settings(broker.port), SETTINGS) as box:
        box.publisher.put(announcement)
        box.say(state())
        until(lambda: home.of(CONFIG), "announced")
        assert json.loads(home.of(CONFIG)[0])["cmps"]["corner-alarm"]["p"] == "sensor"
        home.born()
        until(lambda: len(home.of(CONFIG)) == 2, "announced again at its birth")
        box.publisher._traffic.cut()
        until(lambda: len(home.of(CONFIG)) == 3, "announced again at the next connection")
        late = Home(broker.port)
        until(lambda: late.of(CONFIG), "whoever comes later finds it retained")
        late.close()
        box.publisher.put(withdrawn(PREFIX, CONTEXT))
        until(lambda: home.of(CONFIG)[-1] == b"", "taken back")
        after = Home(broker.port)
        until(
            lambda: after.of(f"care/v1/{CONTEXT.facility}/{CONTEXT.device}/state"), "the later one hears what is kept"
        )
        assert after.of(CONFIG) == []
        after.close()
