"""What Home Assistant would show: the announced templates, rendered over our own messages as it renders them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from edge_agent.messages.base import Message
from edge_agent.messages.decode import decode_as
from edge_agent.messages.discovery import DiscoveryMessage, is_config_topic
from edge_agent.messages.draft import Draft, dump
from edge_agent.messages.egress import EgressError, permit
from edge_agent.messages.encode import Context
from edge_agent.messages.state import StateMessage
from edge_agent.mqtt.home_assistant import announced, withdrawn
from edge_agent.types import Kind, Phase
from tests.fakes import care
from tests.fakes.events import CONTEXT

# As Home Assistant's, save that it only logs what is undefined; ours must not rely on that.
JINJA = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
ONE = Context(care.FACILITY, care.DEVICE, care.BOOT, "en", {care.CAMERA: care.ROOM}, ())
BASE = f"care/v1/{care.FACILITY}/{care.DEVICE}"


def told(context: Context = ONE, before: Draft | None = None) -> dict[str, Any]:
    """The announcement as it is sent."""
    sent = dump(announced("homeassistant", context, "pi5", "0.3.0", before).body)
    decode_as(DiscoveryMessage, sent)
    body: dict[str, Any] = json.loads(sent)
    return body


def rendered(template: str, payload: str) -> str:
    return JINJA.from_string(template).render(value=payload, value_json=json.loads(payload))


class Home:
    """As much of Home Assistant as decides what an entity shows."""

    def __init__(self, discovery: Mapping[str, Any], retained: Mapping[str, str | Message]) -> None:
        self._discovery = discovery
        self._retained = {
            f"{BASE}/{kind}": said if isinstance(said, str) else said.to_json() for kind, said in retained.items()
        }

    def shows(self, component: str) -> str:
        entity = self._discovery["cmps"][component]
        if not all(self._is_available(one) for one in entity.get("availability", self._discovery["availability"])):
            return "unavailable"
        payload = self._retained.get(entity["state_topic"])
        value = "None" if payload is None else rendered(entity["value_template"], payload)
        assert value.strip(), "what renders to nothing would leave the old value"
        assert value == "None" or value in entity.get("options", [value])
        return "unknown" if value == "None" else value

    def _is_available(self, availability: Mapping[str, str]) -> bool:
        payload = self._retained.get(availability["topic"])
        if payload is None:
            return False
        template = availability.get("value_template")
        word = rendered(template, payload) if template and template != "online" else template or payload
        assert word in {"online", "offline"}, "anything else would leave the old word"
        return word == "online"


def home(
    state: Message | None = None, health: Message | None = None, word: str = "online", context: Context = ONE
) -> Home:
    return Home(
        told(context), {"availability": word, "state": state or care.state(), "health": health or care.health()}
    )


def blind() -> Message:
    return care.health(care.NOON, care.camera_health(status="blind", reasons=("covered", "dark")))


def test_one_retained_message_announces_the_device() -> None:
    draft = announced("homeassistant", ONE, "pi5", "0.3.0")
    assert (draft.lane, draft.topic) == (None, "homeassistant/device/villa-rosa-room-12/config")
    body = told()
    assert {"dev", "o", "cmps", "availability", "availability_mode", "qos"} == set(body), "anything else is refused"
    assert body["dev"]["ids"] == ["carepose_villa-rosa_room-12"]
    assert (body["dev"]["sa"], body["o"]["name"]) == ("Room 12", "carepose")
    for id_, entity in body["cmps"].items():
        assert " " not in id_
        assert {"p", "unique_id", "name", "state_topic", "value_template"} <= set(entity)
        assert entity["state_topic"] in {f"{BASE}/state", f"{BASE}/health"}
        assert (entity.get("device_class") == "enum") == ("options" in entity)
        assert "expire_after" not in entity
    ids = [entity["unique_id"] for entity in body["cmps"].values()]
    assert len(set(ids)) == len(ids)
    assert None not in body["cmps"][f"{care.CAMERA}-people"].values()


def test_an_empty_room() -> None:
    empty = home()
    shown = {
        key: empty.shows(f"{care.CAMERA}-{key}")
        for key in ("people", "occupancy", "fall", "alarm", "posture", "camera")
    }
    assert shown == {
        "people": "0",
        "occupancy": "OFF",
        "fall": "OFF",
        "alarm": "unknown",
        "posture": "unknown",
        "camera": "ok",
    }
    assert empty.shows(f"{care.CAMERA}-seen") == "2026-03-02T12:00:00.000Z"
    assert empty.shows(f"{care.CAMERA}-until") == "unknown"


def test_one_person_has_a_posture_and_several_have_none() -> None:
    alone = home(care.state(people=(care.seated(),)))
    assert [alone.shows(f"{care.CAMERA}-{key}") for key in ("people", "occupancy", "posture", "level")] == [
        "1",
        "ON",
        "sitting",
        "sedentary",
    ]
    assert home(care.state(people=(care.seated(level=None),))).shows(f"{care.CAMERA}-level") == "unknown"
    visited = home(care.state(people=(care.seated(), care.seated(track=4))))
    assert [visited.shows(f"{care.CAMERA}-{key}") for key in ("people", "posture")] == ["2", "unknown"]


def test_a_fall_is_shown_until_it_is_cleared_and_before_lesser_things() -> None:
    slump = care.incident(1, kind=Kind.SLUMP, severity="warning", id_="c-1")
    fall = care.incident(2, Phase.ESCALATED, id_="c-2")
    both = home(care.state(still_open=(slump, fall)))
    assert (both.shows(f"{care.CAMERA}-fall"), both.shows(f"{care.CAMERA}-alarm")) == ("ON", "fall escalated")
    lesser = home(care.state(still_open=(slump,)))
    assert (lesser.shows(f"{care.CAMERA}-fall"), lesser.shows(f"{care.CAMERA}-alarm")) == ("OFF", "slump confirmed")


@pytest.mark.parametrize(
    ("health", "word"), [(blind(), "online"), (care.health(), "offline")], ids=["blind", "offline"]
)
def test_rule_8_nothing_looks_quiet_that_nobody_watches_and_rule_3_the_alarm_stays(health: Message, word: str) -> None:
    unwatched = home(care.state(still_open=(care.incident(),)), health, word)
    for key in ("fall", "occupancy", "people", "posture", "level"):
        assert unwatched.shows(f"{care.CAMERA}-{key}") == "unavailable"
    assert unwatched.shows(f"{care.CAMERA}-alarm") == "fall confirmed"


def test_why_a_camera_does_not_see() -> None:
    assert home(health=blind()).shows(f"{care.CAMERA}-camera") == "blind"
    assert home(health=blind()).shows(f"{care.CAMERA}-why") == "covered, dark"
    paused = care.health(care.NOON, care.camera_health(status="paused", until="2026-03-02T12:30:00.000Z"))
    assert home(health=paused).shows(f"{care.CAMERA}-until") == "2026-03-02T12:30:00.000Z"


def test_no_class_of_ours_reads_safe_or_ok() -> None:
    assert {entity.get("device_class") for entity in told()["cmps"].values()}.isdisjoint({"safety", "problem"})


def test_the_devices_own_figures_and_what_it_does_not_know() -> None:
    known = home(health=care.health(reasons=("disk_low", "hot")))
    assert {key: known.shows(key) for key in ("temperature", "disk", "waiting", "clock", "trouble")} == {
        "temperature": "51.0",
        "disk": "9.0",
        "waiting": "0",
        "clock": "synced",
        "trouble": "disk_low, hot",
    }
    unknown = home(health=care.health(temperature_c=None, disk_free_bytes=None))
    assert {key: unknown.shows(key) for key in ("temperature", "disk", "trouble")} == {
        "temperature": "unknown",
        "disk": "unknown",
        "trouble": "unknown",
    }


def test_each_of_several_cameras_has_its_own() -> None:
    context = replace(ONE, rooms={care.CAMERA: care.ROOM, "door": care.ROOM, "hall": "hall"}, language="it")
    body = told(context)
    assert "sa" not in body["dev"]
    assert body["cmps"]["door-fall"]["name"] == "Room 12 door sospetta caduta"
    assert body["cmps"]["hall-people"]["name"] == "Hall persone in vista"
    cameras = [
        care.state(people=(care.seated(),)).cameras[0],
        care.state(camera="door", still_open=(care.incident(),)).cameras[0],
    ]
    state = StateMessage.model_validate(care.state().model_dump(by_alias=True) | {"cameras": tuple(cameras)})
    health = care.health(
        care.NOON,
        care.camera_health(),
        care.camera_health(camera="door"),
        care.camera_health(camera="hall", room="hall"),
    )
    shown = home(state, health, context=context)
    assert [shown.shows(f"{camera}-people") for camera in ("corner", "door", "hall")] == ["1", "0", "unknown"]
    assert [shown.shows(f"{camera}-fall") for camera in ("corner", "door", "hall")] == ["OFF", "ON", "unknown"]
    assert home(state, care.health(), context=context).shows("door-fall") == "unavailable"


def test_what_is_no_more_is_removed() -> None:
    two = replace(ONE, rooms={care.CAMERA: care.ROOM, "door": care.ROOM})
    after = told(ONE, announced("homeassistant", two, "pi5", "0.3.0"))
    assert after["cmps"]["door-fall"] == {"p": "binary_sensor"}
    assert after["cmps"][f"{care.CAMERA}-fall"]["name"] == "Suspected fall"
    assert withdrawn("homeassistant", ONE) == Draft(None, "homeassistant/device/villa-rosa-room-12/config", {})


def test_the_gate_lets_the_announcement_pass_and_nothing_else_by_its_topic() -> None:
    draft = announced("homeassistant", CONTEXT, "pi5", "0.3.0")
    permit(draft, CONTEXT.device, CONTEXT.boot_id)
    permit(withdrawn("homeassistant", CONTEXT), CONTEXT.device, CONTEXT.boot_id)
    for body in ({**draft.body, "keypoints": []}, {"schema": "care/state/1"}):
        with pytest.raises(EgressError):
            permit(replace(draft, body=body), CONTEXT.device, CONTEXT.boot_id)


def test_only_announcements_have_such_a_topic() -> None:
    assert is_config_topic("homeassistant/device/a-b/config")
    assert not any(
        is_config_topic(topic) for topic in (f"{BASE}/state", "homeassistant/device/+/config", "device//config")
    )
