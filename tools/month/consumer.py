"""A recommender in small: hears every device of a facility, keeps each event once and acknowledges the watermark."""

from __future__ import annotations

import json
import sys
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

FACILITY = "villa-rosa"
CONSUMER = "recommender"


@dataclass(slots=True)
class Heard:
    """What one device has said."""

    events: dict[tuple[str, str, int], dict[str, Any]] = field(default_factory=dict)
    """By boot, lane and number, each once."""
    copies: int = 0
    """Arrivals of an event that was known already; the same body, but for `replayed`."""
    altered: list[str] = field(default_factory=list)
    """Events that came again with another body."""
    gaps: list[dict[str, Any]] = field(default_factory=list)
    health: list[dict[str, Any]] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    availability: list[str] = field(default_factory=list)
    upto: dict[tuple[str, str], int] = field(default_factory=dict)

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        """All incidents or all observations, in the order of their arrival."""
        return [body for body in list(self.events.values()) if body["schema"].split("/")[1] == kind]

    def holes(self) -> list[str]:
        """What is missing below the highest number of each lane."""
        highest: dict[tuple[str, str], int] = defaultdict(int)
        for boot, lane, seq in list(self.events):
            highest[boot, lane] = max(highest[boot, lane], seq)
        return [
            f"{boot}-{lane}-{seq}"
            for (boot, lane), last in highest.items()
            for seq in range(1, last + 1)
            if (boot, lane, seq) not in self.events
        ]


class Recommender:
    """An MQTT client; with a session of its own at each start, as what it lacks is sent again."""

    def __init__(self, port: int) -> None:
        """Connect, and go on connecting whenever the broker went away."""
        self.devices: dict[str, Heard] = defaultdict(Heard)
        self.arrived = 0
        """Messages of any kind."""
        self._subscribed = threading.Event()
        client = self._client = Client(CallbackAPIVersion.VERSION2, client_id="recommender")
        client.on_connect = lambda client, *_: client.subscribe(f"care/v1/{FACILITY}/#", qos=1)
        client.on_subscribe = lambda *_: self._subscribed.set()
        client.on_disconnect = lambda *_: self._subscribed.clear()
        client.on_message = self._hear
        client.reconnect_delay_set(1, 1)
        client.connect("127.0.0.1", port, keepalive=60)
        client.loop_start()
        if not self._subscribed.wait(10.0):
            raise TimeoutError("the broker did not answer the recommender")

    @property
    def listening(self) -> bool:
        """Whether everything that is sent now is heard."""
        return self._subscribed.is_set()

    def say(self, device: str, kind: str, body: object) -> None:
        """Publish to a device."""
        self._client.publish(f"care/v1/{FACILITY}/{device}/{kind}", json.dumps(body), qos=1)

    def close(self) -> None:
        """Leave."""
        self._client.on_connect = self._client.on_message = self._client.on_subscribe = None
        self._client.on_disconnect = None
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self.arrived += 1
        _, _, _, device, kind, *_ = message.topic.split("/")
        heard = self.devices[device]
        if kind == "availability":
            heard.availability.append(message.payload.decode())
        elif kind == "health" and not message.retain:
            heard.health.append(json.loads(message.payload))
        elif kind == "state" and not message.retain:
            heard.states.append(json.loads(message.payload))
        elif kind in ("incident", "observation"):
            self._keep(device, heard, json.loads(message.payload))

    def _keep(self, device: str, heard: Heard, body: dict[str, Any]) -> None:
        boot, lane = body["boot_id"], body["lane"]
        if "from" in body:
            heard.gaps.append(body)
        first, last = (body["from"], body["to"]) if "from" in body else (body["seq"], body["seq"])
        for seq in range(first, last + 1):
            known = heard.events.setdefault((boot, lane, seq), body)
            if known is not body:
                heard.copies += 1
                if {**known, "replayed": True} != {**body, "replayed": True}:
                    heard.altered.append(body["event_id"])
        upto = heard.upto.get((boot, lane), 0)
        while (boot, lane, upto + 1) in heard.events:
            upto += 1
        heard.upto[boot, lane] = upto
        self.say(device, "ack", {"consumer": CONSUMER, "boot_id": boot, "lane": lane, "upto": upto})


def main(port: str, out: str) -> None:
    """Hear until standard input ends, whose lines are requests to be published; then write down what was heard."""
    recommender = Recommender(int(port))
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        recommender.say(asked["device"], asked["kind"], asked["body"])
    recommender.close()
    told = {
        device: {**_plain(heard), "events": list(heard.events.values()), "holes": heard.holes()}
        for device, heard in recommender.devices.items()
    }
    Path(out).write_text(json.dumps(told), encoding="utf-8")


def _plain(heard: Heard) -> dict[str, Any]:
    """What can be written down as it is."""
    names = ("copies", "altered", "gaps", "health", "states", "availability")
    return {name: getattr(heard, name) for name in names}


if __name__ == "__main__":
    main(*sys.argv[1:])
