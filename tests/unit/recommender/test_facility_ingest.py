from __future__ import annotations

import json

import pytest

from edge_agent.messages.availability import Availability
from edge_agent.messages.envelope import Lane
from edge_agent.messages.health import HealthMessage
from edge_agent.messages.info import InfoMessage
from edge_agent.messages.state import StateMessage
from facility_recommender.ingest import Arrival, Event, Gap, Present, Refused, ingest
from facility_recommender.watermark import LaneKey
from tests.fakes import care

TOPIC = f"care/v1/{care.FACILITY}/{care.DEVICE}/"
ALARMS = LaneKey(care.DEVICE, care.BOOT, Lane.ALARM)


def read(kind: str, payload: str | bytes) -> Arrival:
    return ingest(care.FACILITY, TOPIC + kind, payload.encode() if isinstance(payload, str) else payload)


def changed(**changes: object) -> str:
    return json.dumps(json.loads(care.incident().to_json()) | changes)


def test_an_incident_is_an_event_of_its_lane() -> None:
    message = care.incident(seq=7)
    assert read("incident", message.to_json()) == Event(ALARMS, message)


def test_a_gap_comes_on_its_lanes_topic() -> None:
    message = care.gap(3, 5)
    assert read("incident", message.to_json()) == Gap(ALARMS, message)
    assert isinstance(read("observation", message.to_json()), Refused)


def test_availability_is_a_bare_word() -> None:
    assert read("availability", "offline") == Present(care.DEVICE, Availability.OFFLINE)
    assert isinstance(read("availability", "on fire"), Refused)


@pytest.mark.parametrize("message", [care.info(), care.health(), care.state()])
def test_what_is_retained_says_how_things_are(message: InfoMessage | HealthMessage | StateMessage) -> None:
    kind = type(message).__name__.removesuffix("Message").lower()
    assert read(kind, message.to_json()) == Present(care.DEVICE, message)


def test_a_message_on_another_kinds_topic_is_refused() -> None:
    assert isinstance(read("state", care.health().to_json()), Refused)
    assert isinstance(read("observation", care.incident().to_json()), Refused)


@pytest.mark.parametrize(
    "payload",
    [changed(phase="resolved"), changed(extra=1), changed(confidence=None), changed(schema="care/incident/2")],
    ids=["unknown phase", "unknown field", "missing value", "newer schema"],
)
def test_an_unreadable_event_with_a_number_keeps_its_number(payload: str) -> None:
    refused = read("incident", payload)
    assert isinstance(refused, Refused)
    assert (refused.lane, refused.seq) == (ALARMS, 1)
    assert refused.payload == payload.encode()
    assert refused.reason


@pytest.mark.parametrize(
    "payload",
    [
        b"\xff\xfe",
        b"",
        b"[]",
        b"null",
        b"[" * 100_000,
        changed(seq=0),
        changed(seq=True),
        changed(seq=2**60, event_id=f"{care.DEVICE}-{care.BOOT}-alarm-{2**60}"),
        changed(lane="routine"),
        changed(event_id="room-12-5f3a-alarm-2"),
        changed(event_id="room-13-5f3a-alarm-1"),
        changed(boot_id=5),
        care.gap(1, 4).to_json().replace('"to":4', '"to":-4'),
    ],
)
def test_without_a_number_that_can_be_believed_nothing_is_counted(payload: str | bytes) -> None:
    refused = read("incident", payload)
    assert isinstance(refused, Refused)
    assert refused.seq is None


def test_the_reason_never_repeats_the_content() -> None:
    refused = read("incident", changed(phase="Mrs Rossi fell"))
    assert isinstance(refused, Refused)
    assert "Rossi" not in refused.reason


def test_another_facility_is_refused() -> None:
    assert isinstance(ingest("elsewhere", TOPIC + "incident", care.incident().to_json().encode()), Refused)
    assert isinstance(ingest(care.FACILITY, "care/v2/x", b""), Refused)
