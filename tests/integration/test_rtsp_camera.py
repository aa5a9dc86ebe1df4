"""Network cameras against a real RTSP server that streams our recordings."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from edge_agent.runtime.capture import LIMITS, Capture
from edge_agent.runtime.clock import SystemClock
from edge_agent.runtime.latest import LatestSlots
from edge_agent.sources.live import SourceLostError
from edge_agent.sources.rtsp import CAPTURE_OPTIONS, LOG_LEVEL, RtspSettings, rtsp_source
from edge_agent.types import Frame, Image
from tests.fakes.broker import free_port, until
from tests.fakes.rtsp import BLOCK, FPS, SIZE, RtspServer, listener, needs_rtsp, number_of, numbered_pictures, running

pytestmark = [pytest.mark.rtsp, needs_rtsp]

RENDERED = Path("tests/recordings/rendered")
SECRET = "gr:ün@s/ecret?%41"  # noqa: S105 - of the test's own server
"""With all that has a meaning in a URL."""


@pytest.fixture(autouse=True)
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """What FFmpeg is told for a whole process is told for one test alone, also to the processes it starts."""
    for name in (CAPTURE_OPTIONS, LOG_LEVEL):
        monkeypatch.setenv(name, "")  # so that it is put back
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def pictures() -> list[Image]:
    return numbered_pictures(RENDERED / "walk.webm")


@pytest.fixture(scope="module")
def server(pictures: list[Image], tmp_path_factory: pytest.TempPathFactory) -> Iterator[RtspServer]:
    with running(pictures, tmp_path_factory.mktemp("rtsp")) as server:
        yield server


@contextmanager
def captured(settings: RtspSettings, fps: float = 10.0) -> Iterator[tuple[LatestSlots, list[str | None]]]:
    """A capture thread on a camera; what it says comes with the slots. Ended, it must end."""
    slots, said, stop = LatestSlots(("cam",)), list[str | None](), threading.Event()
    limits = replace(LIMITS, backoff_first_s=0.2, backoff_most_s=0.5)
    source = rtsp_source("cam", settings)
    capture = Capture("cam", source, lambda: fps, lambda: False, lambda: None, said.append, limits)
    thread = threading.Thread(target=capture.run, args=(slots, SystemClock(), stop))
    thread.start()
    try:
        yield slots, said
    finally:
        stop.set()
        thread.join(3.0)
        assert not thread.is_alive()


def frame_of(slots: LatestSlots) -> Frame:
    found: list[Frame] = []

    def taken() -> bool:
        item = slots.take(0.1)
        if isinstance(item, Frame):
            found.append(item)
        return bool(found)

    until(taken, "a picture comes")
    return found[0]


def loss_of(settings: RtspSettings) -> SourceLostError:
    source = rtsp_source("cam", settings)
    lost: list[SourceLostError] = []

    def reads() -> bool:
        try:
            assert source.read() is None
        except SourceLostError as fault:
            lost.append(fault)
        return bool(lost)

    source.open()
    try:
        until(reads, "it says why there is nothing")
    finally:
        source.close()
    return lost[0]


def difference(one: Image, other: Image) -> float:
    """Mean, 0-255, below the number."""
    return float(np.abs(one[BLOCK:].astype(np.int16) - other[BLOCK:]).mean())


def delays(frames: list[tuple[float, Frame]], loop: int) -> list[float]:
    """How much later than the quickest each picture was handed over, by the number it carries, seconds."""
    laps, before, late = 0, 0, []
    for now, frame in frames:
        number = number_of(frame.image)
        laps += number < before
        before = number
        late.append(now - (laps * loop + number) / FPS)
    return [each - min(late) for each in late]


def test_it_shows_the_recording_at_the_times_of_the_stream(server: RtspServer, pictures: list[Image]) -> None:
    source = rtsp_source("cam", RtspSettings(server.url))
    source.open()
    try:
        until(source.read, "it plays")
        frames = [frame for frame in (source.read() for _ in range(40)) if frame is not None]
        now = time.monotonic()
    finally:
        source.close()
    assert len(frames) >= 38
    for frame in frames:
        assert frame.image.shape == (SIZE[1], SIZE[0], 3)
        assert difference(frame.image, pictures[number_of(frame.image)]) < 6.0
    assert difference(frames[0].image, 255 - pictures[0]) > 30.0  # the measure can tell pictures apart
    for one, other in pairwise(frames):
        steps = (number_of(other.image) - number_of(one.image)) % len(pictures)
        assert other.t - one.t == pytest.approx(steps / FPS, abs=0.006)
    assert frames[-1].t <= now


def test_a_slow_taker_gets_pictures_of_now(server: RtspServer, pictures: list[Image]) -> None:
    taken: list[tuple[float, Frame]] = []
    with captured(RtspSettings(server.url), fps=30.0) as (slots, _):
        for _ in range(10):
            frame = frame_of(slots)
            taken.append((time.monotonic(), frame))
            time.sleep(0.25)  # the analysis of a slow box
    late = delays(taken, len(pictures))
    assert taken[-1][1].t - taken[0][1].t > 2.0
    assert np.median(late[-3:]) < np.median(late[:3]) + 0.3  # 25 pictures came a second, and 4 went: none waited


def test_a_server_that_dies_is_left_and_found_again(pictures: list[Image], tmp_path: Path) -> None:
    with running(pictures, tmp_path) as server, captured(RtspSettings(server.url)) as (slots, said):
        before = frame_of(slots)
        server.kill()
        until(lambda: said[-1] == "unreachable", "it is missed")
        assert said[:3] == ["starting", None, "reconnecting"]
        slots.take(0.0)
        server.start()
        assert frame_of(slots).t > before.t
        assert said[-1] is None


def test_a_server_that_hangs_is_left_within_the_limit(pictures: list[Image], tmp_path: Path) -> None:
    with running(pictures, tmp_path) as server:
        settings = RtspSettings(server.url, open_s=1.5, silent_s=1.0)
        with captured(settings) as (slots, said):
            frame_of(slots)
            server.hang()
            until(lambda: "reconnecting" in said, "the hang is noticed")
            server.go_on()
            until(lambda: said[-1] is None, "pictures flow again")
            frame_of(slots)


def password_file(folder: Path, password: str) -> Path:
    file = folder / "password"
    file.write_text(password + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("method", ["basic", "digest"])
def test_with_the_right_password_it_plays_and_with_none_or_a_wrong_one_it_is_refused(
    method: str, pictures: list[Image], tmp_path: Path
) -> None:
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.mkdir()
    wrong.mkdir()
    with running(pictures, tmp_path, method, "nurse", SECRET) as server:
        settings = RtspSettings(server.url, user="nurse", password_file=password_file(right, SECRET))
        refused = loss_of(replace(settings, password_file=password_file(wrong, "guess-4711")))
        assert refused.reason == "camera_refused"
        assert "refuses this user and password" in refused.detail
        assert "guess" not in str(refused)
        anonymous = loss_of(replace(settings, user=None))
        assert anonymous.reason == "camera_refused"
        assert "asks for a user and a password" in anonymous.detail
        lost = loss_of(replace(settings, url=server.url.replace("/room", "/other")))
        assert (lost.reason, "has no such stream" in lost.detail) == ("no_pictures", True)
        with captured(settings) as (slots, said):
            frame_of(slots)
        assert said == ["starting", None]


SHOWN = """
import logging, sys, threading, time
logging.basicConfig(level=logging.DEBUG)
from pathlib import Path
from edge_agent.runtime.capture import Capture
from edge_agent.runtime.clock import SystemClock
from edge_agent.runtime.latest import LatestSlots
from edge_agent.sources.rtsp import RtspSettings, rtsp_source
url, password, transport, enough = sys.argv[1:]
settings = RtspSettings(url, "nurse", Path(password), transport)
slots, stop, said = LatestSlots(("cam",)), threading.Event(), []
capture = Capture("cam", rtsp_source("cam", settings), lambda: 10.0, lambda: False, lambda: None, said.append)
thread = threading.Thread(target=capture.run, args=(slots, SystemClock(), stop))
thread.start()
until = time.monotonic() + 15.0
while enough not in map(str, said) and time.monotonic() < until:
    time.sleep(0.05)
links = [link.readlink().name for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
mine = {link[8:-1] for link in links if link.startswith("socket:[")}
lines = [line for name in ("udp", "udp6") for line in Path("/proc/self/net", name).read_text().splitlines()[1:]]
udp = len([line for line in lines if line.split()[9] in mine])
stop.set()
thread.join()
print(settings, capture, said, "udp sockets:", udp)
"""


@pytest.mark.parametrize(
    ("transport", "password", "enough"),
    [("udp", SECRET, "None"), ("tcp", "guess-4711", "camera_refused")],
    ids=["right", "wrong"],
)
def test_no_output_shows_a_password(
    transport: str, password: str, enough: str, pictures: list[Image], tmp_path: Path
) -> None:
    file = password_file(tmp_path, password)
    with running(pictures, tmp_path, "basic", "nurse", SECRET) as server:
        shown = subprocess.run(
            [sys.executable, "-c", SHOWN, server.url, str(file), transport, enough],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    everything = shown.stdout + shown.stderr
    assert enough in shown.stdout.rsplit("]", 1)[0]
    assert ("udp sockets: 0" in shown.stdout) == (transport == "tcp")
    assert not re.search(r"ecret|guess|4711|gr%3A|Z3I6|bnVyc2U", everything)  # nor encoded
    assert "/room" not in shown.stderr


def test_nobody_listening_is_unreachable() -> None:
    lost = loss_of(RtspSettings(f"rtsp://127.0.0.1:{free_port()}/room"))
    assert lost.reason == "unreachable"
    assert "Connection refused" in lost.detail


def test_a_listener_that_says_nothing_is_left_within_the_limit() -> None:
    with listener() as port:
        lost = loss_of(RtspSettings(f"rtsp://127.0.0.1:{port}/room", open_s=1.0))
    assert (lost.reason, "does not answer" in lost.detail) == ("unreachable", True)


def test_what_is_no_rtsp_server_is_said() -> None:
    with listener(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        lost = loss_of(RtspSettings(f"rtsp://127.0.0.1:{port}/room", open_s=1.0))
    assert (lost.reason, "does not speak RTSP" in lost.detail) == ("unreachable", True)


def test_tls_against_plain_rtsp_is_said(server: RtspServer) -> None:
    lost = loss_of(RtspSettings(server.url.replace("rtsp:", "rtsps:"), open_s=1.0))
    assert (lost.reason, "without TLS" in lost.detail) == ("unreachable", True)


def test_told_to_stop_amid_a_hang_it_stops() -> None:
    with listener() as port, captured(RtspSettings(f"rtsp://127.0.0.1:{port}/room")):
        time.sleep(0.5)  # it is opening now, and would be for 5 s
