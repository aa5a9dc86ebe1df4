"""The camera process with a fake picamera2: pictures whole and new, and every way to lose it noticed and cleaned up."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil
import pytest

from edge_agent.sources import picamera, picamera_child
from edge_agent.sources.live import READ_S, LiveSource, SourceLostError
from edge_agent.sources.picamera import PicameraLimits, PicameraSettings, PicameraSource
from edge_agent.sources.picamera_child import RECORD
from edge_agent.sources.picamera_process import CameraProcess, _sealed_memory
from edge_agent.types import Frame
from tests.fakes.broker import until

FAKE = Path(__file__).parents[1] / "fakes" / "picamera2"
HERE = Path(sys.executable)
PATIENT = PicameraLimits(stall_s=10.0, grace_s=0.3, kill_s=5.0)
SOON = PicameraLimits(stall_s=0.6, grace_s=0.3, kill_s=5.0)
SMALL = {"width": 64, "height": 48}
RESTARTS = 8


def environment(behaviour: str) -> dict[str, str]:
    return {"PYTHONPATH": str(FAKE), "FAKE_CAMERA": behaviour}


def source(
    behaviour: str, limits: PicameraLimits = PATIENT, *, python: Path = HERE, **settings: float
) -> PicameraSource:
    wanted = PicameraSettings(python=python, **{"fps": 100.0, **SMALL, **settings})  # type: ignore[arg-type]
    return PicameraSource("cam", wanted, limits, environment(behaviour))


@contextmanager
def opened(source: PicameraSource) -> Iterator[PicameraSource]:
    source.open()
    try:
        yield source
    finally:
        source.close()


def pictures(source: LiveSource, count: int) -> list[Frame]:
    """The next pictures; a read may also give none."""
    frames: list[Frame] = []
    end = time.monotonic() + 20
    while len(frames) < count:
        assert time.monotonic() < end, f"only {len(frames)} of {count} pictures"
        frame = source.read()
        frames += [] if frame is None else [frame]
    return frames


def lost(source: LiveSource) -> tuple[SourceLostError, int]:
    """How the source is lost, and how many pictures came before."""
    count = 0
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            count += source.read() is not None
        except SourceLostError as loss:
            return loss, count
    raise AssertionError("it was not lost")


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def pid_of(source: PicameraSource) -> int:
    assert source.pid is not None
    return source.pid


# --- pictures -----------------------------------------------------------------------------------------------------


def test_pictures_come_in_order_at_the_sensors_time() -> None:
    before = time.monotonic()
    with opened(source("")) as camera:
        frames = pictures(camera, 10)
    assert all(frame.camera == "cam" and frame.image.shape == (48, 64, 3) for frame in frames)
    assert all(earlier.t < later.t for earlier, later in pairwise(frames))
    assert before < frames[0].t
    assert frames[-1].t <= time.monotonic()


@pytest.mark.parametrize("behaviour", ["boottime", "unstamped"])
def test_the_sensors_clock_may_be_another_or_none(behaviour: str) -> None:
    with opened(source(behaviour)) as camera:
        frames = pictures(camera, 5)
    assert all(earlier.t < later.t for earlier, later in pairwise(frames))
    assert 0 <= time.monotonic() - frames[-1].t < 20


def test_no_picture_is_torn_or_comes_twice_at_any_pace_of_reading() -> None:
    seen: list[int] = []
    with opened(source("", width=640, height=480, fps=1000.0)) as camera:
        for number in range(120):
            (frame,) = pictures(camera, 1)
            values = np.unique(frame.image)
            assert len(values) == 1, f"torn: {values}"
            seen.append(int(values[0]))
            time.sleep((0.0, 0.0, 0.001, 0.01)[number % 4])
    assert all(earlier != later for earlier, later in pairwise(seen))
    assert len(set(seen)) > 60


def test_a_picture_handed_over_stays_as_it_is() -> None:
    with opened(source("")) as camera:
        (first,) = pictures(camera, 1)
        value = int(first.image[0, 0, 0])
        pictures(camera, 10)
        assert first.image.flags.writeable
    assert (first.image == value).all()


def test_after_a_late_reader_the_next_picture_is_a_new_one() -> None:
    with opened(source("")) as camera:
        pictures(camera, 1)
        time.sleep(0.5)  # the child has filled every slot long ago
        called = time.monotonic()
        (late,) = pictures(camera, 1)
    assert called - 0.1 < late.t


@pytest.mark.parametrize(("rotate_deg", "corner"), [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))])
def test_the_picture_is_turned_clockwise(rotate_deg: int, corner: tuple[int, int]) -> None:
    with opened(source("ramp", rotate_deg=rotate_deg)) as camera:
        (frame,) = pictures(camera, 1)
    assert frame.image.shape == ((48, 64, 3) if rotate_deg in {0, 180} else (64, 48, 3))
    assert frame.image[corner].tolist() == [0, 0, 255]


def test_longer_rows_and_a_smaller_picture_are_understood() -> None:
    with opened(source("padded smaller=2")) as camera:
        frames = pictures(camera, 3)
    assert all(frame.image.shape == (48, 62, 3) and len(np.unique(frame.image)) == 1 for frame in frames)


def test_a_slow_camera_is_no_stalled_one() -> None:
    with opened(source("fps=0.8", PicameraLimits(stall_s=5.0))) as camera:
        assert camera.read() is None
        assert len(pictures(camera, 2)) == 2


def test_a_child_that_talks_without_end_does_not_stop() -> None:
    with opened(source("chatty")) as camera:
        assert len(pictures(camera, 30)) == 30


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_the_child_runs_under_other_pythons(version: str) -> None:
    installed = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    python = installed[-1] if installed else shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode != 0:
        pytest.skip(f"no Python {version} that runs here")  # pyenv's stand-ins are found, too
    with opened(source("", python=Path(python))) as camera:
        assert len(pictures(camera, 5)) == 5


# --- losses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "reason", "said"),
    [
        ("no-module", "camera_refused", "sudo apt install python3-picamera2; it said last: ImportError: No module"),
        ("other-numpy", "camera_refused", "ValueError: numpy.dtype size changed"),
        ("cameras=0", "camera_missing", "no camera 0"),
        ("busy", "camera_refused", "Device or resource busy"),
        ("raise=0", "camera_refused", "exit code 1; it said last: RuntimeError: Camera frontend has timed out!"),
        ("crash=0", "camera_refused", "killed by SIGSEGV"),
        ("flat", "camera_refused", "unexpected picture"),
        ("larger=2", "camera_refused", "larger than asked for"),
        ("rubbish=0", "no_pictures", "rubbish"),
        ("half=0", "no_pictures", "rubbish"),
    ],
)
def test_a_camera_that_never_gave_a_picture(behaviour: str, reason: str, said: str) -> None:
    with opened(source(behaviour)) as camera:
        loss, count = lost(camera)
        assert camera.pid is None
    assert (loss.reason, count) == (reason, 0)
    assert said in loss.detail
    assert "\n" not in loss.detail


@pytest.mark.parametrize(
    ("behaviour", "reason", "said"),
    [
        ("hang=3", "camera_stalled", "no new picture for 0.6 s; it said last: ERROR RPI Camera frontend has timed"),
        ("stale=3", "camera_stalled", "no new picture for 0.6 s"),
        ("stale=3 late=60", "camera_stalled", "no new picture for 0.6 s"),
        ("grip=3", "camera_stalled", "no new picture for 0.6 s"),
        ("deaf hang=3", "camera_stalled", "no new picture for 0.6 s"),
        ("hang-close hang=3", "camera_stalled", "no new picture for 0.6 s"),
        ("exit=3 code=7", "reconnecting", "exit code 7"),
        ("exit=3 code=0", "reconnecting", "exit code 0"),
        ("crash=3", "reconnecting", "killed by SIGSEGV"),
        ("raise=3", "reconnecting", "RuntimeError: Camera frontend has timed out!"),
        ("rubbish=3", "no_pictures", "rubbish"),
    ],
)
def test_a_camera_that_breaks_off_is_ended_and_can_be_opened_again(behaviour: str, reason: str, said: str) -> None:
    with opened(source(behaviour, SOON if reason == "camera_stalled" else PATIENT)) as camera:
        first = pid_of(camera)
        loss, count = lost(camera)
        assert (loss.reason, count > 0) == (reason, True)
        assert said in loss.detail
        assert not psutil.pid_exists(first)
        camera.open()
        assert pid_of(camera) != first
        pictures(camera, 1)


def test_a_start_that_hangs_has_a_limit_of_its_own() -> None:
    limits = PicameraLimits(start_s=1.2, stall_s=0.1, grace_s=0.2)
    with opened(source("hang-start", limits)) as camera:
        assert camera.read() is None
        loss, _ = lost(camera)
    assert (loss.reason, "1.2 s" in loss.detail) == ("camera_stalled", True)


def test_a_read_waits_no_longer_than_it_may() -> None:
    with opened(source("hang-start")) as camera:
        began = time.monotonic()
        assert camera.read() is None
        assert time.monotonic() - began > 0.9 * READ_S


@pytest.mark.parametrize("python", [Path("/nowhere/python3"), Path("/etc/passwd")])
def test_an_interpreter_that_cannot_be_run(python: Path) -> None:
    camera = source("", python=python)
    open_before = descriptors()
    with pytest.raises(SourceLostError, match=f"camera_refused: {python} cannot be run"):
        camera.open()
    assert descriptors() == open_before


def test_a_source_that_is_not_open_says_so() -> None:
    camera = source("")
    with pytest.raises(SourceLostError, match="not open"):
        camera.read()
    camera.close()
    camera.open()
    camera.close()
    camera.close()
    with pytest.raises(SourceLostError, match="not open"):
        camera.read()


class Wedged(CameraProcess):
    """Waits in the kernel for a driver that never answers."""

    let_go = False

    def end(self, grace_s: float, kill_s: float) -> int | None:
        super().end(grace_s, kill_s)
        return None

    @property
    def gone(self) -> bool:
        return self.let_go


def test_while_a_child_cannot_be_killed_no_other_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picamera, "CameraProcess", Wedged)
    camera = source("exit=1")
    camera.open()
    assert "cannot be killed" in lost(camera)[0].detail
    with pytest.raises(SourceLostError, match="reboot"):
        camera.open()
    assert camera.pid is None
    monkeypatch.setattr(Wedged, "let_go", True)
    with opened(camera):
        pictures(camera, 1)


# --- nothing stays behind -----------------------------------------------------------------------------------------


def test_closing_ends_the_child_and_what_it_started() -> None:
    with opened(source("helper")) as camera:
        pictures(camera, 1)
        family = [psutil.Process(pid_of(camera)), *psutil.Process(pid_of(camera)).children(recursive=True)]
        assert len(family) == 2
    until(lambda: not any(process.is_running() and process.status() != "zombie" for process in family), "they end")
    assert not psutil.pid_exists(family[0].pid)


@pytest.mark.parametrize("behaviour", ["", "deaf hang=1", "grip=1", "hang-start"])
def test_the_child_goes_when_the_agent_is_killed(behaviour: str) -> None:
    agent = (
        "import sys, time; from pathlib import Path; from edge_agent.sources.picamera import *;"
        f"camera = PicameraSource('cam', PicameraSettings(python=Path({sys.executable!r})),"
        f" environment={environment(behaviour)!r});"
        "camera.open(); print(camera.pid, flush=True); camera.read(); print(flush=True); time.sleep(1000)"
    )
    with subprocess.Popen([sys.executable, "-c", agent], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = psutil.Process(int(process.stdout.readline()))
        process.stdout.readline()
        assert child.is_running()
        process.kill()
    until(lambda: not child.is_running() or child.status() == "zombie", "the child ends")


def test_the_child_goes_when_its_pipe_is_closed() -> None:
    with alone("hang=1") as child:
        child.first_record()
        child.stop_giving_back()
        assert child.process.wait(10) == 0


def test_the_child_closes_the_camera_when_it_is_told_to_end() -> None:
    with alone("tell-close") as child:
        child.first_record()
        child.process.terminate()
        _, said = child.process.communicate(timeout=10)
    assert (child.process.returncode, said) == (0, b"closed\n")


def test_the_child_is_shielded_and_knows_nothing_of_ours() -> None:
    with opened(source("confess=1")) as camera:
        loss, _ = lost(camera)
    names = "FAKE_CAMERA,LANG,LIBCAMERA_LOG_LEVELS,PATH,PYTHONPATH"
    assert "dumpable=0 core=(0, 0)" in loss.detail
    assert f"names={names} ours=[]" in loss.detail
    assert f"locked={picamera_child._may_lock()}" in loss.detail


def test_the_memory_of_the_pictures_can_be_neither_found_nor_changed_in_size() -> None:
    with opened(source("")) as camera:
        pictures(camera, 1)
        shared = [line for line in Path(f"/proc/{pid_of(camera)}/maps").read_text().splitlines() if "memfd" in line]
        assert len(shared) == 1
        assert shared[0].endswith("/memfd:pictures (deleted)")
    memory = _sealed_memory(4096)
    try:
        for size in (0, 8192):
            with pytest.raises(PermissionError):
                os.truncate(memory, size)
    finally:
        os.close(memory)


def test_nothing_grows_over_many_children() -> None:
    """Every other one has to be killed."""
    behaviours = ("", "deaf hang=2", "exit=2", "chatty")
    limits = PicameraLimits(stall_s=10.0, grace_s=0.1)
    held: list[tuple[int, int, int]] = []
    for number in range(RESTARTS):
        with opened(source(behaviours[number % len(behaviours)], limits)) as camera:
            pictures(camera, 1)
        gc.collect()
        maps = Path("/proc/self/maps").read_text().count("memfd:pictures")
        held.append((descriptors(), maps, len(psutil.Process().children())))
    assert set(held) == {held[0]}


class Alone:
    """The script without its agent."""

    def __init__(self, behaviour: str) -> None:
        memory = os.memfd_create("test")
        os.truncate(memory, 3 * 3 * 64 * 48)
        self._records, records = os.pipe()
        given_back, self._given_back = os.pipe()
        ends = {"memory": memory, "records": records, "given-back": given_back}
        order = {"parent": os.getpid(), **ends, "camera": 0, "width": 64, "height": 48, "fps": 100}
        self.process = subprocess.Popen(
            [sys.executable, picamera_child.__file__, *(f"--{name}={value}" for name, value in order.items())],
            stderr=subprocess.PIPE,
            pass_fds=tuple(ends.values()),
            env=environment(behaviour),
        )
        for end in ends.values():
            os.close(end)

    def first_record(self) -> None:
        assert len(os.read(self._records, RECORD.size)) == RECORD.size

    def stop_giving_back(self) -> None:
        os.close(self._given_back)
        self._given_back = os.dup(self._records)

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()
        os.close(self._records)
        os.close(self._given_back)


@contextmanager
def alone(behaviour: str) -> Iterator[Alone]:
    child = Alone(behaviour)
    try:
        yield child
    finally:
        child.end()
