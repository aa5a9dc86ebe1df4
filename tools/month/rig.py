"""The real agent on the script: built, turned, broken and started again."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from edge_agent.agent import Agent, Surroundings
from edge_agent.box import read_configuration
from edge_agent.errors import UserError
from edge_agent.pause.press import Edge
from edge_agent.runtime.board import Board
from edge_agent.runtime.memory import Kept, resident_bytes
from edge_agent.runtime.signals import Signals
from edge_agent.runtime.watchdog import Notifier, StallLimits
from tools.month import pictures, script
from tools.month.broker import RealBroker
from tools.month.camera import ScriptedCamera, Visit
from tools.month.consumer import CONSUMER, FACILITY
from tools.month.people import CodedPoses, view
from tools.month.script import CAMERAS, Act
from tools.month.truth import Boot, Episode, Fall, Truth
from tools.month.virtual import VirtualSlots, VirtualStop, VirtualTime, VirtualWorkers

DEVICE = "month"
TURN_S = 0.15
"""Real seconds that a turn of the main thread waits for deliveries."""
SETTLED_S = 20.0
"""Real seconds until a request is heeded."""
LAST_S = 0.5
"""Real seconds, at the end, for what is on its way."""
UNDELIVERED_S = 300.0
"""Virtual seconds with a broker and without everything delivered: dialling again takes up to 30 real ones."""
UNWATCHED = StallLimits(publisher_s=1e9, network_s=1e9)
"""These two work in real time; their stalls are proven in `tests/integration/test_kill_and_hang.py`."""
RESTART_S = 8.0
"""From one run of the agent to the next, by the script."""
GRACE_S = 2.0
USAGE_EVERY_S = 300.0


def _line_of(process: subprocess.Popen[str]) -> None:
    """Wait until it says something."""
    if process.stdout is None or not process.stdout.readline():
        raise RuntimeError("the recommender did not start")


class Pressed:
    """A push-button; the script's finger."""

    def __init__(self, clock: VirtualTime) -> None:
        """Not pressed."""
        self._clock = clock
        self._edges: list[Edge] = []

    def press(self) -> None:
        """For 0.2 s, some time ago."""
        now = self._clock.monotonic()
        self._edges += [Edge(now - 0.3, down=True), Edge(now - 0.1, down=False)]

    def edges(self) -> list[Edge]:
        """See `pause.press.Button`."""
        edges, self._edges = self._edges, []
        return edges


class _Turns(threading.Event):
    """The main thread's waits: at each, the script goes on."""

    def __init__(self, rig: Rig) -> None:
        super().__init__()
        self._rig = rig

    def wait(self, timeout: float | None = None) -> bool:
        return self._rig.turn(timeout or 0.0)


class Rig:
    """One month."""

    def __init__(
        self, folder: Path, seed: int, days: int, most_acts: int | None = None, kinds: Sequence[str] = script.KINDS
    ) -> None:
        """Prepare; `play` does it all.

        Args:
            folder: empty, for everything that is written.
            seed: of the script.
            days: how many.
            most_acts: things a day; None for each kind once.
            kinds: of things.
        """
        self.truth = Truth()
        self._folder, self._seed, self._days = folder, seed, days
        self._kinds, self._most = kinds, len(kinds) if most_acts is None else most_acts
        self._clock = VirtualTime()
        self._poses = CodedPoses()
        self._cameras = {
            name: ScriptedCamera(name, seed * 100 + number, self._clock, self._poses.recordings)
            for number, name in enumerate(CAMERAS)
        }
        self._button = Pressed(self._clock)
        self._broker = RealBroker(folder)
        self._board = folder / "board"
        self._heat(50.0)
        self._agent: Agent
        self._ending = False
        self._finished = False
        self._used_at = float("-inf")
        self._delivered_at = 0.0
        self._plot = self._script()

    # --- the runs of the agent -------------------------------------------------------------------------------

    def play(self) -> dict[str, Any]:
        """Everything; what the recommender heard."""
        heard = self._folder / "heard.json"
        self._broker.start()
        command = [sys.executable, "-m", "tools.month.consumer", str(self._broker.port), str(heard)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as self._consumer:
            _line_of(self._consumer)
            while not self._finished:
                self._boot()
            time.sleep(LAST_S)
            self._consumer.communicate(timeout=SETTLED_S)
        self._broker.close()
        self.truth.committed = self._committed()
        self.truth.pictures = sum(camera.given for camera in self._cameras.values())
        told: dict[str, Any] = json.loads(heard.read_text("utf-8"))[DEVICE]
        return told

    def _committed(self) -> set[str]:
        with sqlite3.connect(self._folder / "data" / "outbox.sqlite") as db:
            rows = db.execute("SELECT boot_id, lane, last_seq FROM lanes JOIN boots USING (boot)").fetchall()
        return {f"{DEVICE}-{boot}-{lane}-{seq}" for boot, lane, last in rows for seq in range(1, last + 1)}

    def _boot(self) -> None:
        """One run of the agent, from its start to its end."""
        self._ending = False
        agent = self._agent = self._built()
        boot = Boot(agent._context.boot_id, self._clock.boottime())  # noqa: SLF001
        self.truth.boots.append(boot)
        agent.start()
        agent.watch(Signals(stop=_Turns(self)), until_done=False)
        boot.end = self._clock.boottime()
        try:
            boot.code = str(agent.shut_down(GRACE_S))
        except UserError as fault:
            boot.code = type(fault).__name__
        self._clock.hold_again(RESTART_S)

    def _built(self) -> Agent:
        """The real agent; its waits are the script's."""
        self._configure(())
        surroundings = Surroundings(
            self._clock,
            Kept(core=True, locked=True),
            Board(self._board, vcgencmd="/nonexistent"),
            Notifier({}, os.getpid()),
            UNWATCHED,
            camera=lambda configured: self._cameras[configured.id],
            estimator=lambda _: self._poses,
        )
        agent = Agent(read_configuration(self._folder / "agent.yaml"), surroundings)
        agent._stop = VirtualStop(self._clock)  # noqa: SLF001
        agent._slots = VirtualSlots(CAMERAS, self._clock)  # noqa: SLF001
        agent._workers = VirtualWorkers(self._clock)  # noqa: SLF001
        agent._pauses._button = self._button  # noqa: SLF001
        return agent

    def _configure(self, schedule: tuple[dict[str, str], ...]) -> None:
        sees, mask = view(), [{"name": "private", "polygon": [list(corner) for corner in pictures.MASK]}]
        looks = {"tilt_deg": sees.tilt_deg, "height_m": sees.height_m, "intrinsics": list(sees.intrinsics or ())}
        configuration = {
            "facility": FACILITY,
            "device": DEVICE,
            "data_dir": str(self._folder / "data"),
            "broker": {"host": "127.0.0.1", "port": self._broker.port, "consumer": CONSUMER},
            "pause": {"file": str(self._folder / "pause"), "schedule": list(schedule)},
            "cameras": [
                {
                    "id": name,
                    "room": f"room-{name}",
                    "source": {"v4l2": {"device": f"/dev/video{number}"}},
                    "view": looks,
                    "privacy": {"masks": mask, "face_blur": "off"},
                }
                for number, name in enumerate(CAMERAS)
            ],
        }
        (self._folder / "agent.yaml").write_text(yaml.safe_dump(configuration), "utf-8")

    # --- one turn of the main thread -------------------------------------------------------------------------

    def turn(self, timeout: float) -> bool:
        """Let the publisher deliver, let the script go on, let time pass; whether this run is to end."""
        self._settle()
        try:
            next(self._plot)
        except StopIteration:
            self._ending = self._finished = True
        self._settle()
        self._measure()
        if not self._ending:
            self._clock.wait(timeout)
        return self._ending

    def _settle(self) -> None:
        """Time nearly stands while the publisher commits and, where the broker is there, delivers.

        It works in real time, and what was lost on the way is sent again only after some virtual seconds.
        """
        publisher, until = self._agent._publisher, time.monotonic() + TURN_S  # noqa: SLF001
        while not self._agent.failed:
            status, taken = publisher._status  # noqa: SLF001
            committed = taken == publisher._put  # noqa: SLF001
            if committed and (not self._broker.serves or (status.connected and publisher.status().idle)):
                self._delivered_at = self._now
                return
            if committed and time.monotonic() > until:
                if self._now - self._delivered_at > UNDELIVERED_S:
                    self.truth.faults.append(f"nothing is delivered since {self._delivered_at:.1f}: {status}")
                    self._delivered_at = self._now
                return
            time.sleep(0.0005)

    def _measure(self) -> None:
        if self._now - self._used_at >= USAGE_EVERY_S:
            self._used_at = self._now
            descriptors = sum(1 for _ in Path("/proc/self/fd").iterdir())
            self.truth.usage.append((self._now, resident_bytes() or 0, descriptors, threading.active_count()))

    @property
    def _now(self) -> float:
        return self._clock.boottime()

    # --- the script ------------------------------------------------------------------------------------------

    def _script(self) -> Iterator[None]:
        yield from self._for(script.SETTLE_S)
        for day in range(self._days):
            for act in islice(script.acts(self._seed, day, self._kinds), self._most):
                logging.getLogger(__name__).debug("%.0f %s", self._now, act)
                self.truth.acts[act.kind] = self.truth.acts.get(act.kind, 0) + 1
                yield from self._for(act.quiet_s)
                yield from self._act(act)
        yield from self._for(script.QUIET_S[0])

    def _for(self, seconds: float) -> Iterator[None]:
        end = self._now + seconds
        while self._now < end:
            yield

    def _act(self, act: Act) -> Iterator[None]:
        camera, kind = self._cameras[act.camera], act.kind
        if kind in script.LIVE:
            camera.mode = kind
            yield from self._lost(kind, (act.camera,), act.seconds)
            camera.mode = "well"
        elif kind in script.PICTURE:
            camera.look = kind
            yield from self._lost(kind, (act.camera,), act.seconds)
            camera.look = "clear"
        elif kind.startswith("pause"):
            yield from self._paused(kind, act)
        elif kind == "infra-red":
            camera.infra_red = not camera.infra_red
        elif kind.startswith("ordinary"):
            yield from self._visited(act, ())
        elif kind.startswith("fall"):
            yield from self._fallen(act)
        else:
            yield from self._box(kind, act)

    def _lost(self, kind: str, cameras: tuple[str, ...], seconds: float) -> Iterator[None]:
        """The script has begun a loss; note it, and end it after a while."""
        episodes = [Episode(kind, camera, self._now) for camera in cameras]
        self.truth.episodes += episodes
        yield from self._for(seconds)
        for each in episodes:
            each.end = self._now

    def _paused(self, kind: str, act: Act) -> Iterator[None]:
        everybody, whole = tuple(CAMERAS), float(round(act.seconds))
        if kind == "pause-request":
            body = {"schema": "care/request/1", "transaction": f"t{self._now:.0f}", "cameras": [act.camera]}
            yield from self._asked("pause", {**body, "for_s": whole}, act.camera)
            yield from self._lost("paused", (act.camera,), whole)
        elif kind == "pause-file":
            (self._folder / "pause").write_text(str(whole), "ascii")
            yield  # main looks
            yield from self._lost("paused", everybody, whole)
            (self._folder / "pause").unlink()
        elif kind == "pause-button":
            self._button.press()
            yield
            yield from self._lost("paused", everybody, act.seconds)
            self._button.press()
            yield
        else:
            yield from self._scheduled()

    def _asked(self, name: str, body: dict[str, Any], camera: str) -> Iterator[None]:
        """Ask over MQTT, which takes no virtual time."""
        line = json.dumps({"device": DEVICE, "kind": f"request/{name}", "body": body})
        if self._consumer.stdin is None:
            raise RuntimeError("the recommender has no standard input")
        self._consumer.stdin.write(line + "\n")
        self._consumer.stdin.flush()
        until = time.monotonic() + SETTLED_S
        while self._agent._pauses.active(camera) is None:  # noqa: SLF001
            if time.monotonic() > until:
                self.truth.faults.append(f"a request to pause was not heeded at {self._now:.1f}")
                return
            time.sleep(0.001)
        yield

    def _scheduled(self) -> Iterator[None]:
        """A window of the schedule, by a configuration that is taken over live."""
        wall = self._clock.utc()
        begins = wall.replace(second=0, microsecond=0) + timedelta(minutes=1 if wall.second < 40 else 2)
        ends = begins + timedelta(minutes=1)
        self._configure(({"from": f"{begins:%H:%M}", "to": f"{ends:%H:%M}"},))
        if not self._agent.take_over(read_configuration(self._folder / "agent.yaml")):
            self.truth.faults.append(f"a schedule was not taken over at {self._now:.1f}")
        while self._clock.utc() < begins:
            yield
        yield from self._lost("paused", CAMERAS, (ends - self._clock.utc()).total_seconds())
        self._configure(())
        self._agent.take_over(read_configuration(self._folder / "agent.yaml"))

    def _visited(self, act: Act, hidden: tuple[Episode, ...]) -> Iterator[None]:
        camera = self._cameras[act.camera]
        at = pictures.MASKED if act.kind.endswith("masked") else pictures.FREE
        duration = next(each.duration for each in self._poses.recordings if each.name == act.recording)
        camera.visit = Visit(act.recording, self._now, at)
        yield from self._for(duration)
        camera.visit = None
        for each in hidden:
            each.end = self._now

    def _fallen(self, act: Act) -> Iterator[None]:
        kind, camera = act.kind, self._cameras[act.camera]
        hidden: tuple[Episode, ...] = ()
        if kind in ("fall-dark", "fall-paused"):
            hidden = (Episode(kind.removeprefix("fall-"), act.camera, self._now),)
            self.truth.episodes += hidden
            if kind == "fall-dark":
                camera.look = "dark"
            else:
                body = {"schema": "care/request/1", "transaction": f"t{self._now:.0f}", "cameras": [act.camera]}
                yield from self._asked("pause", {**body, "for_s": 90.0}, act.camera)
            yield from self._for(10.0)
        fall = Fall(kind, act.camera, self._now)
        self.truth.falls.append(fall)
        visit = self._visited(act, hidden)
        if kind.startswith("fall-broker"):
            yield from self._through(visit, 5.0)
            self._broker.go_away(kind.removeprefix("fall-broker-"))
            yield from self._through(visit, 40.0)
            self._broker.come_back()
        elif kind == "fall-restart":
            yield from self._through(visit, 30.0)
            yield from self._restarted()
        yield from visit
        camera.look = "clear"
        fall.end = self._now
        if kind == "fall-paused":
            yield from self._for(hidden[0].start + 90.0 - self._now)
            hidden[0].end = self._now

    def _through(self, visit: Iterator[None], seconds: float) -> Iterator[None]:
        """Some seconds of a visit."""
        end = self._now + seconds
        while self._now < end:
            next(visit)
            yield

    def _restarted(self) -> Iterator[None]:
        boots = len(self.truth.boots)
        self._ending = True
        while len(self.truth.boots) == boots:
            yield

    def _box(self, kind: str, act: Act) -> Iterator[None]:
        if kind == "heat":
            self._heat(85.0)
            self.truth.told.append(("hot", self._now, self._now + 17.0))
            began = self._now
            yield from self._for(act.seconds)
            self._heat(50.0)
            self.truth.warm.append((began, self._now + 400.0))
        elif kind == "clock-jump":
            self._clock.jump(act.sign * act.seconds)
            self.truth.told.append(("clock_jump", self._now, self._now + 1.5))
        elif kind == "suspend":
            start = self._now
            self._clock.sleep(act.seconds)
            # Cooling down is timed on the clock that stands meanwhile.
            self.truth.warm = [(since, end + act.seconds * (end > start)) for since, end in self.truth.warm]
            self.truth.episodes += [Episode("suspend", camera, start, self._now) for camera in CAMERAS]
            self.truth.told.append(("suspended", self._now, self._now + 1.5))
        elif kind.startswith("broker"):
            self._broker.go_away(kind.removeprefix("broker-"))
            yield from self._for(act.seconds)
            self._broker.come_back()
        elif kind == "wedged":
            yield from self._wedged(act)
        else:
            self._clock.synced = kind != "unsynchronised"
            yield from self._restarted()
            if kind == "unsynchronised":
                self.truth.told.append(("clock_free", self._now, self._now + 2.0))
                yield from self._for(act.seconds)
                self._clock.synced = True
            yield from self._for(script.SETTLE_S)

    def _wedged(self, act: Act) -> Iterator[None]:
        """The camera is silent until the agent gives up and is started again."""
        camera, boots = self._cameras[act.camera], len(self.truth.boots)
        camera.mode = "wedged"
        episode = Episode("wedged", act.camera, self._now)
        self.truth.episodes.append(episode)
        while len(self.truth.boots) == boots:
            yield
        camera.mode = "well"
        episode.end = self._now
        yield from self._for(script.SETTLE_S)

    def _heat(self, celsius: float) -> None:
        zone = self._board / "sys/class/thermal/thermal_zone0"
        zone.mkdir(parents=True, exist_ok=True)
        (zone / "type").write_text("cpu-thermal\n", "ascii")
        (zone / "temp").write_text(f"{round(1000 * celsius)}\n", "ascii")
