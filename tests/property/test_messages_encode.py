"""Whatever the stages say becomes a valid message with a readable text, and comes back as it was."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.messages.decode import MessageError, decode, decode_as
from edge_agent.messages.draft import as_replayed, seal
from edge_agent.messages.encode import encode
from edge_agent.messages.incident import IncidentMessage
from edge_agent.messages.observation import ObservationMessage
from edge_agent.messages.state import StateMessage
from edge_agent.messages.texts import Language
from edge_agent.messages.topics import Topic, parse, topic
from edge_agent.types import Incident, Kind, Phase, Reason, Rejected, Relation, Severity
from tests.fakes.events import CONTEXT, fall, minute, person_minute, stamp, state

LANGUAGES: st.SearchStrategy[Language] = st.sampled_from(["en", "it"])
NUMBERS = st.floats(-1e6, 1e6)
VALUES = NUMBERS | st.integers(-1000, 1000) | st.booleans() | st.text(max_size=20)
NAMES = st.text("abcdefghijklmnopqrstuvwxyz_{}%", min_size=1, max_size=20)
UNITS = st.sampled_from(["deg", "s", "torso", "torso/s", "m/s", "MET", "spm", "1", "", "kPa", "{}"])
REASONS = st.builds(Reason, NAMES, VALUES, UNITS, st.sampled_from(Relation), VALUES)
IDS = st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    onset = draw(st.floats(0, 1e6))
    t = onset + draw(st.floats(0, 1e5))
    return replace(
        fall(),
        kind=draw(st.sampled_from(Kind)),
        phase=draw(st.sampled_from(Phase)),
        severity=draw(st.sampled_from(Severity)),
        t=t,
        onset=onset,
        seen_at=draw(st.none() | st.floats(0, t)),
        reasons=tuple(draw(st.lists(REASONS, max_size=5))),
        rejected=tuple(
            Rejected(name, reason) for name, reason in draw(st.lists(st.tuples(NAMES, REASONS), max_size=3))
        ),
        check_required=draw(st.booleans()),
        another_person=draw(st.booleans()),
    )


@settings(max_examples=40, deadline=None)
@given(incidents(), LANGUAGES, st.integers(1, 10**9))
def test_any_incident_makes_a_valid_message(incident: Incident, language: Language, seq: int) -> None:
    context = replace(CONTEXT, language=language)
    sealed = seal(encode(incident, context, stamp), "room-12", "5f3a", seq)
    message = decode(sealed)
    assert isinstance(message, IncidentMessage)
    assert (message.seq, message.kind, message.phase) == (seq, incident.kind, incident.phase)
    assert message.text
    assert len(message.reasons) == len(incident.reasons)
    again = decode(as_replayed(sealed))
    assert again == message.model_copy(update={"replayed": True})


@settings(max_examples=40, deadline=None)
@given(incidents(), LANGUAGES)
def test_any_open_incident_fits_the_state(incident: Incident, language: Language) -> None:
    draft = encode(state(incident), replace(CONTEXT, language=language), stamp)
    message = decode_as(StateMessage, json.dumps(draft.body))
    assert message.cameras[0].open_incidents[0].incident_id == f"5f3a-{incident.id}"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 60), st.none() | st.floats(0.1, 20), st.lists(REASONS, max_size=3)), max_size=4),
    st.floats(0, 60),
    LANGUAGES,
)
def test_any_minute_makes_a_valid_message(
    people: list[tuple[float, float | None, list[Reason]]], observed_s: float, language: Language
) -> None:
    persons = [
        replace(person_minute(number), attributable_s=seconds, met=met, reasons=tuple(reasons))
        for number, (seconds, met, reasons) in enumerate(people)
    ]
    draft = encode(minute(*persons, observed_s=observed_s), replace(CONTEXT, language=language), stamp)
    message = decode(seal(draft, "room-12", "5f3a", 1))
    assert isinstance(message, ObservationMessage)
    assert [person.track for person in message.persons] == list(range(len(persons)))


@given(st.binary(max_size=300) | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode()))
def test_no_payload_breaks_the_decoder(payload: bytes) -> None:
    try:
        decode(payload)
    except MessageError as error:
        assert "\n" not in str(error)  # noqa: PT017 - most payloads are refused, none may do anything else


@given(IDS, IDS, IDS)
def test_topics_come_back_as_they_were(facility: str, device: str, name: str) -> None:
    assert parse(topic(facility, device, "request", name)) == Topic(facility, device, "request", name)
