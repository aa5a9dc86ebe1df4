from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date
from pathlib import Path

import pytest

from edge_agent.types import Kind, Phase
from facility_recommender import alerts as alerting
from facility_recommender.day import Day, RoomDay, observe
from facility_recommender.errors import ConfigurationError
from facility_recommender.limits import Limits
from facility_recommender.recommend.advise import advise
from facility_recommender.recommend.catalogue import catalogue
from facility_recommender.recommend.residents import load
from facility_recommender.recommend.sitting import Sitting, Witness, from_alert, from_minutes, one_per_person
from tests.fakes import care

LIMITS, OURS = Limits(), catalogue()
FIT = dict.fromkeys(OURS.traits, False)
SITTING = Sitting("room-12", "resident", care.NOON, 2820.0, 1800.0, "a convention", 0.94, Witness.MINUTES)


def room(*minutes: tuple[float, str]) -> RoomDay:
    """Minutes (seconds, posture) up to 12:00."""
    day = Day(date(2026, 3, 2), UTC)
    for index, (seconds, posture) in enumerate(minutes):
        start = care.later(60 * (index - len(minutes)))
        who = (care.person(seconds, posture_s={posture: seconds}),) if seconds else ()
        day = observe(day, care.observation(index + 1, start, persons=who))
    return day.rooms[care.ROOM]


def test_long_sitting_is_read_from_the_minutes() -> None:
    found = from_minutes(LIMITS, care.ROOM, room((60, "walking"), *[(60, "sitting")] * 40), care.NOON)
    assert found is not None
    assert (found.sat_s, found.coverage, found.subject) == (2400, 1.0, "resident")
    assert found.since == care.later(-2400)


@pytest.mark.parametrize(
    "minutes",
    [
        [(60, "sitting")] * 29,
        [*[(60, "sitting")] * 20, (60, "standing"), *[(60, "sitting")] * 20],
        [*[(60, "sitting")] * 40, *[(0, "")] * 6],
        [(25, "sitting")] * 90,
    ],
    ids=["too short", "interrupted", "unseen since", "too little seen"],
)
def test_no_long_sitting_is_concluded(minutes: list[tuple[float, str]]) -> None:
    assert from_minutes(LIMITS, care.ROOM, room(*minutes), care.NOON) is None


def test_another_persons_sitting_is_not_added() -> None:
    day = Day(date(2026, 3, 2), UTC)
    for index in range(40):
        who = care.person(subject="bed-a" if index < 20 else "bed-b")
        day = observe(day, care.observation(index + 1, care.later(60 * (index - 40)), persons=(who,)))
    assert from_minutes(LIMITS, care.ROOM, day.rooms[care.ROOM], care.NOON) is None


def test_long_sitting_is_read_from_an_open_incident_alone() -> None:
    reasons = (care.reason("sitting_for", 3600.0, "s", ">=", 3600.0),)
    message = care.incident(kind=Kind.PROLONGED_SITTING, reasons=reasons)
    (alert,) = alerting.heard(LIMITS, {}, care.DEVICE, message, care.NOON).values()
    found = from_alert(alert)
    assert found is not None
    assert (found.sat_s, found.limit_s, found.witness) == (3600, 3600, Witness.INCIDENT)
    over = care.incident(2, Phase.CLEARED, kind=Kind.PROLONGED_SITTING, reasons=reasons)
    (alert,) = alerting.heard(LIMITS, {alert.key: alert}, care.DEVICE, over, care.NOON).values()
    assert from_alert(alert) is None
    (fallen,) = alerting.heard(LIMITS, {}, care.DEVICE, care.incident(), care.NOON).values()
    assert from_alert(fallen) is None


def test_the_incident_goes_before_the_minutes() -> None:
    told = replace(SITTING, witness=Witness.INCIDENT)
    assert one_per_person([told, SITTING]) == (told,)


def test_the_explanation_cites_minutes_limit_source_coverage_and_what_was_ruled_out() -> None:
    offered = advise(LIMITS, OURS, SITTING, {**FIT, "dizzy_when_rising": True}, 0.0)
    assert offered is not None
    text = " ".join(offered.because)
    for cited in ("47 min", "30 min", "a convention", "94%", "WHO 2020"):
        assert cited in text
    assert offered.item.id == "seated-march"
    assert any("gets dizzy when standing up" in sentence for sentence in offered.ruled_out)
    assert "at least" not in text


def test_the_explanation_follows_the_numbers() -> None:
    other = replace(SITTING, sat_s=4000.0, coverage=0.5)
    offered = advise(LIMITS, OURS, other, FIT, 0.0)
    assert offered is not None
    assert "at least 66 min" in offered.because[0]
    assert "50%" in offered.because[1]


def test_of_an_unknown_person_only_what_nothing_speaks_against_is_offered() -> None:
    offered = advise(LIMITS, OURS, SITTING, {}, 0.0)
    assert offered is not None
    assert offered.item.id == "look-in"
    assert all("nobody has said" in sentence for sentence in offered.ruled_out)


def test_who_walks_a_lot_is_offered_something_else() -> None:
    walker = {**FIT, "painful_hip_or_knee": True}
    still, moving = advise(LIMITS, OURS, SITTING, walker, 0.0), advise(LIMITS, OURS, SITTING, walker, 3600.0)
    assert still is not None
    assert moving is not None
    assert still.item.id == "walk-to-window"
    assert moving.score < still.score


def test_residents_are_read_and_a_misspelt_trait_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "residents.yaml"
    path.write_text("residents: [{room: room-1, subject: resident, traits: {cannot_stand: false}}]")
    assert load(path, OURS) == {("room-1", "resident"): {"cannot_stand": False}}
    for text in (
        "residents: [{room: room-1, subject: resident, traits: {cannot_stnd: false}}]",
        "residents: [{room: room-1, subject: resident, traits: {cannot_stand: 'no'}}]",
        "residents: [{room: a, subject: b, traits: {}}, {room: a, subject: b, traits: {}}]",
        "residents: {",
        "",
    ):
        path.write_text(text)
        with pytest.raises(ConfigurationError, match=r"residents\.yaml"):
            load(path, OURS)
    with pytest.raises(ConfigurationError):
        load(tmp_path / "none.yaml", OURS)
