"""Every kind of loss is on the page within its limit: real broker, real recommender, real publisher, in processes.

The limits are those of `tests/fakes/quick_recommender.py`; what they are in a facility, docs/caregivers.md says.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from edge_agent.messages.stamp import utc_text
from tests.fakes import care
from tests.fakes.broker import needs_mosquitto
from tests.fakes.events import CONTEXT
from tests.fakes.facility import Device, Mosquitto, Program, QuickRecommender, Recommender, eventually
from tests.fakes.product import BIN, KEYPOINTS
from tests.fakes.wire import Wire

pytestmark = [pytest.mark.broker, needs_mosquitto]


class WatchingDevice:
    """A device in a process of its own; see the fake."""

    def __init__(self, folder: Path, port: int) -> None:
        command = [sys.executable, "-m", "tests.fakes.watching_device", str(folder), str(port)]
        with (folder / "device.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)

    def is_told(self, **what: Any) -> None:  # noqa: ANN401
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        self._process.stdin.flush()

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


class Facility:
    """A broker, the recommender behind a wire of its own, and a device behind another."""

    def __init__(self, folder: Path, all_: ExitStack) -> None:
        self._folder = folder
        self.broker = all_.enter_context(Mosquitto(folder))
        self.ours, self.its = (all_.enter_context(Wire(self.broker.port)) for _ in range(2))
        self.recommender = all_.enter_context(QuickRecommender(folder, self.ours.port))
        self.device = WatchingDevice(folder, self.its.port)
        all_.callback(self.close)

    def close(self) -> None:
        self.device.close()

    def begin(self) -> None:
        """All is well again, whatever an earlier test has done."""
        self.ours.mend()
        self.its.mend()
        if not self.device.lives:
            self.device.close()
            self.device = WatchingDevice(self._folder, self.its.port)
        self.device.is_told()
        self.shows("nothing_detected")

    def room(self, name: str = care.ROOM) -> dict[str, Any]:
        try:
            rooms = self.recommender.now()["rooms"]
        except httpx.TransportError:
            return {}  # not yet
        return next((room for room in rooms if room["room"] == name), {})

    def shows(self, status: str, *reasons: str, room: str = care.ROOM) -> None:
        seen: list[object] = []

        def does() -> bool:
            shown = self.room(room)
            seen[:] = [shown.get("status"), shown.get("reasons")]
            return shown.get("status") == status and set(reasons) <= set(shown["reasons"])

        eventually(does, f"{room} shows {status} {reasons}; last {seen}; log {self.recommender.log[-500:]}")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facility]:
    with ExitStack() as all_:
        yield Facility(tmp_path_factory.mktemp("facility"), all_)


@pytest.fixture
def facility(shared: Facility) -> Facility:
    shared.begin()
    return shared


def test_what_the_device_says_of_its_camera_and_clock(facility: Facility) -> None:
    told, shows = facility.device.is_told, facility.shows
    told(status="blind", reasons=["covered"])
    shows("blind", "covered")
    told(status="degraded", reasons=["moved"])
    shows("degraded", "moved")
    told(clock="free")
    shows("clock_unsure", "clock_free")
    for ahead_s in (-7200, 7200):
        told(ahead_s=ahead_s)
        shows("clock_unsure", "clock_wrong")
    told(status="paused", until_s=600, paused_by="request")
    shows("paused", "request")
    told(status="stopping")
    shows("offline", "stopping")
    told(seen_at=utc_text(datetime.now(UTC) - timedelta(seconds=60)))
    shows("blind", "not_seen")
    told()
    shows("nothing_detected")
    told(mute=True)
    shows("blind")  # it sends its minutes, and not a word of its camera
    shows("offline", "unknown", room=CONTEXT.rooms["corner"])  # the minutes' room: no configuration names it


def test_a_device_killed_or_hung(facility: Facility) -> None:
    facility.device.signal(signal.SIGSTOP)
    facility.shows("offline", "offline")  # the broker's keepalive, and so the will
    facility.device.signal(signal.SIGCONT)
    facility.shows("nothing_detected")
    facility.device.signal(signal.SIGKILL)
    facility.shows("offline", "offline")


def test_a_device_cut_off_while_paused_is_not_paused_any_more(facility: Facility) -> None:
    facility.device.is_told(status="paused", until_s=1)
    facility.shows("paused")
    facility.its.cut()
    facility.shows("blind", "pause_overdue")
    facility.shows("offline")


def test_a_broker_killed_or_hung_and_a_cut_wire_of_ours(facility: Facility) -> None:
    facility.broker.kill()
    facility.shows("unreached", "no_broker")
    facility.broker.start()
    facility.shows("nothing_detected")
    assert facility.broker.process is not None
    facility.broker.process.send_signal(signal.SIGSTOP)
    facility.shows("unreached", "no_broker")
    facility.broker.process.send_signal(signal.SIGCONT)
    facility.shows("nothing_detected")
    facility.ours.cut()
    facility.shows("unreached", "no_broker")


def test_a_device_that_died_while_the_broker_was_away(facility: Facility) -> None:
    facility.broker.kill()
    facility.shows("unreached")
    facility.device.signal(signal.SIGKILL)
    facility.broker.start()
    facility.shows("offline", "offline")  # no will was ever sent; it must show itself again


def test_a_recommender_that_starts_with_nothing_but_what_was_retained(tmp_path: Path) -> None:
    since = {"now": timedelta(), "yesterday": timedelta(days=-1), "ahead": timedelta(hours=3)}
    with Mosquitto(tmp_path) as broker:
        for name, at in since.items():
            device = Device(broker.port, [], name)
            eventually(device.connected, "connected")
            device.publish("availability", "online", retain=True)
            camera = care.camera_health(datetime.now(UTC) + at, room=name)
            said = {
                "info": care.info(((name, (care.CAMERA,)),), name),
                "health": care.health(datetime.now(UTC) + at, camera),
            }
            for kind, message in said.items():
                device.publish(kind, message.to_json(), retain=True)
            for _ in range(10):
                device.turn()
        with QuickRecommender(tmp_path, broker.port) as recommender:
            eventually(recommender.is_ready, "ready")
            seen: set[str] = set()

            def believed() -> bool:
                rooms = recommender.now()["rooms"]
                seen.update(room["status"] for room in rooms)
                return {room["room"] for room in rooms if room["reasons"] == ["silent"]} == set(since)

            eventually(believed, "what was kept is no sign of life")
            assert seen == {"offline"}, "none ever looked quiet"


@pytest.mark.models
def test_the_agent_itself_killed(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker, Recommender(tmp_path, broker.port) as recommender:
        configuration = {
            "facility": care.FACILITY,
            "device": care.DEVICE,
            "data_dir": str(tmp_path / "agent"),
            "broker": {"host": "127.0.0.1", "port": broker.port, "consumer": "recommender"},
            "cameras": [
                {"id": care.CAMERA, "room": care.ROOM, "source": {"recording": str(KEYPOINTS / "ordinary.npz")}}
            ],
        }
        (tmp_path / "agent.yaml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
        command = [str(BIN / "edge-agent"), "run", "--config", str(tmp_path / "agent.yaml")]
        with Program(command, tmp_path / "agent.log") as agent:

            def watched(*statuses: str) -> bool:
                return any(room["status"] in statuses for room in recommender.now()["rooms"])

            eventually(recommender.is_ready, "ready")
            # This machine's clock may be kept by nobody; either way somebody watches.
            eventually(lambda: watched("nothing_detected", "clock_unsure"), f"the room is watched; {agent.log}")
            assert agent.process is not None
            os.kill(agent.process.pid, signal.SIGKILL)
            eventually(lambda: watched("offline"), "the will says it")
