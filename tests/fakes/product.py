"""Broker, recommender and agent as real processes on short recordings, as `./tools/run` starts them."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tests.fakes.broker import free_port, until
from tools.demo.broker import broker_command
from tools.demo.parts import Part

BIN = Path(sys.executable).parent
KEYPOINTS = Path(__file__).parents[1] / "recordings" / "keypoints"


def cut(recording: Path, path: Path, start_s: float, end_s: float) -> Path:
    """A part of a keypoint recording."""
    with np.load(recording) as file:
        arrays = {name: file[name] for name in file.files}
    kept = np.flatnonzero((arrays["t"] >= start_s) & (arrays["t"] < end_s))
    rows = np.isin(arrays["frame"], kept)
    per_pose = {name: arrays[name][rows] for name in ("keypoints", "world", "person") if name in arrays}
    times = {"t": arrays["t"][kept], "frame": arrays["frame"][rows] - kept[0]}
    np.savez(path, **(arrays | per_pose | times))
    return path


def answers(port: int) -> bool:
    """Whether something listens on a port of the loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Product:
    """Three parts below one data folder."""

    def __init__(self, data: Path, recordings: dict[str, Path], **settings: Any) -> None:  # noqa: ANN401
        self.data = data
        self.broker_port, self.page_port = free_port(), free_port()
        self.store = data / "store.sqlite"
        self.outbox = data / "agent" / "outbox.sqlite"
        configuration = {
            "facility": "villa-rosa",
            "device": "room-12",
            "data_dir": str(data / "agent"),
            "broker": {"host": "127.0.0.1", "port": self.broker_port, "consumer": "recommender"},
            "minute_s": 5,
            "cameras": [
                {"id": f"cam-{room}", "room": room, "source": {"recording": str(path), "start_after_s": 2}}
                for room, path in recordings.items()
            ],
        }
        (data / "agent.yaml").write_text(yaml.safe_dump(configuration | settings), encoding="utf-8")
        serve = {"--facility": "villa-rosa", "--store": self.store, "--broker-port": self.broker_port}
        options = [str(word) for pair in (serve | {"--web-port": self.page_port}).items() for word in pair]
        self.broker = Part("broker", broker_command(data, self.broker_port)[1], data)
        self.recommender = Part("recommender", [str(BIN / "facility-recommender"), "serve", *options], data)
        agent = [str(BIN / "edge-agent"), "run", "--config", str(data / "agent.yaml"), "--until-done"]
        self.agent = Part("agent", agent, data)

    def start(self) -> None:
        for part in (self.broker, self.recommender, self.agent):
            part.start()

    def close(self) -> None:
        for part in (self.agent, self.recommender, self.broker):
            part.stop()

    def kill_and_restart(self, part: Part) -> None:
        assert part.process is not None
        os.kill(part.process.pid, signal.SIGKILL)
        part.process.wait(10)
        part.start()

    def finished(self, timeout_s: float) -> int:
        """The agent's exit code once it has ended by itself."""
        until(lambda: self.agent.ended() is not None, "the agent ends", timeout_s)
        code = self.agent.ended()
        assert code is not None
        return code

    def committed(self) -> set[str]:
        """The id of every event ever committed to the outbox."""
        with sqlite3.connect(self.outbox) as db:
            rows = db.execute("SELECT boot_id, lane, last_seq FROM lanes JOIN boots USING (boot)").fetchall()
        return {f"room-12-{boot}-{lane}-{seq}" for boot, lane, last in rows for seq in range(1, last + 1)}

    def exported(self) -> list[dict[str, Any]]:
        """What the recommender has stored."""
        command = [str(BIN / "facility-recommender"), "export", "--store", str(self.store), "--format", "jsonl"]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        return [json.loads(line) for line in lines]
