"""What becomes of an event."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest

from edge_agent.activity import minutes
from edge_agent.messages.decode import MessageError
from edge_agent.messages.draft import seal
from edge_agent.messages.encode import encode
from edge_agent.messages.envelope import Lane
from edge_agent.messages.observation import Lost
from edge_agent.picture.step import BLINDING
from edge_agent.sources.live import Loss
from edge_agent.types import Event, Phase, Reason, Relation
from tests.fakes.events import CONTEXT, EDGES, fall, minute, person_minute, stamp, state


def body_of(event: Event) -> dict[str, Any]:
    return dict(encode(event, CONTEXT, stamp).body)


def test_incidents_go_on_the_alarm_lane() -> None:
    draft = encode(fall(), CONTEXT, stamp)
    assert (draft.lane, draft.topic) == (Lane.ALARM, "care/v1/villa-rosa/room-12/incident")


def test_minutes_go_on_the_routine_lane() -> None:
    draft = encode(minute(), CONTEXT, stamp)
    assert (draft.lane, draft.topic) == (Lane.ROUTINE, "care/v1/villa-rosa/room-12/observation")


def test_states_are_retained() -> None:
    draft = encode(state(), CONTEXT, stamp)
    assert (draft.lane, draft.topic) == (None, "care/v1/villa-rosa/room-12/state")


def test_times_of_an_incident_are_told_in_utc() -> None:
    body = body_of(fall())
    assert body["observed_at"] == "1970-01-01T00:01:40.000Z"
    assert body["since"] == "1970-01-01T00:01:25.000Z"
    assert body["seen_at"] == "1970-01-01T00:01:38.000Z"
    assert body["uptime_ms"] == 100_000
    assert body_of(fall(seen_at=None))["seen_at"] == body["observed_at"]


def test_an_incident_keeps_its_name_and_no_other_run_has_it() -> None:
    suspected, cleared = body_of(fall(Phase.SUSPECTED)), body_of(fall(Phase.CLEARED))
    assert suspected["incident_id"] == cleared["incident_id"] == "5f3a-fall-corner-1"
    assert dict(body_of(state(fall())))["cameras"][0]["open_incidents"][0]["incident_id"] == "5f3a-fall-corner-1"
    other = encode(fall(), replace(CONTEXT, boot_id="b2"), stamp).body
    assert other["incident_id"] != suspected["incident_id"]


def test_the_basis_is_named_only_where_there_is_talk_of_met() -> None:
    assert body_of(fall())["met_basis"] is None
    talking = replace(fall(), reasons=(Reason("met", 1.2, "MET", Relation.AT_MOST, 1.5),))
    assert body_of(talking)["met_basis"] == "MET60+ 2024 older-adult compendium"
    assert body_of(minute(person_minute()))["met_basis"] == "MET60+ 2024 older-adult compendium"


def test_a_minute_belongs_to_somebody_only_when_one_person_was_seen() -> None:
    assert (body_of(minute(person_minute()))["track"], body_of(minute(person_minute()))["subject"]) == (3, "resident")
    two = body_of(minute(person_minute(), person_minute(4)))
    assert (two["track"], two["subject"]) == (None, None)
    assert [person["track"] for person in two["persons"]] == [3, 4]


def test_a_minute_of_nobody_has_no_verdict_to_be_sure_of() -> None:
    body = body_of(minute())
    assert (body["confidence"], body["people"], body["persons"]) == (None, 0, [])


def test_coverage_of_a_minute_is_what_was_watched_of_it() -> None:
    assert body_of(minute(observed_s=41.0))["data_quality"]["coverage"] == pytest.approx(0.683)


def test_the_vector_carries_its_version_and_the_names_of_its_edges() -> None:
    vector = body_of(minute(person_minute()))["persons"][0]["vector"]
    assert vector["version"] == 1
    assert tuple(vector["edges"]) == EDGES
    assert vector["median_deg"][15] == pytest.approx(150.0)
    assert vector["spread_deg"][4] is None
    flat = replace(person_minute(), vector=())
    assert body_of(minute(flat))["persons"][0]["vector"] is None


def test_numbers_of_any_float_type_are_sent() -> None:
    odd = replace(fall(), reasons=(Reason("fall_speed", np.float32(1.5), "torso/s", Relation.ABOVE, 1.0),))  # type: ignore[arg-type]
    assert body_of(odd)["reasons"][0]["value"] == pytest.approx(1.5)
    seal(encode(odd, CONTEXT, stamp), "room-12", "5f3a", 1)


def test_not_a_number_never_leaves() -> None:
    broken = replace(fall(), confidence=float("nan"))
    with pytest.raises(ValueError, match="JSON compliant"):
        seal(encode(broken, CONTEXT, stamp), "room-12", "5f3a", 1)


def test_a_retained_draft_gets_no_number() -> None:
    with pytest.raises(ValueError, match="no number"):
        seal(encode(state(), CONTEXT, stamp), "room-12", "5f3a", 1)


def test_an_invalid_state_is_refused_where_it_is_made() -> None:
    with pytest.raises(MessageError):
        encode(state(replace(fall(), id="no spaces please")), CONTEXT, stamp)


def test_every_reason_for_a_lost_second_may_be_said() -> None:
    said = {
        *get_args(Loss),
        *(fault.value for fault in BLINDING),
        *("starting", "paused", "recording_ended", minutes.GAP, minutes.UNUSABLE),
    }
    assert set(get_args(Lost)) == said
