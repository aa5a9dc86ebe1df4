"""The schedule follows the clock on the wall, over midnight and the days on which it is changed."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from edge_agent.pause.windows import Opening, Window, length_s, opening

ROME = ZoneInfo("Europe/Rome")
"""UTC+1, in summer +2; 2026: forward on 29 March at 02:00, back on 25 October at 03:00."""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def turn(begins: str, ends: str) -> Opening:
    return Opening(utc(begins), utc(ends))


AFTERNOON = Window(time(13, 0), time(14, 30))
NIGHT = Window(time(22, 0), time(6, 0), days=frozenset({4}))
"""From Friday on."""


@pytest.mark.parametrize(
    ("window", "now", "expected"),
    [
        (AFTERNOON, "2026-01-07T11:59:59", None),
        (AFTERNOON, "2026-01-07T12:00:00", turn("2026-01-07T12:00", "2026-01-07T13:30")),
        (AFTERNOON, "2026-07-07T12:00:00", turn("2026-07-07T11:00", "2026-07-07T12:30")),
        (AFTERNOON, "2026-01-07T13:30:00", None),
        (NIGHT, "2026-01-09T20:59:59", None),
        (NIGHT, "2026-01-09T21:00:00", turn("2026-01-09T21:00", "2026-01-10T05:00")),
        (NIGHT, "2026-01-10T04:59:59", turn("2026-01-09T21:00", "2026-01-10T05:00")),
        (NIGHT, "2026-01-10T05:00:00", None),
        (NIGHT, "2026-01-10T22:00:00", None),
    ],
)
def test_a_window_is_open_between_its_times_on_its_days(window: Window, now: str, expected: Opening | None) -> None:
    assert opening(window, ROME, utc(now)) == expected


def test_a_night_in_which_the_clocks_go_forward_is_an_hour_shorter() -> None:
    night = Window(time(23, 0), time(5, 0))
    found = opening(night, ROME, utc("2026-03-29T00:30"))
    assert found == turn("2026-03-28T22:00", "2026-03-29T03:00")


def test_a_night_in_which_the_clocks_go_back_is_an_hour_longer() -> None:
    night = Window(time(23, 0), time(5, 0))
    found = opening(night, ROME, utc("2026-10-25T00:30"))
    assert found == turn("2026-10-24T21:00", "2026-10-25T04:00")


def test_an_hour_that_comes_twice_is_paused_as_a_whole() -> None:
    doubled = Window(time(2, 15), time(2, 45))
    whole = turn("2026-10-25T00:15", "2026-10-25T01:45")
    for now in ("2026-10-25T00:15", "2026-10-25T01:00", "2026-10-25T01:44"):
        assert opening(doubled, ROME, utc(now)) == whole


def test_an_hour_that_is_skipped_is_taken_an_hour_later() -> None:
    skipped = Window(time(2, 0), time(2, 30))
    assert opening(skipped, ROME, utc("2026-03-29T01:00")) == turn("2026-03-29T01:00", "2026-03-29T01:30")
    assert opening(skipped, ROME, utc("2026-03-29T00:30")) is None


@pytest.mark.parametrize(("begins", "ends", "length"), [("13:00", "14:30", 5400.0), ("22:00", "06:00", 28800.0)])
def test_its_length_can_be_checked_beforehand(begins: str, ends: str, length: float) -> None:
    assert length_s(Window(time.fromisoformat(begins), time.fromisoformat(ends))) == length
