"""The capture thread: thinning, what it says, when it tries again, and when it gives up. Time is held."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from edge_agent.errors import CameraWedgedError, Exit
from edge_agent.runtime.capture import LIMITS, Capture
from edge_agent.runtime.clock import SystemClock
from edge_agent.runtime.latest import LatestSlots
from edge_agent.sources.live import READ_S, Loss, SourceLostError
from edge_agent.sources.v4l2 import V4l2Settings, v4l2_source
from edge_agent.types import Frame
from tests.fakes.broker import until
from tests.fakes.clocks import HeldClock
from tests.fakes.video_device import FakeDriver

PICTURE = np.zeros((2, 2, 3), dtype=np.uint8)
DELAY_S = 0.05
"""From the sensor to us."""


class Stop(threading.Event):
    """Waiting takes no time but the clock's."""

    def __init__(self, clock: HeldClock) -> None:
        super().__init__()
        self._clock = clock
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        self._clock.go_on(timeout or 0.0)
        return self.is_set()


@dataclass
class Camera:
    """A live source that behaves as `mood` says at each moment; its pictures are taken at even times."""

    clock: HeldClock
    mood: Callable[[], Loss | str] = lambda: "well"
    fps: float = 25.0
    is_open: bool = False
    openings: list[float] = field(default_factory=list)
    given: int = 0

    def open(self) -> None:
        assert not self.is_open
        self.openings.append(self.clock.now)
        if self.mood() == "camera_missing":
            raise SourceLostError("camera_missing", "no such device")
        self.is_open = True

    def read(self) -> Frame | None:
        assert self.is_open
        mood = self.mood()
        if mood == "silent":
            self.clock.go_on(READ_S)
            return None
        taken = (math.floor((self.clock.now - DELAY_S) * self.fps + 1e-6) + 1) / self.fps
        self.clock.go_on(taken + DELAY_S - self.clock.now)
        if mood == "well":
            self.given += 1
            return Frame("cam", taken, PICTURE)
        if mood == "stale":
            return Frame("cam", 50.0, PICTURE)
        raise SourceLostError(mood, "gone")  # type: ignore[arg-type]

    def close(self) -> None:
        self.is_open = False


class Bench:
    """One capture, run in held time until `until` seconds."""

    def __init__(self, mood: Callable[[float], Loss | str] = lambda t: "well") -> None:
        self.clock = HeldClock(100.0)
        self.camera = Camera(self.clock, lambda: self._moment(mood))
        self.said: list[tuple[float, str | None]] = []
        self.beats: list[float] = []
        self.slots = LatestSlots(("cam",))
        self.put: list[float] = []
        self.stop = Stop(self.clock)
        self.end = 0.0
        self.fps = 10.0
        self.paused: Callable[[], bool] = lambda: False

    def _moment(self, mood: Callable[[float], Loss | str]) -> Loss | str:
        if self.clock.now - 100.0 >= self.end:
            self.stop.set()
        return mood(self.clock.now - 100.0)

    def run(self, seconds: float) -> Bench:
        self.end = seconds
        capture = Capture("cam", self.camera, lambda: self.fps, self._paused, self._beat, self._say)
        capture.run(self.slots, self.clock, self.stop)
        self._take()
        assert not self.camera.is_open
        return self

    def _paused(self) -> bool:
        self._moment(lambda t: "")
        return self.paused()

    def _beat(self) -> None:
        self.beats.append(self.clock.now)
        self._take()

    def _take(self) -> None:
        item = self.slots.take(0.0)
        if isinstance(item, Frame):
            self.put.append(item.t)

    def _say(self, reason: str | None) -> None:
        self.said.append((round(self.clock.now - 100.0, 3), reason))

    @property
    def reasons(self) -> list[str | None]:
        return [reason for _, reason in self.said]


def test_pictures_are_thinned_to_the_rate_of_analysis_by_their_own_time() -> None:
    bench = Bench().run(10.0)
    assert bench.reasons == ["starting", None]
    steps = np.diff(bench.put)
    assert 95 <= len(bench.put) <= 101
    assert steps.min() >= 0.08 - 1e-6
    assert steps.max() <= 0.12 + 1e-6


def test_what_is_not_wanted_is_not_asked_for() -> None:
    bench = Bench()
    bench.fps = 4.0
    assert bench.run(20.0).camera.given < 200 < 20 * bench.camera.fps
    assert 78 <= len(bench.put) <= 81


def test_the_rate_may_change_while_it_runs() -> None:
    bench = Bench()
    camera_read = bench.camera.read

    def read() -> Frame | None:
        bench.fps = 10.0 if bench.clock.now < 110.0 else 2.0
        return camera_read()

    bench.camera.read = read  # type: ignore[method-assign]
    bench.run(20.0)
    late = [t for t in bench.put if t > 111.0]
    assert 17 <= len(late) <= 19
    assert 95 <= len(bench.put) - len(late) <= 105


def test_a_camera_that_breaks_off_is_tried_again_after_pauses_that_grow() -> None:
    bench = Bench(lambda t: "unreachable" if 5.0 <= t < 200.0 else "well").run(240.0)
    assert bench.reasons == ["starting", None, "unreachable", None]
    pauses = np.diff([t for t in bench.camera.openings if t > 105.0])
    assert 0.5 <= pauses[0] <= 2.5
    assert 15.0 <= pauses[-1] <= LIMITS.backoff_most_s + 0.1
    assert all(pause <= LIMITS.backoff_most_s + 0.1 for pause in pauses)


def test_after_a_steady_while_the_pauses_start_short_again() -> None:
    bench = Bench(lambda t: "unreachable" if 5.0 <= t < 100.0 or 200.0 <= t < 201.0 else "well").run(210.0)
    again = [t for t in bench.camera.openings if t > 300.0]
    assert again[0] - 300.0 < 1.3


def test_a_camera_plugged_in_again_is_opened_within_two_seconds() -> None:
    bench = Bench(lambda t: "camera_missing" if 5.0 <= t < 500.0 else "well").run(510.0)
    assert bench.reasons == ["starting", None, "camera_missing", None]
    assert bench.said[-1][0] <= 502.0


@pytest.mark.parametrize("mood", ["silent", "stale"])
def test_no_new_picture_is_said_then_the_camera_is_opened_again(mood: str) -> None:
    bench = Bench(lambda t: mood if 5.0 <= t < 20.0 else "well").run(60.0)
    assert bench.reasons == ["starting", None, "no_pictures", "camera_stalled", None]
    said = {reason: t for t, reason in bench.said}
    assert 8.0 <= said["no_pictures"] <= 9.1
    assert 15.0 <= said["camera_stalled"] <= 16.1
    assert len(bench.camera.openings) >= 2


def test_a_camera_may_take_its_time_until_the_first_picture() -> None:
    bench = Bench(lambda t: "silent" if t < 20.0 else "well").run(25.0)
    assert bench.reasons == ["starting", None]
    assert len(bench.camera.openings) == 1


def test_a_camera_that_never_comes_back_is_wedged() -> None:
    bench = Bench(lambda t: "silent" if t >= 5.0 else "well")
    with pytest.raises(CameraWedgedError, match="stalled 5 times") as wedged:
        bench.run(3600.0)
    assert wedged.value.exit_code == Exit.WEDGED
    assert len(bench.camera.openings) == LIMITS.stalls
    assert bench.clock.now - 100.0 < 300.0
    assert not bench.camera.is_open


def test_stalls_between_which_pictures_flowed_are_no_wedge() -> None:
    bench = Bench(lambda t: "well" if t % 60.0 < 30.0 else "silent").run(1800.0)
    assert bench.reasons.count("camera_stalled") > 20


def test_a_camera_that_is_missing_or_unreachable_is_never_wedged() -> None:
    bench = Bench(lambda t: "unreachable").run(7200.0)
    assert bench.reasons == ["starting", "unreachable"]


def test_while_paused_the_camera_is_closed() -> None:
    bench = Bench()
    open_while_paused = []

    def paused() -> bool:
        now = 5.0 <= bench.clock.now - 100.0 < 65.0
        if now and bench.clock.now - 100.0 > 6.0:
            open_while_paused.append(bench.camera.is_open)
        return now

    bench.paused = paused
    bench.run(70.0)
    assert bench.reasons == ["starting", None, "paused", "starting", None]
    assert open_while_paused
    assert not any(open_while_paused)
    assert bench.said[3][0] <= 65.0 + LIMITS.look_s
    assert not [t for t in bench.put if 105.2 < t < 164.9]


def test_a_pause_is_noticed_between_two_attempts() -> None:
    bench = Bench(lambda t: "unreachable")
    bench.paused = lambda: bench.clock.now >= 150.0
    bench.run(200.0)
    assert bench.reasons == ["starting", "unreachable", "paused", "starting"]
    assert bench.said[2][0] <= 50.0 + LIMITS.look_s


def test_it_beats_all_along_but_never_from_within_a_call() -> None:
    def mood(t: float) -> Loss | str:
        return "well" if t % 100.0 < 50.0 else "unreachable"

    bench = Bench(mood).run(1000.0)
    assert np.diff(bench.beats).max() <= READ_S + LIMITS.look_s


def test_a_hanging_call_beats_not() -> None:
    hanging = threading.Event()
    beats: list[float] = []

    class Hung(Camera):
        def read(self) -> Frame | None:
            hanging.wait()
            return None

    stop = threading.Event()
    capture = Capture("cam", Hung(HeldClock()), lambda: 5.0, lambda: False, lambda: beats.append(1.0), lambda r: None)
    thread = threading.Thread(target=capture.run, args=(LatestSlots(("cam",)), SystemClock(), stop))
    thread.start()
    until(lambda: beats, "it was opened")
    before = len(beats)
    time.sleep(0.3)
    assert len(beats) == before == 1
    stop.set()
    hanging.set()
    thread.join(10.0)
    assert not thread.is_alive()


def test_a_usb_camera_unplugged_and_plugged_in_again(tmp_path: Path) -> None:
    driver = FakeDriver(tmp_path / "video0", time.monotonic)
    driver.plug_in()
    source = v4l2_source("cam", V4l2Settings(driver.path), opener=driver.opener)
    said: list[str | None] = []
    stop, slots = threading.Event(), LatestSlots(("cam",))
    capture = Capture("cam", source, lambda: 20.0, lambda: False, lambda: None, said.append)
    thread = threading.Thread(target=capture.run, args=(slots, SystemClock(), stop))
    thread.start()
    try:
        until(lambda: slots.take(0.1), "pictures flow")
        driver.unplug()
        until(lambda: said[-1] == "camera_missing", "it is missed")
        until(lambda: slots.take(0.1) is None, "nothing comes")
        driver.plug_in()
        until(lambda: slots.take(0.1), "pictures flow again")
    finally:
        stop.set()
        thread.join(10.0)
    assert said == ["starting", None, "camera_missing", None]
    assert not driver.held
