"""All sources together, as the threads of the box ask them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge_agent.pause import Pause, PauseRefusedError, Pauses, PauseSettings, UnknownCameraError, Window
from edge_agent.pause import record as pause_record
from edge_agent.pause.rules import Held, PauseLimits
from tests.fakes.clocks import HeldClock
from tests.fakes.gpio import FakeButton

SETTINGS = PauseSettings(PauseLimits(longest_s=3600.0, watch_s=60.0))
BOTH = ("corner", "door")


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def made(tmp_path: Path, clock: HeldClock) -> Callable[..., Pauses]:
    def make(settings: PauseSettings = SETTINGS, button: FakeButton | None = None) -> Pauses:
        return Pauses(settings, BOTH, clock, tmp_path / "pauses.json", button)

    return make


def by(pauses: Pauses, camera: str = "corner") -> str | None:
    pause = pauses.active(camera)
    return pause.by if pause else None


class TestRequests:
    def test_pauses_those_that_are_named(self, made: Callable[..., Pauses], clock: HeldClock) -> None:
        pauses = made()
        assert pauses.request(("door",), 600.0) == Pause(700.0, "request")
        assert (by(pauses, "corner"), by(pauses, "door")) == (None, "request")
        clock.go_on(600.0)
        assert by(pauses, "door") is None

    def test_all_of_them_and_back(self, made: Callable[..., Pauses]) -> None:
        pauses = made()
        pauses.request(None, 600.0)
        assert [by(pauses, camera) for camera in BOTH] == ["request", "request"]
        assert pauses.resume(None)
        assert [by(pauses, camera) for camera in BOTH] == [None, None]
        assert not pauses.resume(None)

    def test_is_made_shorter_than_the_longest(self, made: Callable[..., Pauses]) -> None:
        assert made().request(None, 1e9) == Pause(3700.0, "request")

    def test_tells_the_first_end(self, made: Callable[..., Pauses], clock: HeldClock) -> None:
        pauses = made()
        pauses.request(("door",), 3600.0)
        clock.go_on(1800.0)
        assert pauses.request(None, 3600.0).until == 3700.0
        assert pauses.active("corner") == Pause(5500.0, "request")

    def test_an_unknown_camera_is_said_and_nothing_is_done(self, made: Callable[..., Pauses]) -> None:
        pauses = made()
        with pytest.raises(UnknownCameraError, match="no camera window; there is: corner, door"):
            pauses.request(("door", "window"), 600.0)
        with pytest.raises(UnknownCameraError):
            pauses.resume(("window",))
        assert by(pauses, "door") is None

    def test_nobody_from_afar_blinds_it_over_somebody_on_the_floor(self, made: Callable[..., Pauses]) -> None:
        pauses = made()
        with pytest.raises(PauseRefusedError, match="a fall is open at corner"):
            pauses.request(None, 600.0, falls={"corner"})
        assert [by(pauses, camera) for camera in BOTH] == [None, None]
        assert pauses.request(("door",), 600.0, falls={"corner"})

    def test_after_the_longest_it_is_refused_for_a_while(self, made: Callable[..., Pauses], clock: HeldClock) -> None:
        pauses = made()
        pauses.request(("corner",), 3600.0)
        clock.go_on(3601.0)
        with pytest.raises(PauseRefusedError, match="corner was paused for the longest time"):
            pauses.request(None, 600.0)
        assert by(pauses, "door") is None
        clock.go_on(60.0)
        assert pauses.request(None, 600.0)


class TestFile:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return tmp_path / "pause"

    @pytest.fixture
    def pauses(self, made: Callable[..., Pauses], file: Path) -> Pauses:
        pauses = made(replace(SETTINGS, file=file))
        pauses.look()
        return pauses

    def test_pauses_all_while_it_is_there(self, pauses: Pauses, file: Path, clock: HeldClock) -> None:
        assert by(pauses) is None
        file.touch()
        pauses.look()
        assert pauses.active("corner") == pauses.active("door") == Pause(3700.0, "file")
        clock.go_on(100.0)
        file.unlink()
        pauses.look()
        assert by(pauses) is None

    @pytest.mark.parametrize(
        ("text", "until"),
        [("600", 700.0), ("600.5\n", 700.5), ("1e9", 3700.0), ("soon", 3700.0), ("-5", 3700.0), ("nan", 3700.0)],
    )
    def test_its_text_may_say_for_how_long(self, pauses: Pauses, file: Path, text: str, until: float) -> None:
        file.write_text(text)
        pauses.look()
        assert pauses.active("corner") == Pause(until, "file")

    def test_a_file_that_is_written_after_it_was_made_means_its_text(self, pauses: Pauses, file: Path) -> None:
        file.touch()
        pauses.look()
        file.write_text("300")
        pauses.look()
        assert pauses.active("corner") == Pause(400.0, "file")

    def test_ends_though_the_file_stays_and_says_so(
        self, pauses: Pauses, file: Path, clock: HeldClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        file.touch()
        pauses.look()
        for _ in range(10):
            clock.go_on(1000.0)
            pauses.look()
        assert by(pauses) is None
        assert caplog.text.count("is still there, but camera corner watches") == 1

    def test_is_paused_again_by_a_touch(self, pauses: Pauses, file: Path, clock: HeldClock) -> None:
        file.touch()
        pauses.look()
        clock.go_on(4000.0)
        os.utime(file, ns=(1, 1))
        pauses.look()
        assert pauses.active("corner") == Pause(7700.0, "file")

    def test_that_was_there_before_counts_from_its_writing(
        self, made: Callable[..., Pauses], file: Path, clock: HeldClock
    ) -> None:
        file.touch()
        written = clock.wall.timestamp() - 600.0
        os.utime(file, (written, written))
        pauses = made(replace(SETTINGS, file=file))
        pauses.look()
        pause = pauses.active("corner")
        assert pause is not None
        assert pause.until == pytest.approx(3100.0)

    def test_that_is_old_does_not_pause(self, made: Callable[..., Pauses], file: Path, clock: HeldClock) -> None:
        file.touch()
        os.utime(file, (0, 0))
        pauses = made(replace(SETTINGS, file=file))
        pauses.look()
        assert by(pauses) is None

    def test_without_a_clock_its_age_is_not_known(
        self, made: Callable[..., Pauses], file: Path, clock: HeldClock
    ) -> None:
        file.touch()
        os.utime(file, (0, 0))
        clock.set = False
        pauses = made(replace(SETTINGS, file=file))
        pauses.look()
        assert pauses.active("corner") == Pause(3700.0, "file")

    def test_resumed_is_not_paused_again_by_the_same_file(
        self, pauses: Pauses, file: Path, made: Callable[..., Pauses]
    ) -> None:
        file.touch()
        pauses.look()
        pauses.resume(None)
        pauses.look()
        assert by(pauses) is None
        after_a_restart = made(replace(SETTINGS, file=file))
        after_a_restart.look()
        assert by(after_a_restart) is None

    def test_of_any_kind_asks_and_is_not_waited_for(self, pauses: Pauses, file: Path) -> None:
        os.mkfifo(file)
        pauses.look()
        assert by(pauses) == "file"

    def test_waits_while_a_fall_is_open(
        self, pauses: Pauses, file: Path, clock: HeldClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        file.touch()
        pauses.look(falls={"corner"})
        pauses.look(falls={"corner"})
        assert (by(pauses, "corner"), by(pauses, "door")) == (None, "file")
        assert caplog.text.count("not paused by the file: a fall is open") == 1
        clock.go_on(100.0)
        pauses.look()
        assert pauses.active("corner") == Pause(3700.0, "file")


class TestSchedule:
    SIESTA = PauseSettings(
        SETTINGS.limits,
        schedule=(Window(time(13, 0), time(13, 30), cameras=frozenset({"door"})),),
        zone=ZoneInfo("Europe/Rome"),
    )

    @pytest.fixture
    def pauses(self, made: Callable[..., Pauses], clock: HeldClock) -> Pauses:
        clock.wall = datetime(2026, 1, 7, 11, 59, 50, tzinfo=UTC)
        return made(self.SIESTA)

    def test_pauses_in_its_window(self, pauses: Pauses, clock: HeldClock) -> None:
        pauses.look()
        assert by(pauses, "door") is None
        clock.go_on(20.0)
        pauses.look()
        assert pauses.active("door") == Pause(100.0 + 10.0 + 1800.0, "schedule")
        assert by(pauses, "corner") is None
        clock.go_on(1790.0)
        pauses.look()
        assert by(pauses, "door") is None

    def test_resumed_it_is_over_for_today(self, pauses: Pauses, clock: HeldClock) -> None:
        clock.go_on(20.0)
        pauses.look()
        pauses.resume(None)
        clock.go_on(100.0)
        pauses.look()
        assert by(pauses, "door") is None
        clock.go_on(86_400.0)
        pauses.look()
        assert by(pauses, "door") == "schedule"

    def test_is_not_applied_by_a_clock_nobody_set(
        self, pauses: Pauses, clock: HeldClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        clock.go_on(20.0)
        clock.set = False
        for _ in range(3):
            pauses.look()
        assert by(pauses, "door") is None
        assert caplog.text.count("The clock is not synchronised") == 1
        clock.set = True
        pauses.look()
        assert by(pauses, "door") == "schedule"

    def test_that_has_begun_ends_in_its_own_time_whatever_the_clock_says(
        self, pauses: Pauses, clock: HeldClock
    ) -> None:
        clock.go_on(20.0)
        pauses.look()
        clock.jump(-3600.0)
        clock.go_on(1791.0)
        pauses.look()
        assert by(pauses, "door") is None

    def test_waits_while_a_fall_is_open(self, pauses: Pauses, clock: HeldClock) -> None:
        clock.go_on(20.0)
        pauses.look(falls={"door"})
        assert by(pauses, "door") is None
        clock.go_on(600.0)
        pauses.look()
        assert pauses.active("door") == Pause(1910.0, "schedule")


class TestButton:
    @pytest.fixture
    def button(self) -> FakeButton:
        return FakeButton()

    @pytest.fixture
    def pauses(self, made: Callable[..., Pauses], button: FakeButton) -> Pauses:
        return made(SETTINGS, button)

    def test_begins_a_pause_and_ends_it(self, pauses: Pauses, button: FakeButton, clock: HeldClock) -> None:
        button.push(clock.now)
        clock.go_on(0.5)
        pauses.look()
        assert pauses.active("corner") == pauses.active("door") == Pause(3700.5, "button")
        clock.go_on(600.0)
        button.push(clock.now - 0.5)
        pauses.look()
        assert by(pauses, "corner") is None

    def test_ends_whatever_was_begun(self, pauses: Pauses, button: FakeButton, clock: HeldClock) -> None:
        pauses.request(("door",), 600.0)
        button.push(clock.now)
        clock.go_on(0.5)
        pauses.look()
        assert [by(pauses, camera) for camera in BOTH] == [None, None]

    def test_whoever_presses_is_in_the_room_also_during_a_fall(
        self, pauses: Pauses, button: FakeButton, clock: HeldClock
    ) -> None:
        button.push(clock.now)
        clock.go_on(0.5)
        pauses.look(falls={"corner"})
        assert by(pauses, "corner") == "button"

    def test_that_cannot_be_read_is_said_once(
        self, pauses: Pauses, button: FakeButton, caplog: pytest.LogCaptureFixture
    ) -> None:
        button.broken = True
        pauses.look()
        pauses.look()
        assert caplog.text.count("The pause button cannot be read: No such device.") == 1


class TestRestart:
    def test_goes_on_where_it_was(self, made: Callable[..., Pauses], clock: HeldClock) -> None:
        made().request(("door",), 600.0)
        clock.go_on(100.0)
        again = made()
        assert again.active("door") == Pause(700.0, "request")
        assert again.active("corner") is None

    def test_a_jumping_clock_changes_nothing(self, made: Callable[..., Pauses], clock: HeldClock) -> None:
        made().request(None, 600.0)
        clock.jump(-1e8)
        assert made().active("door") == Pause(700.0, "request")
        clock.jump(2e8)
        assert made().active("door") == Pause(700.0, "request")

    def test_of_the_machine_counts_by_the_wall_clock(
        self, made: Callable[..., Pauses], clock: HeldClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made().request(None, 600.0)
        monkeypatch.setattr(pause_record, "KERNEL_BOOT", Path("/dev/null"))
        clock.now = 5.0
        clock.jump(200.0)
        assert made().active("door") == Pause(5.0 + 400.0, "request")

    def test_of_the_machine_without_a_clock_costs_the_least_it_can_have_taken(
        self, made: Callable[..., Pauses], clock: HeldClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made().request(None, 600.0)
        monkeypatch.setattr(pause_record, "KERNEL_BOOT", Path("/dev/null"))
        clock.now, clock.set = 5.0, False
        clock.jump(1e8)
        assert made().active("door") == Pause(5.0 + 600.0 - pause_record.RESTART_S, "request")

    def test_resumed_stays_resumed(self, made: Callable[..., Pauses]) -> None:
        first = made()
        first.request(None, 600.0)
        first.resume(None)
        assert by(made()) is None

    @pytest.mark.parametrize(
        "text",
        ["", "{", "[]", '{"version": 2}', '{"version": 1}', '{"version": 1, "monotonic_s": NaN}', "\x00" * 40],
    )
    def test_what_cannot_be_read_is_said_and_it_watches(
        self, made: Callable[..., Pauses], tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "pauses.json").write_text(text)
        assert by(made()) is None
        assert "What was paused before is not known" in caplog.text

    def test_bytes_that_are_no_text_are_no_crash(self, made: Callable[..., Pauses], tmp_path: Path) -> None:
        (tmp_path / "pauses.json").write_bytes(b"\xff\xfe\x00")
        assert by(made()) is None

    def test_a_folder_that_cannot_be_written_to_stops_no_pause(
        self, clock: HeldClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        pauses = Pauses(SETTINGS, BOTH, clock, tmp_path / "missing" / "pauses.json")
        pauses.request(None, 600.0)
        pauses.look()
        assert by(pauses) == "request"
        assert caplog.text.count("cannot be written down") == 1

    def test_a_new_camera_watches_and_a_lost_one_is_forgotten(
        self, made: Callable[..., Pauses], clock: HeldClock, tmp_path: Path
    ) -> None:
        made().request(None, 600.0)
        changed = Pauses(SETTINGS, ("door", "window"), clock, tmp_path / "pauses.json")
        assert (by(changed, "door"), by(changed, "window")) == ("request", None)

    def test_the_card_is_written_to_only_for_news_and_each_minute_of_a_pause(
        self, made: Callable[..., Pauses], clock: HeldClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written: list[float] = []
        save = pause_record.save

        def counted(path: Path, cameras: Mapping[str, Held], at: pause_record.Moment) -> None:
            written.append(at.monotonic)
            save(path, cameras, at)

        monkeypatch.setattr(pause_record, "save", counted)
        pauses = made()
        pauses.request(None, 300.0)
        for _ in range(1000):
            clock.go_on(0.5)
            pauses.look()
        assert written == [100.0, 160.0, 220.0, 280.0, 340.0, 400.0]


def test_the_log_says_who_paused_until_when(
    made: Callable[..., Pauses], clock: HeldClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    pauses = made()
    pauses.request(("door",), 90.0)
    clock.go_on(91.0)
    pauses.look()
    pauses.look()
    assert [record.getMessage() for record in caplog.records] == [
        "Camera door is paused by the request until 00:01:30 UTC.",
        "Camera door watches again.",
    ]


def test_other_settings_hold_from_the_next_look(made: Callable[..., Pauses], tmp_path: Path) -> None:
    pauses = made()
    (tmp_path / "pause").touch()
    pauses.look()
    assert by(pauses) is None
    pauses.apply(replace(SETTINGS, file=tmp_path / "pause"))
    pauses.look()
    assert by(pauses) == "file"
