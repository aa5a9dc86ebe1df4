from __future__ import annotations

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest

from edge_agent.messages.observation import ObservationMessage
from facility_recommender.day import Day, Seconds, at, by_hour, observe, total
from tests.fakes import care

TODAY = Day(date(2026, 3, 2), UTC)


def seen(*messages: ObservationMessage, day: Day = TODAY) -> Seconds:
    for message in messages:
        day = observe(day, message)
    return total(day.rooms[care.ROOM])


def test_minutes_add_up_and_a_duplicate_counts_once() -> None:
    first = care.observation(1, persons=(care.person(),))
    second = care.observation(2, care.later(60), persons=(care.person(30.0),))
    day = seen(first, second, first, second)
    assert (day.observed, day.sitting, day.sedentary, day.attributable) == (120, 90, 90, 90)


def test_several_people_are_nobodys_minutes() -> None:
    both = care.observation(1, persons=(care.person(0.0), care.person(0.0, track=4)), people=2)
    assert (seen(both).attributable, seen(both).shared) == (0, 60)


def test_two_cameras_do_not_count_a_person_twice() -> None:
    corner = care.observation(1, persons=(care.person(20.0),), observed_s=30.0, occupied_s=20.0)
    door = care.observation(2, persons=(care.person(50.0),), camera="door")
    day = seen(corner, door)
    assert (day.observed, day.occupied, day.sitting) == (60, 60, 50)


def test_a_minute_cut_by_a_restart_never_makes_more_than_a_minute() -> None:
    before = care.observation(1, persons=(care.person(50.0),), observed_s=50.0)
    after = care.observation(1, care.later(45), persons=(care.person(40.0),), observed_s=40.0, boot_id="6a00")
    day = seen(before, after)
    assert day.observed == 60
    assert day.sitting == pytest.approx(60)


def test_under_a_blanket_is_not_sedentary() -> None:
    covered = care.person(60.0, intensity_s={}, posture_s={"lying": 60.0})
    day = seen(care.observation(1, persons=(covered,)))
    assert (day.sedentary, day.active, day.unclassed, day.lying) == (0, 0, 60, 60)


def test_a_day_is_the_facilitys() -> None:
    rome = Day(date(2026, 3, 2), ZoneInfo("Europe/Rome"))
    late = care.observation(1, care.NOON.replace(hour=23, minute=30))
    assert observe(rome, late) is rome
    assert observe(TODAY, late).rooms[care.ROOM].minutes
    assert at(rome, care.NOON.replace(hour=23, minute=30)).date == date(2026, 3, 3)
    assert at(rome, care.NOON) is rome


def test_hours_of_the_day_the_clocks_change() -> None:
    rome = ZoneInfo("Europe/Rome")
    for when, hours in ((date(2026, 3, 2), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        day = Day(when, rome)
        noon = care.NOON.replace(month=when.month, day=when.day)
        day = observe(day, care.observation(1, noon, persons=(care.person(),)))
        bars = by_hour(day, day.rooms[care.ROOM])
        assert len(bars) == hours
        assert sum(bar.sitting for bar in bars) == 60
