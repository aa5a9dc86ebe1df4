"""The messages are closed, and the committed schemas say what the code says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from edge_agent.messages import topics
from edge_agent.messages.ack import Ack
from edge_agent.messages.decode import MAX_BYTES, MessageError, decode, decode_as
from edge_agent.messages.draft import as_replayed, gap, seal
from edge_agent.messages.encode import encode
from edge_agent.messages.envelope import Lane
from edge_agent.messages.gap import GapMessage, GapReason
from edge_agent.messages.schemas import MODELS, SCHEMAS, main, schemas
from edge_agent.messages.state import StateMessage, merge
from edge_agent.types import Event, Phase
from tests.fakes.events import CONTEXT, fall, minute, person_minute, stamp, state

SCHEMA_FILES = Path(__file__).parents[3] / "docs" / "schemas"
BOOT = CONTEXT.boot_id


def sealed(event: Event, seq: int = 1) -> str:
    return seal(encode(event, CONTEXT, stamp), CONTEXT.device, BOOT, seq)


def schema_of(name: str) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((SCHEMA_FILES / f"{name}.json").read_text())
    return loaded


def test_the_committed_schemas_are_those_of_the_code(tmp_path: Path) -> None:
    main(["--out", str(tmp_path)])
    others = {"bench.json", "configuration.json", "doctor.json"}
    committed = {path.name: path.read_text() for path in SCHEMA_FILES.iterdir() if path.name not in others}
    assert committed == schemas()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == schemas()


def test_info_lists_every_schema_a_device_sends() -> None:
    sent = {"commissioning", "gap", "health", "incident", "info", "observation", "response", "state"}
    assert set(SCHEMAS) == {schema_of(name)["properties"]["schema"]["const"] for name in sent}  # type: ignore[index]


@pytest.mark.parametrize("name", sorted(MODELS))
def test_schemas_refuse_fields_nobody_named(name: str) -> None:
    schema = schema_of(name)
    assert schema["additionalProperties"] is False
    for part in schema.get("$defs", {}).values():  # type: ignore[attr-defined]
        assert part.get("type") != "object" or part["additionalProperties"] is False


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("incident", fall()),
        ("incident", fall(Phase.CLEARED, seen_at=None)),
        ("observation", minute(person_minute())),
        ("observation", minute(person_minute(), person_minute(4, None))),
        ("observation", minute()),
        ("observation", minute(observed_s=0.0)),
    ],
)
def test_what_is_sent_fits_the_published_schema(name: str, event: Event) -> None:
    body = json.loads(sealed(event))
    jsonschema.validate(body, schema_of(name))
    assert decode(sealed(event)).to_json() == json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def test_a_state_fits_its_schema() -> None:
    draft = encode(state(fall()), CONTEXT, stamp)
    assert draft.lane is None
    jsonschema.validate(draft.body, schema_of("state"))


def test_a_gap_fits_its_schema_and_names_its_range() -> None:
    text = gap("room-12", BOOT, Lane.ROUTINE, 4, 9, GapReason.FULL, "2026-01-01T00:00:00.000Z")
    jsonschema.validate(json.loads(text), schema_of("gap"))
    message = decode(text)
    assert isinstance(message, GapMessage)
    assert (message.event_id, message.from_, message.to) == ("room-12-5f3a-routine-4-9", 4, 9)


def test_a_gap_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(MessageError, match="comes before"):
        gap("room-12", BOOT, Lane.ROUTINE, 9, 4, GapReason.FULL, "2026-01-01T00:00:00.000Z")


def test_replaying_changes_one_field_alone() -> None:
    first = sealed(fall())
    again = json.loads(as_replayed(first))
    assert again.pop("replayed") is True
    assert list(again.items()) == [item for item in json.loads(first).items() if item[0] != "replayed"]


@pytest.mark.parametrize(
    "change",
    [
        {"picture": "..."},
        {"seq": 0},
        {"seq": "1"},
        {"lane": "routine"},
        {"confidence": 1.2},
        {"confidence": None},
        {"room": "Room 12"},
        {"boot_id": "a-b"},
        {"observed_at": "2026-01-01T00:00:00Z"},
        {"met_basis": "kcal"},
        {"phase": "maybe"},
        {"schema": "care/incident/2"},
    ],
)
def test_an_incident_is_refused_for_any_wrong_field(change: dict[str, object]) -> None:
    body = {**json.loads(sealed(fall())), **change}
    with pytest.raises(MessageError):
        decode(json.dumps(body))
    if "schema" not in change:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(body, schema_of("incident"))


@pytest.mark.parametrize("field", sorted(json.loads(sealed(fall()))))
def test_no_field_of_an_incident_may_be_left_out(field: str) -> None:
    body = json.loads(sealed(fall()))
    del body[field]
    with pytest.raises(MessageError):
        decode(json.dumps(body))


@pytest.mark.parametrize("payload", [b"", b"\xff", b"[]", b"null", b"{}", b'{"schema":["x"]}', b"[" * 100_000, b"NaN"])
def test_what_is_no_message_is_refused_in_one_line(payload: bytes) -> None:
    with pytest.raises(MessageError) as caught:
        decode(payload)
    assert "\n" not in str(caught.value)


def test_a_refusal_does_not_repeat_the_content() -> None:
    body = {**json.loads(sealed(fall())), "subject": "Signora Rossi"}
    with pytest.raises(MessageError) as caught:
        decode(json.dumps(body))
    assert "Rossi" not in str(caught.value)
    assert "subject" in str(caught.value)


def test_too_long_a_payload_is_not_parsed() -> None:
    with pytest.raises(MessageError, match="longer"):
        decode(b" " * (MAX_BYTES + 1))


def test_an_ack_needs_no_schema_field() -> None:
    ack = decode_as(Ack, b'{"consumer":"recommender","boot_id":"5f3a","lane":"alarm","upto":3}')
    assert (ack.lane, ack.upto) == (Lane.ALARM, 3)


def test_states_of_two_cameras_are_one_present() -> None:
    def message(camera: str, t: float) -> StateMessage:
        return decode_as(StateMessage, json.dumps(encode(state(camera=camera, t=t), CONTEXT, stamp).body))

    both = merge(merge(None, message("door", 1.0)), message("corner", 2.0))
    assert [now.camera for now in both.cameras] == ["corner", "door"]
    later = merge(both, message("door", 3.0))
    assert [now.observed_at[-7:] for now in later.cameras] == ["02.000Z", "03.000Z"]
    assert later.observed_at == "1970-01-01T00:00:03.000Z"


def test_topics_are_built_and_taken_apart() -> None:
    text = topics.topic("villa-rosa", "room-12", "request", "rebirth")
    assert text == "care/v1/villa-rosa/room-12/request/rebirth"
    assert topics.parse(text) == topics.Topic("villa-rosa", "room-12", "request", "rebirth")
    assert str(topics.parse("care/v1/a/b/ack")) == "care/v1/a/b/ack"


@pytest.mark.parametrize(
    "text",
    [
        "care/v2/a/b/ack",
        "care/v1/a/b",
        "care/v1/a/b/ack/c",
        "care/v1/a/b/request",
        "care/v1/A/b/ack",
        "care/v1//b/ack",
        "care/v1/a/b/request/",
        "care/v1/a/b/request/x/y",
        "care/v1/a/b/picture",
        f"care/v1/{'a' * 33}/b/ack",
        "care/v1/+/b/ack",
    ],
)
def test_other_topics_are_refused(text: str) -> None:
    with pytest.raises(topics.TopicError):
        topics.parse(text)
