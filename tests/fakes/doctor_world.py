"""A machine that the doctor can examine: its files, clock, cameras, names and programs are the test's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from textwrap import dedent

import numpy as np

from edge_agent.doctor.reading import read
from edge_agent.doctor.situation import Situation, World
from edge_agent.runtime.board import Board
from edge_agent.runtime.memory import Kept
from edge_agent.sources.live import LiveSource, SourceLostError
from edge_agent.types import Frame, Image
from firmware_config.schema import Camera
from tests.fakes.clocks import HeldClock

CONFIGURATION = """
facility: villa-rosa
device: box-2
profile: usb-pc
data_dir: data
cameras: [{id: bed, room: room-12, source: {v4l2: {device: /dev/video63, width: 640, height: 480, fps: 20}}}]
broker: {host: 127.0.0.1, port: 1, consumer: recommender}
"""
NOWHERE = "/nowhere/vcgencmd"


def no_camera(camera: Camera) -> LiveSource:
    raise AssertionError(f"camera {camera.id} was opened")


def unknown(host: str, port: int) -> Sequence[str]:
    raise OSError(-2, "Name or service not known")


def world(root: Path, **changes: object) -> World:
    """A machine of empty folders on which nothing answers; time passes as usual, its clock is right."""
    clock = HeldClock()
    clock.wall = clock.wall.replace(year=2027)
    nothing = World(clock, Board(root, NOWHERE), Kept(core=True, locked=True), no_camera, unknown, lambda _: None, root)
    return replace(nothing, **changes)  # type: ignore[arg-type]


def situation(folder: Path, text: str = CONFIGURATION, **changes: object) -> Situation:
    """A box with a configuration, on such a machine; `changes` are the machine's."""
    path = folder / "agent.yaml"
    path.write_text(dedent(text), encoding="utf-8")
    return Situation(world(folder / "root", **changes), read(path))


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@dataclass
class RecordingSource:
    """A live camera that plays pictures at a pace, or is lost."""

    clock: HeldClock
    fps: float = 20.0
    size: tuple[int, int] = (640, 480)
    age_s: float = 0.03
    """Of a picture when it is handed over."""
    level: int | None = None
    """Of a picture of one grey; None: a scene with something in it."""
    lost: SourceLostError | None = None
    hangs: bool = False
    opened: int = 0
    closed: int = 0
    _pictures: Iterator[Image] = field(init=False)

    def __post_init__(self) -> None:
        self._pictures = self._played()

    def open(self) -> None:
        self.opened += 1
        if self.lost is not None:
            raise self.lost

    def read(self) -> Frame | None:
        if self.hangs:
            time.sleep(30.0)
        self.clock.go_on(1.0 / self.fps)
        return Frame("bed", self.clock.monotonic() - self.age_s, next(self._pictures))

    def close(self) -> None:
        self.closed += 1

    def _played(self) -> Iterator[Image]:
        """Three pictures over and over: one and the same would be a frozen camera's."""
        draw = np.random.default_rng(3)
        width, height = self.size
        scene = draw.integers(30, 220, (height // 16, width // 16, 3)).repeat(16, axis=0).repeat(16, axis=1)
        noise = [draw.integers(-3, 4, (height, width, 1)) for _ in range(3)]
        grey = None if self.level is None else np.full((height, width, 3), self.level)
        pictures = [(scene + each if grey is None else grey).astype(np.uint8) for each in noise]
        return cycle(pictures)


def source_of(made: LiveSource) -> Callable[[Camera], LiveSource]:
    return lambda camera: made
