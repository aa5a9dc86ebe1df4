"""How far each camera can be relied on, within the limit of its loss."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from edge_agent.messages.health import CameraHealth, CameraStatus
from edge_agent.messages.stamp import utc_text
from edge_agent.runtime.health import BLIND_AFTER_S, Gauges, free_bytes
from edge_agent.types import PictureQuality
from tests.fakes.clocks import HeldClock

DARK = PictureQuality(usable=False, reasons=("dark",))
BLURRED = PictureQuality(usable=True, reasons=("blurred",))


@dataclass(frozen=True, slots=True)
class Paused:
    until: float
    by: Literal["request", "file", "schedule", "button"]


class Watched:
    """One camera's gauge, and the clock it is read by."""

    def __init__(self) -> None:
        self.clock = HeldClock()
        self.gauges = Gauges(self.clock, {"corner": "r12"}, {"corner": self.clock.now})

    def see(self, seconds: float, quality: PictureQuality | None = None) -> None:
        for _ in range(round(2 * seconds)):
            self.clock.go_on(0.5)
            if quality is None:
                self.gauges.analysed("corner", self.clock.now, 0.05)
            else:
                self.gauges.analysed("corner", self.clock.now, 0.05, quality)

    def now(self, *, stopping: bool = False, slowed: bool = False) -> CameraHealth:
        (camera,) = self.gauges.report({"corner": 3}, stopping=stopping, slowed=slowed)
        return camera

    def said(self) -> tuple[str, tuple[str, ...]]:
        camera = self.now()
        return camera.status.value, camera.reasons


def test_it_is_starting_then_ok_and_says_how_fast() -> None:
    watched = Watched()
    assert watched.said() == ("blind", ("starting",))
    assert watched.now().seen_at is None
    watched.see(20.0)
    camera = watched.now()
    assert (camera.status, camera.reasons, camera.dropped) == (CameraStatus.OK, (), 3)
    assert camera.fps == pytest.approx(2.0, abs=0.1)
    assert camera.latency_ms == 50.0
    assert camera.seen_at == utc_text(watched.clock.wall)


def test_without_pictures_it_is_blind_within_its_limit_whatever_the_source_says() -> None:
    watched = Watched()
    watched.see(10.0)
    last = watched.clock.wall
    watched.clock.go_on(BLIND_AFTER_S)
    assert watched.said() == ("ok", ())
    watched.clock.go_on(0.1)
    assert watched.said() == ("blind", ("no_pictures",))
    assert watched.now().seen_at == utc_text(last)


def test_one_that_never_gave_a_picture_is_not_starting_for_ever() -> None:
    watched = Watched()
    watched.clock.go_on(BLIND_AFTER_S + 0.1)
    assert watched.said() == ("blind", ("no_pictures",))


def test_a_source_that_says_why_is_believed_at_once() -> None:
    watched = Watched()
    watched.see(10.0)
    watched.gauges.say("corner", "reconnecting")
    assert watched.said() == ("blind", ("reconnecting",))
    watched.clock.go_on(60.0)
    watched.gauges.say("corner", "unreachable")
    assert watched.said() == ("blind", ("unreachable",))
    watched.gauges.say("corner", None)
    assert watched.said() == ("blind", ("no_pictures",)), "until one was analysed"
    watched.see(0.5)
    assert watched.said() == ("ok", ())


def test_a_picture_that_shows_nothing_is_no_sight() -> None:
    watched = Watched()
    watched.see(10.0)
    last = watched.clock.wall
    watched.see(30.0, DARK)
    camera = watched.now()
    assert (camera.status, camera.reasons) == (CameraStatus.BLIND, ("dark",))
    assert camera.seen_at == utc_text(last), "the last usable one"
    assert camera.fps == pytest.approx(2.0, abs=0.1), "pictures do come"
    watched.see(0.5)
    assert watched.said() == ("ok", ())


def test_an_unusable_picture_without_a_reason_is_blind_all_the_same() -> None:
    watched = Watched()
    watched.see(1.0, PictureQuality(usable=False))
    assert watched.said() == ("blind", ())


def test_poor_sight_and_heat_degrade_it() -> None:
    watched = Watched()
    watched.see(10.0, BLURRED)
    assert watched.said() == ("degraded", ("blurred",))
    hot = watched.now(slowed=True)
    assert (hot.status, hot.reasons) == (CameraStatus.DEGRADED, ("blurred", "hot"))
    watched.see(0.5)
    assert watched.now(slowed=True).reasons == ("hot",)
    watched.see(0.5, DARK)
    assert watched.now(slowed=True).reasons == ("dark",), "heat is no reason to see nothing"


def test_a_pause_says_until_when_and_whose_and_then_it_starts_again() -> None:
    watched = Watched()
    watched.see(10.0)
    last = watched.clock.wall
    watched.gauges.pause("corner", Paused(watched.clock.now + 600.0, "schedule"))
    watched.gauges.say("corner", "paused")
    camera = watched.now()
    assert (camera.status, camera.paused_by) == (CameraStatus.PAUSED, "schedule")
    assert camera.until == utc_text(watched.clock.wall + timedelta(seconds=600.0))
    watched.clock.go_on(600.0)
    watched.gauges.pause("corner", None)
    camera = watched.now()
    assert (camera.status, camera.reasons) == (CameraStatus.BLIND, ("starting",))
    assert (camera.until, camera.paused_by, camera.seen_at) == (None, None, utc_text(last))
    watched.gauges.pause("corner", None)
    watched.clock.go_on(BLIND_AFTER_S + 0.1)
    watched.gauges.pause("corner", None)
    assert watched.said() == ("blind", ("no_pictures",)), "saying it again starts nothing anew"


def test_the_end_of_a_countdown_does_not_move_with_the_wall_clock() -> None:
    watched = Watched()
    watched.gauges.pause("corner", Paused(watched.clock.now + 600.0, "request"))
    watched.clock.jump(3600.0)
    assert watched.now().until == utc_text(watched.clock.wall + timedelta(seconds=600.0))


def test_ended_and_stopping_outweigh_the_rest() -> None:
    watched = Watched()
    watched.see(10.0)
    watched.gauges.pause("corner", Paused(watched.clock.now + 600.0, "request"))
    watched.gauges.ended("corner")
    assert watched.said() == ("blind", ("recording_ended",))
    camera = watched.now(stopping=True)
    assert (camera.status, camera.reasons, camera.until) == (CameraStatus.STOPPING, (), None)


def test_free_space_is_told_or_unknown(tmp_path: Path) -> None:
    assert (free_bytes(tmp_path) or 0) > 0
    assert free_bytes(tmp_path / "nowhere") is None
