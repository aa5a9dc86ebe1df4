"""What the box says of itself, and that it is a message."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge_agent.announcements import health_draft
from edge_agent.messages.decode import decode_as
from edge_agent.messages.draft import dump
from edge_agent.messages.envelope import TimeQuality
from edge_agent.messages.health import DeviceReason, HealthMessage
from edge_agent.messages.stamp import Stamp, utc_text
from edge_agent.outbox import Counts
from edge_agent.runtime.board import Board
from edge_agent.runtime.memory import Kept
from edge_agent.runtime.vitals import DISK_LOW_BYTES, DROPPING_S, Vital, Vitals
from tests.fakes.clocks import HeldClock
from tests.fakes.events import CONTEXT

FULL_FPS = 10.0
NOW = Stamp("2026-01-01T00:00:00.000Z", 1000, TimeQuality.SYNCED)
PLENTY = 8 << 30
WORD = "sys/devices/platform/soc/soc:firmware/get_throttled"
ZONE = "sys/class/thermal/thermal_zone0"


def counts(dropped: int = 0) -> Counts:
    return Counts(alarm=0, routine=0, bytes=0, dropped=dropped)


class Box:
    """A machine of files below a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = HeldClock()
        self.write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n")
        self.vitals = Vitals(self.clock, Board(root, "/nowhere"), Kept(core=True, locked=False), root=root)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def heat(self, celsius: float) -> None:
        self.write(f"{ZONE}/type", "cpu-thermal\n")
        self.write(f"{ZONE}/temp", f"{round(1000 * celsius)}\n")

    def live(self, seconds: float) -> float:
        fps = FULL_FPS
        for _ in range(round(2 * seconds)):
            self.clock.go_on(0.5)
            fps = self.vitals.look(FULL_FPS)
        return fps

    def report(self, dropped: int = 0, free: int | None = PLENTY, clock: TimeQuality = TimeQuality.SYNCED) -> Vital:
        return self.vitals.report(FULL_FPS, counts(dropped), free, clock)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def message(vital: Vital) -> HealthMessage:
    draft = health_draft(CONTEXT, NOW, (), counts(), PLENTY, vital)
    return decode_as(HealthMessage, dump(draft.body))


def test_a_box_without_sensors_has_nothing_wrong_and_says_unknown(box: Box) -> None:
    assert box.live(30.0) == FULL_FPS
    vital = box.report()
    assert vital.reasons == ()
    assert (vital.temperature_c, vital.throttled, vital.under_voltage, vital.slowed_to_fps) == (None,) * 4
    assert vital.memory_bytes


def test_heat_slows_it_down_aloud_and_passes(box: Box) -> None:
    box.heat(78.0)
    assert box.live(16.0) == 7.5
    vital = box.report()
    assert (vital.reasons, vital.slowed_to_fps, vital.temperature_c) == (("hot",), 7.5, 78.0)
    assert box.live(60.0) == 4.0
    box.heat(55.0)
    assert box.live(400.0) == FULL_FPS
    assert (box.report().reasons, box.report().slowed_to_fps) == ((), None)


def test_a_weak_supply_is_said(box: Box) -> None:
    box.write(WORD, "50005\n")
    box.live(5.5)
    vital = box.report()
    assert (vital.reasons, vital.under_voltage, vital.throttled) == (("under_voltage",), True, True)


def test_disk_clock_swap_stall_and_a_refused_configuration_are_reasons(box: Box) -> None:
    box.write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/var/swap file 102396 0 -2\n")
    box.live(1.0)
    vital = box.vitals.report(
        FULL_FPS,
        counts(),
        DISK_LOW_BYTES - 1,
        TimeQuality.FREE,
        stalled=("pipeline",),
        configuration_refused="cameras.0.room: missing",
    )
    assert vital.reasons == ("clock_free", "configuration_refused", "disk_low", "stalled", "swap")
    assert (vital.stalled, vital.configuration_refused) == (("pipeline",), "cameras.0.room: missing")
    assert box.report(free=None).reasons == ("swap",), "unknown is no reason"


def test_dropped_events_are_spoken_of_for_a_while_but_not_those_of_an_earlier_run(box: Box) -> None:
    assert box.report(dropped=7).reasons == ()
    assert box.report(dropped=9).reasons == ("outbox_dropping",)
    box.live(DROPPING_S - 1.0)
    assert box.report(dropped=9).reasons == ("outbox_dropping",)
    box.live(2.0)
    assert box.report(dropped=9).reasons == ()


def test_clocks_that_jump_and_machines_that_sleep(box: Box) -> None:
    box.live(1.0)
    box.clock.jump(-30.04)
    box.live(0.5)
    set_at = box.clock.wall
    box.clock.sleep(900.0)
    box.live(0.5)
    vital = box.report()
    assert vital.clock_jump is not None
    assert (vital.clock_jump.at, vital.clock_jump.by_s) == (utc_text(set_at), -30.0)
    assert (vital.suspended_s, vital.woke_at) == (900.0, utc_text(box.clock.wall))


def test_a_clock_that_gets_set_after_the_start_is_news(box: Box) -> None:
    before = box.report(clock=TimeQuality.FREE)
    box.clock.jump(86_400.0 * 200)
    box.live(0.5)
    after = box.report()
    assert (before.reasons, after.reasons) == (("clock_free",), ())
    assert before.news != after.news
    assert after.clock_jump is not None


def test_what_moves_all_the_time_is_no_news(box: Box) -> None:
    box.heat(51.0)
    box.live(5.5)
    before = box.report()
    box.heat(52.0)
    box.live(5.5)
    assert box.report().temperature_c == 52.0
    assert box.report().news == before.news


def test_everything_it_may_say_is_a_message(box: Box) -> None:
    box.heat(90.0)
    box.write(WORD, "5\n")
    box.live(20.0)
    box.clock.jump(5.0)
    box.clock.sleep(5.0)
    box.live(0.5)
    vital = box.vitals.report(
        FULL_FPS,
        counts(),
        0,
        TimeQuality.FREE,
        stalled=("capture-corner", "pipeline"),
        configuration_refused="cameras.0.room: missing",
    )
    told = message(vital)
    assert (told.reasons, told.stalled, told.slowed_to_fps) == (vital.reasons, vital.stalled, vital.slowed_to_fps)
    assert (told.clock_jump, told.suspended_s, told.woke_at) == (vital.clock_jump, 5.0, vital.woke_at)
    assert set(told.reasons) <= set(DeviceReason)


def test_a_long_refusal_is_cut_to_one_line_that_still_is_a_message(box: Box) -> None:
    many = "\n".join(f"box.yaml:{line}:3 rooms: found a number" for line in range(200))
    refused = box.vitals.report(FULL_FPS, counts(), PLENTY, TimeQuality.SYNCED, configuration_refused=many)
    told = message(refused).configuration_refused
    assert told is not None
    assert told.startswith("box.yaml:0:3 rooms: found a number box.yaml:1:3")
    assert told.endswith("…")


def test_a_message_of_the_version_before_is_still_read() -> None:
    body = json.loads(dump(health_draft(CONTEXT, NOW, (), counts(), PLENTY).body))
    later = set(body) - {
        "schema", "boot_id", "observed_at", "uptime_ms", "cameras", "temperature_c", "throttled", "disk_free_bytes",
        "outbox", "clock",
    }  # fmt: skip
    for name in later:
        del body[name]
    told = decode_as(HealthMessage, json.dumps(body))
    assert told == message(Vital())
