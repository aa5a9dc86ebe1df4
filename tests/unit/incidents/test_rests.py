"""Who is found where somebody rested is taken to rest there; the place is forgotten when it is left, or in time."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.incidents.past import Past, begin
from edge_agent.incidents.rests import REST_S, SAME_PLACE, Rest, resting, resumed
from edge_agent.types import Person
from tests.fakes.falls import Act, Actor


def lying(t: float, *, across: float = 0.0, number: int = 1) -> Person:
    """Somebody in bed, some torso lengths away from its middle."""
    person = Actor((Act("bed", 1e9),)).at(t)
    assert person is not None
    x, y = person.track.hip
    return replace(person, track=replace(person.track, id=number, hip=(x + across * person.track.torso_px, y)))


def rested(person: Person, zone: str | None = "bed") -> Past:
    return replace(begin(person), rested_in=zone)


def known(t: float = 10.0) -> dict[str, Rest]:
    person = lying(t)
    return resting({}, {}, {1: rested(person)}, (person,), t)


def test_a_body_found_in_the_place_rests_there_and_one_beside_it_does_not() -> None:
    here, beside = lying(20.0, number=2), lying(20.0, across=SAME_PLACE + 0.1, number=3)
    assert resumed(known(), begin(here), here).rested_in == "bed"
    assert resumed(known(), begin(beside), beside).rested_in is None


def test_who_stands_where_somebody_rested_does_not_rest() -> None:
    standing = Actor((Act("feet", 1e9),)).at(20.0)
    assert standing is not None
    x, y = lying(10.0).track.hip
    there = replace(standing, track=replace(standing.track, hip=(x, y)))
    assert resumed(known(), begin(there), there).rested_in is None


def test_the_place_is_kept_while_nobody_is_seen_and_forgotten_in_time() -> None:
    assert "bed" in resting(known(), {}, {}, (), 10.0 + REST_S)
    assert resting(known(), {}, {}, (), 10.0 + REST_S + 1.0) == {}


def test_the_place_is_forgotten_when_it_is_left() -> None:
    person = lying(12.0)
    assert resting(known(), {1: rested(person)}, {1: rested(person, None)}, (person,), 12.0) == {}
