"""The day, step by step; each step does its part, checks it, and says in a few words what was so."""

from __future__ import annotations

import itertools
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from firmware_config.facility.layout import Layout
from firmware_config.facility.recommender import CREDENTIALS
from tools.demo.parts import Part, wait_until
from tools.installer_day import cards
from tools.installer_day.box import BIN, Box
from tools.installer_day.broker import BrokerMachine, free_port
from tools.installer_day.laptop import DayError, Laptop, edge_config
from tools.installer_day.member import Member, is_let_in, member

FACILITY = "villa-rosa"
CARE = f"care/v1/{FACILITY}"
STARTED = 3
"""So many of the boxes are started; the others get as far as their cards."""
AGENTS_S, READY_S = 180.0, 30.0


class Day:
    """What the steps hand on to each other: the laptop, the cards, the broker, the boxes."""

    def __init__(self, folder: Path, rooms: int, recordings: Sequence[Path]) -> None:
        """Set nothing up yet.

        Args:
            folder: empty.
            rooms: how many, at least as many as are started.
            recordings: what the started boxes see, one each.
        """
        self.folder, self.rooms = folder, [f"room-{number}" for number in range(1, rooms + 1)]
        self._recordings = dict(zip(self.rooms, recordings, strict=False))
        self._laptop = Laptop(Layout(folder / FACILITY), folder / "bundles")
        self._images = folder / "images"
        self._broker = BrokerMachine(folder / "broker", free_port())
        self._store = folder / "care.sqlite"
        self._recommender: Part | None = None
        self._boxes: dict[str, Box] = {}
        self._agents: list[Part] = []

    def steps(self) -> list[tuple[str, Callable[[], str]]]:
        """In their order."""
        return [
            ("init", self._init),
            ("add", self._add),
            ("broker", self._set_up_broker),
            ("labels", self._labels),
            ("bundle", self._bundle),
            ("write", self._write),
            ("provision", self._provision),
            ("recommender", self._start_recommender),
            ("agents", self._run_agents),
            ("topics", self._keep_apart),
            ("swap", self._swap),
            ("rotate", self._rotate),
            ("revoke", self._revoke),
        ]

    def close(self) -> None:
        """End every process."""
        for part in (*self._agents, self._recommender, self._broker.part):
            if part is not None:
                part.stop()

    def _init(self) -> str:
        where = ("--broker-host", "localhost", "--broker-port", str(self._broker.port))
        told = edge_config("init", self._root, *where, "--language", "it", "--time-zone", "Europe/Rome")
        if "PRIVATE KEY" in told or "authority" not in told:
            raise DayError("the recovery sheet is not what it should be")
        return "the recovery sheet is printed, and no key is on it"

    def _add(self) -> str:
        rows = [
            f"{room};;{'pi4' if number % 3 else 'pi5'};resident;wired;10.0.4.{10 + number}/24"
            for number, room in enumerate(self.rooms)
        ]
        csv = self.folder / "rooms.csv"
        csv.write_text("\n".join(["room;device;profile;subjects;link;ip", *rows]) + "\n", encoding="utf-8-sig")
        edge_config("add", self._root, "--csv", csv)
        self._name_gateway()
        boxes = self._laptop.boxes()
        keys = {(self._laptop.layout.device(box) / "client.key").read_bytes() for box in boxes.values()}
        if list(boxes) != self.rooms or len(keys) != len(self.rooms):
            raise DayError(f"{len(boxes)} boxes and {len(keys)} keys for {len(self.rooms)} rooms")
        return f"{len(boxes)} boxes, {len(keys)} different keys"

    def _name_gateway(self) -> None:
        """What an installer writes into `facility.yaml` by hand."""
        path = self._laptop.layout.facility
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        told["network"] = {"gateway": "10.0.4.1", "ntp": ["10.0.4.1"]}
        path.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")

    def _set_up_broker(self) -> str:
        edge_config("broker", self._root, "--at", self._broker.at)
        self._broker.install(self._laptop.layout.broker)
        return f"Mosquitto with the generated listener, access list and revocation list, port {self._broker.port}"

    def _labels(self) -> str:
        edge_config("labels", self._root)
        count = (self._root / "labels.html").read_text(encoding="utf-8").count('class="label"')
        if count != len(self.rooms):
            raise DayError(f"{count} labels for {len(self.rooms)} rooms")
        return f"{count} QR labels"

    def _bundle(self) -> str:
        edge_config("bundle", self._root, "--out", self._laptop.bundles, "--system", "cloud-init")
        for box in self._laptop.boxes().values():
            edge_config("verify", self._laptop.bundles / box, "--facility", self._root)
        return f"{len(self.rooms)} bundles, each verified against the facility's key"

    def _write(self) -> str:
        self._images.mkdir()
        empty = cards.blank(self.folder / "empty.img")
        for box in self._laptop.boxes().values():
            cards.check(self._card(box, empty))
        return f"{len(self.rooms)} FAT images, each without a fault of fsck.vfat"

    def _card(self, box: str, empty: Path | None = None) -> Path:
        """A card for a box: a fresh one, or that which it has."""
        image = self._images / f"{box}.img"
        if not image.exists():
            shutil.copy(empty or self.folder / "empty.img", image)
        edge_config("write", self._laptop.bundles / box, "--image", image)
        return image

    def _provision(self) -> str:
        for room in self._recordings:
            self._start(room)
        wrong = Box(self.folder / "boxes" / "wrong")
        others = [self._images / f"{self._laptop.boxes()[room]}.img" for room in list(self._recordings)[:2]]
        wrong.start_with(others[0])
        try:
            wrong.start_with(others[1])
        except DayError:
            return f"{len(self._recordings)} boxes took their cards, and one refused the card of another"
        raise DayError("a box took the card of another")

    def _start(self, room: str) -> Box:
        device = self._laptop.boxes()[room]
        box = self._boxes[room] = Box(self.folder / "boxes" / device)
        installed = box.start_with(self._images / f"{device}.img")
        if installed["device"] != device:
            raise DayError(f"{device} was told to be {installed['device']}")
        return box

    def _start_recommender(self) -> str:
        folder = self._laptop.layout.recommender
        (told,) = re.findall(r'^OPTIONS="(.*)"$', (folder / "options").read_text(encoding="utf-8"), re.MULTILINE)
        options = shlex.split(told.replace(CREDENTIALS, f"{folder}/"))
        own = ("--store", str(self._store), "--web-port", "0")
        command = [str(BIN / "facility-recommender"), "serve", *options, *own]
        part = self._recommender = Part("recommender", command, self.folder)
        part.start()
        wait_until(lambda: part.ended() is not None or "ready:" in self._said(), READY_S, 0.05)
        if "ready:" not in self._said():
            raise DayError(f"the recommender is not let in: {part.last_words()}")
        return "let in with its own certificate, by the generated options"

    def _said(self) -> str:
        return (self.folder / "logs" / "recommender.log").read_text(encoding="utf-8")

    def _run_agents(self) -> str:
        counts = self._run(list(self._recordings))
        return f"{', '.join(f'{count} events of {box}' for box, count in counts.items())}: all acknowledged, none twice"

    def _run(self, rooms: list[str]) -> dict[str, int]:
        """Let agents play their recordings until all is acknowledged.

        Returns:
            How many events of each box the recommender has.

        Raises:
            DayError: an agent did not end well, or an event is there twice, or none is there.
        """
        for agent in self._agents:
            agent.stop()
        self._agents = [self._boxes[room].agent(self._recordings[room], self.folder) for room in rooms]
        for agent in self._agents:
            agent.start()
        wait_until(lambda: all(agent.ended() is not None for agent in self._agents), AGENTS_S)
        for agent in self._agents:
            if (code := agent.ended()) != 0:
                how = "still waits for acknowledgements" if code is None else f"ended with {code}"
                raise DayError(f"{agent.name} {how}: {agent.last_words()}")
        command = [str(BIN / "facility-recommender"), "export", "--store", str(self._store)]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        events = [json.loads(line) for line in lines]
        ids = [str(event["event_id"]) for event in events]
        if len(set(ids)) != len(ids):
            raise DayError("the recommender has an event twice")
        counts = {box: sum(one.startswith(f"{box}-") for one in ids) for box in map(self._device, rooms)}
        if not all(counts.values()):
            raise DayError(f"the recommender has nothing of a box: {counts}")
        return counts

    def _device(self, room: str) -> str:
        return self._laptop.boxes()[room]

    def _keep_apart(self) -> str:
        """What is said after the forbidden arrives: by then the forbidden would have, too."""
        tried = 0
        with member(self._broker.port, self._laptop.layout.recommender, f"{CARE}/#") as witness:
            for mine, other in itertools.permutations(self._recordings, 2):
                tried += self._try(witness, self._boxes[mine].papers, self._device(mine), self._device(other))
        return f"{tried} attempts to speak or to hear as another: none succeeded"

    def _try(self, witness: Member, papers: Path, mine: str, other: str) -> int:
        forbidden = [f"{CARE}/{other}/{kind}" for kind in ("state", "incident", "ack", "request/pause")]
        forbidden.append(f"care/v1/other/{mine}/incident")
        answers = [f"{CARE}/{other}/ack", f"{CARE}/{other}/request/day"]
        with member(self._broker.port, papers, "#") as box:
            for topic in forbidden:
                box.say(topic, "forged")
            box.say(f"{CARE}/{mine}/response/day", f"not {other}")
            if not witness.hears(f"{CARE}/{mine}/response/day", f"not {other}"):
                raise DayError(f"{mine} is not heard on its own topic")
            if any(payload == b"forged" for _, payload in witness.heard):
                raise DayError(f"{mine} was heard as {other}")
            for topic in (*answers, f"{CARE}/{mine}/request/day"):
                witness.say(topic, other)
            if not box.hears(f"{CARE}/{mine}/request/day", other):
                raise DayError(f"{mine} does not hear what is said to it")
            if any(not topic.startswith(f"{CARE}/{mine}/") for topic, _ in box.heard):
                raise DayError(f"{mine} heard what was said to {other}")
        return len(forbidden) + len(answers)

    def _swap(self) -> str:
        room = next(iter(self._recordings))
        old, papers = self._device(room), self._boxes[room].papers
        edge_config("swap", self._root, room)
        self._broker.take_revocations(self._laptop.revoked())
        self._bring(room)
        (count,) = self._run([room]).values()
        self._must(papers, let_in=False, what=f"the dead box {old}")
        return f"{self._device(room)} for {old}: {count} events acknowledged; the old certificate is refused"

    def _rotate(self) -> str:
        room = list(self._recordings)[1]
        device, box = self._device(room), self._boxes[room]
        before = shutil.copytree(box.papers, self.folder / "before-rotation")
        edge_config("rotate", self._root, device)
        self._bring(room)
        if (before / "client.key").read_bytes() == (box.papers / "client.key").read_bytes():
            raise DayError(f"{device} still has its old key")
        self._must(box.papers, let_in=True, what="the new certificate")
        self._must(before, let_in=True, what="the old certificate, not yet revoked,")
        edge_config("revoke", self._root, device, "--old")
        self._broker.take_revocations(self._laptop.revoked())
        self._must(before, let_in=False, what="the old certificate")
        self._must(box.papers, let_in=True, what="the new certificate")
        return f"{device} has another key; the old certificate held until it was revoked"

    def _revoke(self) -> str:
        gone, *others = reversed(self._recordings)
        edge_config("revoke", self._root, self._device(gone))
        self._broker.take_revocations(self._laptop.revoked())
        self._must(self._boxes[gone].papers, let_in=False, what=f"{self._device(gone)}, which is revoked,")
        for room in others:
            self._must(self._boxes[room].papers, let_in=True, what=self._device(room))
        return f"{self._device(gone)} is refused, the others are let in"

    def _bring(self, room: str) -> None:
        """A bundle, a card, and the box started with it."""
        device = self._device(room)
        edge_config("bundle", self._root, device, "--out", self._laptop.bundles, "--system", "cloud-init")
        cards.check(self._card(device))
        self._start(room)

    def _must(self, papers: Path, *, let_in: bool, what: str) -> None:
        if is_let_in(self._broker.port, papers) != let_in:
            raise DayError(f"{what} {'is refused' if let_in else 'is let in'}")

    @property
    def _root(self) -> Path:
        return self._laptop.layout.root
