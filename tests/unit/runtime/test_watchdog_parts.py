"""What systemd is told, and what becomes of a stall."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from edge_agent.errors import Exit
from edge_agent.runtime.heartbeats import Heartbeats
from edge_agent.runtime.watchdog import Notifier, StallLimits, Watchdog
from tests.fakes.clocks import HeldClock
from tests.fakes.systemd import Door

PID = 4711


@pytest.fixture(params=["file", "abstract"])
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Door, str]]:
    name = str(tmp_path / "notify") if request.param == "file" else f"\0carepose-{tmp_path.name}-{os.getpid()}"
    listening = Door(name)
    yield listening, name.replace("\0", "@")
    listening.close()


class Ended(Exception):  # noqa: N818 - the end of the process, not an error
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def end(code: int) -> NoReturn:
    raise Ended(code)


def watched(clock: HeldClock, environment: dict[str, str]) -> tuple[Heartbeats, Watchdog]:
    hearts = Heartbeats(clock)
    return hearts, Watchdog(hearts, Notifier(environment, PID), clock, end=end)


def test_what_is_said_is_what_systemd_reads(door: tuple[Door, str]) -> None:
    listening, address = door
    notifier = Notifier({"NOTIFY_SOCKET": address}, PID)
    notifier.ready("2 cameras\nwatched")
    notifier.status("one\ttwo")
    notifier.stopping()
    notifier.alive()
    assert listening.heard() == ["READY=1\nSTATUS=2 cameras watched", "STATUS=one two", "STOPPING=1", "WATCHDOG=1"]


def test_a_reload_says_when_it_began(door: tuple[Door, str]) -> None:
    listening, address = door
    Notifier({"NOTIFY_SOCKET": address}, PID).reloading()
    (text,) = listening.heard()
    first, second = text.split("\n")
    assert first == "RELOADING=1"
    assert second.removeprefix("MONOTONIC_USEC=").isdecimal()


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/nowhere/notify"}])
def test_outside_systemd_it_does_nothing(environment: dict[str, str]) -> None:
    notifier = Notifier(environment, PID)
    notifier.ready("up")
    notifier.alive()
    assert notifier.watchdog_s is None


def test_a_systemd_that_does_not_read_holds_nobody_up(tmp_path: Path) -> None:
    deaf = Door(str(tmp_path / "notify"))
    notifier = Notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")}, PID)
    for _ in range(2000):
        notifier.alive()
    assert 0 < len(deaf.heard()) < 2000, "its queue was full, and we came back from every call"
    deaf.close()


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(PID)}, 30.0),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "-3"}, None),
        ({}, None),
    ],
)
def test_the_interval_is_systemds(environment: dict[str, str], expected: float | None) -> None:
    assert Notifier(environment, PID).watchdog_s == expected


def test_it_is_fed_three_times_an_interval_and_only_while_all_make_progress(door: tuple[Door, str]) -> None:
    listening, address = door
    clock = HeldClock()
    hearts, dog = watched(clock, {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000"})
    beat = hearts.register("pipeline", 10.0)

    def live(seconds: float, *, beating: bool) -> int:
        for _ in range(round(2 * seconds)):
            clock.go_on(0.5)
            if beating:
                beat()
            dog.look()
        return listening.heard().count("WATCHDOG=1")

    assert live(30.0, beating=True) == 3
    assert live(10.0, beating=False) == 1, "within its limit it is no stall"
    assert live(15.0, beating=False) == 0
    assert live(0.5, beating=True) == 1, "it came back: fed at once"


def test_a_stall_is_said_and_ends_the_process_when_it_lasts(caplog: pytest.LogCaptureFixture) -> None:
    clock = HeldClock()
    hearts, dog = watched(clock, {})
    hearts.register("capture-corner", 20.0)
    hearts.register("pipeline", 10.0)
    clock.go_on(10.5)
    assert dog.look() == ("pipeline",)
    assert "pipeline" in caplog.text
    clock.go_on(10.0)
    assert dog.look() == ("capture-corner", "pipeline")
    clock.go_on(9.9)
    assert dog.look() == ("capture-corner", "pipeline")
    clock.go_on(0.2)
    with pytest.raises(Ended) as ended:
        dog.look()
    assert ended.value.code == Exit.STALLED


def test_each_said_once_and_a_stall_that_ends_is_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    clock = HeldClock()
    hearts, dog = watched(clock, {})
    beat = hearts.register("publisher", 10.0)
    for _ in range(5):
        clock.go_on(11.0)
        assert dog.look() == ("publisher",)
        clock.go_on(5.0)
        dog.look()
        beat()
        assert dog.look() == ()
    assert len(caplog.records) == 5


def test_a_process_stopped_as_a_whole_is_not_ended_for_it() -> None:
    clock = HeldClock()
    hearts, dog = watched(clock, {})
    beat = hearts.register("pipeline", 10.0)
    dog.look()
    clock.go_on(3600.0)
    assert dog.look() == ("pipeline",)
    beat()
    clock.go_on(0.5)
    assert dog.look() == ()


def test_the_limits_leave_room_for_one_another() -> None:
    limits = StallLimits()
    assert limits.end_after_s < 30.0, "WatchdogSec of the unit"
    assert limits.capture_s > 1.0 + 10.0
