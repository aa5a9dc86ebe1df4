"""A configuration pushed to a real agent through a real broker: kept, given up, and never half of it."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from firmware_config.bundle.pushed import Push, signed
from tests.fakes.broker import Broker, PlainClient, free_port, needs_mosquitto, running, until
from tests.fakes.bundles import facility
from tests.fakes.product import KEYPOINTS
from tools.demo.parts import Part

pytestmark = [pytest.mark.broker, needs_mosquitto]
OURS = facility()


class Box:
    """The agent's process, its configuration, and who pushes."""

    def __init__(self, folder: Path, broker: Broker, client: PlainClient) -> None:
        self.client = client
        recording = {"recording": str(KEYPOINTS / "ordinary.npz"), "repeat": True}
        self.known: dict[str, Any] = {
            "facility": "villa-rosa",
            "device": "room-12",
            "generation": 1,
            "data_dir": str(folder / "data"),
            "broker": {"host": "127.0.0.1", "port": broker.port},
            "cameras": [{"id": "cam", "room": "room-12", "source": recording}],
        }
        (folder / "facility.pub").write_bytes(OURS.public)
        path = folder / "agent.yaml"
        path.write_text(yaml.safe_dump(self.known))
        self.agent = Part("agent", [sys.executable, "-m", "tests.fakes.hasty_agent", str(path)], folder)
        self.agent.start()
        until(lambda: self.used() == 1, "the agent is at work", 40)
        until(self.sees, "the camera gives pictures", 40)

    def used(self) -> int | None:
        """The generation that the box says it runs with."""
        info = self.client.payloads("info")
        return None if not info else int(json.loads(info[-1])["config_generation"])

    def sees(self) -> bool:
        health = self.client.payloads("health")
        return bool(health) and json.loads(health[-1])["cameras"][0]["status"] == "ok"

    def push(self, transaction: str, **changes: object) -> Push:
        wanted = self.known | changes
        text = yaml.safe_dump(wanted).encode()
        generation = int(str(wanted["generation"]))
        push = signed("villa-rosa", "room-12", generation, datetime.now(UTC), text, OURS.signing)
        self.say(push, transaction)
        return push

    def say(self, push: Push, transaction: str) -> None:
        body = {
            "schema": "care/request/1",
            "transaction": transaction,
            "manifest": push.manifest.decode(),
            "signature": push.signature.hex(),
            "configuration": push.configuration.decode(),
        }
        self.client.say("request/config", body)

    def answers(self, transaction: str) -> list[str]:
        found = [each for each in self.client.bodies("response/config") if each["transaction"] == transaction]
        return [each["result"] for each in found]


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    with running(tmp_path) as broker:
        client = PlainClient(broker.port)
        made = Box(tmp_path, broker, client)
        try:
            yield made
        finally:
            made.agent.stop()
            client.close()


def test_a_pushed_configuration_lives_through_rebuild_kill_and_the_next_start(box: Box) -> None:
    push = box.push("t-2", generation=2, language="it")  # not live: the parts are built anew
    until(lambda: box.answers("t-2") == ["accepted", "done"], "it is kept", 40)
    assert box.used() == 2

    box.say(push, "t-replayed")
    until(lambda: box.answers("t-replayed") == ["refused"], "a replay is refused")
    tampered = Push(push.manifest, push.signature, push.configuration.replace(b"language: it", b"language: de"))
    box.say(tampered, "t-tampered")
    until(lambda: box.answers("t-tampered") == ["refused"], "what was changed is refused")

    box.push("t-3", generation=3, minute_s=30)
    until(lambda: box.answers("t-3") == ["accepted"], "it is tried")
    assert box.agent.process is not None
    os.kill(box.agent.process.pid, signal.SIGKILL)
    box.agent.process.wait(10)
    box.client.heard.clear()
    box.agent.start()
    until(lambda: box.used() == 2, "the last good one is in use", 40)
    until(lambda: box.answers("t-3")[-1:] == ["rolled_back"], "and the answer is given after all")


def test_one_that_cuts_off_the_broker_comes_back_and_says_so(box: Box) -> None:
    cut_off = box.known["broker"] | {"port": free_port()}
    box.push("t-2", generation=2, broker=cut_off)
    until(lambda: box.answers("t-2")[-1:] == ["rolled_back"], "it is given up", 60)
    assert box.used() == 1
    live = [{**box.known["cameras"][0], "subject": "resident"}]
    box.push("t-3", generation=3, cameras=live)
    until(lambda: box.answers("t-3") == ["accepted", "done"], "the next is kept", 40)
    assert box.used() == 3
