"""The real agent in a process of its own, one of whose threads can be told to raise or to hang.

`python -m tests.fakes.haunted_agent CONFIG CURSE`. The clock is the one thing that every thread asks: a file CURSE that
holds `pipeline hang` stops the thread named so in the middle of its next question, in C, where nothing can reach it.
The curse is used up by that; an agent started anew is well. Its camera shows a fall, from `SCENE` of the environment on
(monotonic seconds of the machine, so that a second start does not begin the scene again).
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from edge_agent import app
from edge_agent.cameras import live_source
from edge_agent.errors import UserError
from edge_agent.runtime.clock import SystemClock
from edge_agent.runtime.watchdog import StallLimits
from edge_agent.sources.live import LiveSource
from edge_agent.sources.picamera import PicameraLimits, PicameraSettings, PicameraSource
from edge_agent.types import Frame
from firmware_config.schema import Camera
from tools.month import pictures
from tools.month.people import FALLS, CodedPoses, Recorded, code_of, recorded

LIMITS = StallLimits(capture_s=3.5, pipeline_s=3.5, publisher_s=3.5, network_s=3.5, end_after_s=1.5)
CHILD = PicameraLimits(start_s=8.0, stall_s=2.0, grace_s=0.5, kill_s=2.0)
FALL = FALLS[0]
BEGINS_S = 7.0
"""Where in the recording the scene begins: two seconds before the fall."""
LIES_S = 40.0
"""Where it stands still: the person lies on the floor and nobody comes."""
FPS = 6.0
FAKE_PICAMERA2 = Path(__file__).parent / "picamera2"


class HauntedClock(SystemClock):
    """This machine's, until a curse falls on the thread that asks."""

    def __init__(self, curse: Path) -> None:
        self._curse = curse

    def monotonic(self) -> float:
        self._heed()
        return super().monotonic()

    def _heed(self) -> None:
        try:
            victim, how = self._curse.read_text("ascii").split()
        except (OSError, ValueError):
            return
        if threading.current_thread().name == victim:
            self._curse.unlink()
            if how == "hang":
                ctypes.CDLL(None).sleep(600)
            raise RuntimeError(f"cursed: {victim}")


@dataclass
class FallingCamera:
    """Shows the scene in real time."""

    camera: str
    begins: float
    recordings: tuple[Recorded, ...]
    _takes: tuple[object, ...] = field(init=False)
    _last: float = 0.0

    def open(self) -> None:
        self._takes = pictures.takes(pictures.room(1), 1)

    def read(self) -> Frame | None:
        due = max(time.monotonic(), self._last + 1.0 / FPS)
        time.sleep(max(0.0, due - time.monotonic()))
        self._last = due
        bare = self._takes[round(due * FPS) % len(self._takes)]
        code = code_of(self.recordings, FALL, min(LIES_S, max(0.0, BEGINS_S + due - self.begins)))
        return Frame(self.camera, due, pictures.with_code(bare, code, pictures.FREE))  # type: ignore[arg-type]

    def close(self) -> None:
        """Nothing is held."""


def main(configuration: str, curse: str) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    poses = CodedPoses((recorded(FALL),))

    def camera(configured: Camera) -> LiveSource:
        ribbon = configured.source.picamera2
        if ribbon is None:
            live_source(configured)  # it could be had; the device's node is no camera
            return FallingCamera(configured.id, float(os.environ["SCENE"]), poses.recordings)
        settings = PicameraSettings(
            width=pictures.SIZE[0], height=pictures.SIZE[1], fps=10.0, python=Path(sys.executable)
        )
        named = {"PYTHONPATH": str(FAKE_PICAMERA2), "FAKE_CAMERA": os.environ.get("FAKE_CAMERA", "")}
        return PicameraSource(configured.id, settings, CHILD, named)

    surroundings = replace(
        app.this_machine(),
        clock=HauntedClock(Path(curse)),
        limits=LIMITS,
        camera=camera,
        estimator=lambda _: poses,
    )
    try:
        return app.run(Path(configuration), until_done=False, surroundings=surroundings)
    except UserError as fault:
        logging.getLogger(__name__).error("%s", fault)  # noqa: TRY400
        return int(fault.exit_code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
