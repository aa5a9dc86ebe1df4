"""Each thread of a real agent, and its camera's child, raises or hangs: noticed in time, started again, nothing lost.

A few agents run side by side and meet one fate after another. systemd is a fake (`tests/fakes/systemd.py`) that feeds
on WATCHDOG=1 and starts again what ended by a fault. The camera shows somebody who falls and stays on the floor.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import psutil
import pytest
import yaml

from edge_agent.errors import Exit
from tests.fakes.broker import needs_mosquitto, running, until
from tests.fakes.haunted_agent import LIMITS
from tests.fakes.systemd import Ended, Service
from tools.month.consumer import FACILITY, Heard, Recommender

pytestmark = [pytest.mark.broker, pytest.mark.models, pytest.mark.alone, needs_mosquitto]

ROOT = Path(__file__).parents[2]
WATCHDOG_S = 7.0
START_S = 60.0
LOOK_S = 0.5
"""Of the main thread."""
BUSY_S = 8.0
"""What a machine with as many agents as this may be late."""
LAST_WORD_S = 16.0
"""A fault that ends one thread lets the others finish: the publisher's grace (app.GRACE_S), and what is left over."""
PATIENCE_S = 60.0

THREADS = ("capture-cam", "pipeline", "publisher", "mqtt", "MainThread")
HEARTS = {"capture-cam": "capture-cam", "pipeline": "pipeline", "publisher": "publisher", "mqtt": "network"}
"""What a thread is called in `health`."""
FATES = {
    "raised-1": [("capture-cam", "raise"), ("pipeline", "raise"), ("publisher", "raise")],
    "raised-2": [("mqtt", "raise"), ("MainThread", "raise"), ("agent", "kill")],
    "hung-1": [("capture-cam", "hang"), ("publisher", "hang")],
    "hung-2": [("pipeline", "hang"), ("mqtt", "hang")],
    "hung-3": [("MainThread", "hang")],
}
"""What each agent meets, in this order."""
CHILD_ENDS = ("crash", "hang")
"""What the camera's child does after 25 pictures, and each one after it; every other way, in `test_picamera_child`."""


@dataclass(frozen=True)
class Met:
    """One fate and what came of it."""

    since: float
    ended: Ended
    stalled: frozenset[str]
    """Said in `health` between the two."""
    status: str
    """The last line that the service manager was told."""


@dataclass
class Haunted:
    """One agent."""

    name: str
    folder: Path
    service: Service
    heard: Heard
    met: dict[tuple[str, str], Met] = field(default_factory=dict)

    def meet(self, fates: list[tuple[str, str]]) -> None:
        """One after the other; then wait until it is well again."""
        self._until(lambda: self.phases, "a fall is suspected")
        for thread, how in fates:
            healths, ends, starts = len(self.heard.health), len(self.service.ended), len(self.service.ready)
            since = self._kill() if how == "kill" else self._curse(thread, how)
            self._until(lambda ends=ends: len(self.service.ended) > ends, f"{thread}: {how} ends it")
            ended = self.service.ended[ends]
            stalled = frozenset(name for health in self.heard.health[healths:] for name in health["stalled"])
            lines = [text for at, text in self.service.said if text.startswith("STATUS") and since < at <= ended.at]
            self.met[thread, how] = Met(since, ended, stalled, lines[-1] if lines else "")
            self._until(lambda starts=starts: len(self.service.ready) > starts, "it is ready again")
        self._until(lambda: "confirmed" in [phase for _, phase in self.phases], "the fall is confirmed")
        self._until(self.has_delivered_everything, "everything committed is delivered")

    def _until(self, condition: Callable[..., object], what: str) -> None:
        until(condition, f"{self.name}: {what}", PATIENCE_S)

    def _curse(self, thread: str, how: str) -> float:
        written = self.folder / "curse.new"
        written.write_text(f"{thread} {how}", "ascii")
        written.rename(self.folder / "curse")
        self._until(lambda: not (self.folder / "curse").exists(), f"{thread} meets its {how}")
        return time.monotonic()

    def _kill(self) -> float:
        assert self.service.pid is not None
        os.kill(self.service.pid, signal.SIGKILL)
        return time.monotonic()

    @property
    def open(self) -> list[str]:
        """Kinds of the open incidents, as said last."""
        return [each["kind"] for each in self.heard.states[-1]["cameras"][0]["open_incidents"]]

    @property
    def phases(self) -> list[tuple[str, str]]:
        """Incident and phase of all that was said of falls, in the order of arrival."""
        incidents = self.heard.bodies("incident")
        return [(body["incident_id"], body["phase"]) for body in incidents if body["kind"] == "fall"]

    def committed(self) -> set[str]:
        """The id of every event that was ever in the outbox."""
        with sqlite3.connect(self.folder / "data" / "outbox.sqlite") as db:
            rows = db.execute("SELECT boot_id, lane, last_seq FROM lanes JOIN boots USING (boot)").fetchall()
        return {f"{self.name}-{boot}-{lane}-{seq}" for boot, lane, last in rows for seq in range(1, last + 1)}

    def has_delivered_everything(self) -> bool:
        return self.committed() <= {body["event_id"] for body in list(self.heard.events.values())}


@dataclass
class House:
    """Everybody, beside one broker."""

    folder: Path
    port: int
    recommender: Recommender
    close: ExitStack

    def move_in(self, name: str, source: dict[str, Any], **environment: str) -> Haunted:
        folder = self.folder / name
        folder.mkdir()
        configuration = {
            "facility": FACILITY,
            "device": name,
            "data_dir": str(folder / "data"),
            "minute_s": 5,
            "broker": {"host": "127.0.0.1", "port": self.port, "consumer": "recommender"},
            "cameras": [{"id": "cam", "room": "room-1", "source": source}],
        }
        (folder / "agent.yaml").write_text(yaml.safe_dump(configuration), "utf-8")
        command = [sys.executable, "-m", "tests.fakes.haunted_agent", str(folder / "agent.yaml"), str(folder / "curse")]
        scene = {"SCENE": str(time.monotonic() + 6.0), "PYTHONPATH": str(ROOT), **environment}
        service = Service(command, folder, scene, WATCHDOG_S, START_S)
        self.close.callback(service.close)
        return Haunted(name, folder, service, self.recommender.devices[name])


USB = {"v4l2": {"device": "/dev/video0"}}
RIBBON = {"picamera2": {"index": 0, "width": 256, "height": 144, "fps": 10}}


Inhabited: TypeAlias = tuple[Mapping[str, Haunted], Mapping[str, "Future[None]"]]
"""Every agent, and what waits for those that meet fates."""


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Mapping[str, Haunted], Mapping[str, Future[None]]]]:
    """All move in at once, and begin to meet their fates."""
    folder = tmp_path_factory.mktemp("house")
    with ExitStack() as close:
        broker = close.enter_context(running(folder))
        recommender = Recommender(broker.port)
        close.callback(recommender.close)
        house = House(folder, broker.port, recommender, close)
        agents = {name: house.move_in(name, USB) for name in FATES}
        for how in CHILD_ENDS:
            agents[f"child-{how}"] = house.move_in(f"child-{how}", RIBBON, FAKE_CAMERA=f"{how}=25")
        pool = close.enter_context(ThreadPoolExecutor())
        yield agents, {name: pool.submit(agents[name].meet, fates) for name, fates in FATES.items()}


def fate_of(house: Inhabited, thread: str, how: str) -> Met:
    agents, fates = house
    name = next(name for name, all_ in FATES.items() if (thread, how) in all_)
    agent = agents[name]
    until(lambda: (thread, how) in agent.met or fates[name].done(), f"{thread}: {how}", 5 * PATIENCE_S)
    if (thread, how) not in agent.met:
        fates[name].result()  # says what went wrong
    return agent.met[thread, how]


@pytest.mark.parametrize("thread", THREADS)
def test_a_thread_that_raises_ends_the_agent(house: Inhabited, thread: str) -> None:
    met = fate_of(house, thread, "raise")
    assert met.ended.code == Exit.INTERNAL
    assert not met.ended.starved
    assert met.ended.at - met.since < LAST_WORD_S + BUSY_S


@pytest.mark.parametrize("thread", HEARTS)
def test_a_thread_that_hangs_is_said_in_time_and_ends_the_agent(house: Inhabited, thread: str) -> None:
    met = fate_of(house, thread, "hang")
    assert met.ended.code == Exit.STALLED
    assert not met.ended.starved, "the end is the agent's own, sooner than systemd's"
    within_s = LIMITS.capture_s + LOOK_S + LIMITS.end_after_s + LOOK_S
    assert LIMITS.end_after_s <= met.ended.at - met.since < within_s + BUSY_S
    assert f"no progress of {HEARTS[thread]}" in met.status
    if thread in ("capture-cam", "pipeline"):
        assert met.stalled == {HEARTS[thread]}, "health said who"
    else:
        assert not met.stalled, "whoever could say it hangs itself: silence, and the broker's will, say the rest"


def test_a_main_thread_that_hangs_is_ended_by_the_service_manager(house: Inhabited) -> None:
    met = fate_of(house, "MainThread", "hang")
    assert met.ended.starved
    assert met.ended.code == -signal.SIGKILL
    assert met.ended.at - met.since < WATCHDOG_S + BUSY_S


@pytest.mark.parametrize("name", FATES)
def test_after_all_of_it_nothing_committed_is_lost_and_the_fall_is_still_open(house: Inhabited, name: str) -> None:
    agents, fates = house
    fates[name].result(5 * PATIENCE_S)
    agent = agents[name]
    heard = agent.heard
    assert len(agent.service.ended) >= len(FATES[name])
    until(agent.has_delivered_everything, "everything committed is delivered", PATIENCE_S)
    assert not heard.gaps
    assert not heard.altered
    assert not heard.holes()
    names = [body["event_id"] for body in heard.events.values()]
    assert len(names) == len(set(names))
    until(lambda: agent.open == ["fall"], "the person still lies there, and that is said", PATIENCE_S)


@pytest.mark.parametrize("how", CHILD_ENDS)
def test_a_camera_child_that_dies_or_hangs_is_started_again_within_the_agent(house: Inhabited, how: str) -> None:
    agent = house[0][f"child-{how}"]
    heard, service = agent.heard, agent.service
    reason = "camera_stalled" if how == "hang" else "reconnecting"

    def came_back() -> bool:
        said = [health["cameras"][0] for health in list(heard.health)]
        lost = [number for number, camera in enumerate(said) if reason in camera["reasons"]]
        return bool(lost) and any(camera["fps"] > 0 and camera["status"] != "blind" for camera in said[lost[0] :])

    def accounted_for() -> bool:
        return any(reason in body["lost_s"] for body in heard.bodies("observation"))

    until(came_back, f"{reason} is said, and that the camera is back", PATIENCE_S)
    until(accounted_for, "the loss is accounted for", PATIENCE_S)
    assert f"camera cam: {reason}" in service.log.read_text("utf-8")
    assert all(ended.code == Exit.WEDGED for ended in service.ended), "if it ended, for a camera that stalls for ever"
    if not service.ended:
        assert service.pid is not None
        children = [each for each in psutil.Process(service.pid).children() if each.status() != psutil.STATUS_ZOMBIE]
        assert len(children) <= 1, "no child is left behind"
