"""What the box announces to Home Assistant when its configuration changes."""

from __future__ import annotations

from pathlib import Path

from edge_agent.announcements import home_assistant_drafts
from edge_agent.box import context_of
from firmware_config.schema import Broker, Camera, Configuration, HomeAssistant, Source


def box(*cameras: str, prefix: str | None = "homeassistant") -> Configuration:
    known = None if prefix is None else HomeAssistant(discovery_prefix=prefix)
    return Configuration(
        facility="villa-rosa",
        device="room-12",
        cameras=tuple(Camera(id=name, room="r1", source=Source(recording=Path(f"/{name}"))) for name in cameras),
        broker=Broker(host="localhost", home_assistant=known),
        data_dir=Path("/data"),
    )


def told(now: Configuration, before: Configuration | None) -> list[tuple[str, bool]]:
    """Topic, and whether anything is announced there."""
    return [(draft.topic, bool(draft.body)) for draft in home_assistant_drafts(now, context_of(now, "5f3a"), before)]


def test_nothing_is_announced_unasked() -> None:
    assert told(box("a", prefix=None), None) == []
    assert told(box("a", prefix=None), box("b", prefix=None)) == []


def test_an_announcement_is_taken_back_when_it_is_no_longer_wanted_or_moves() -> None:
    topic = "homeassistant/device/villa-rosa-room-12/config"
    assert told(box("a"), None) == [(topic, True)]
    assert told(box("a", prefix=None), box("a")) == [(topic, False)]
    assert told(box("a", prefix="other"), box("a")) == [
        (topic, False),
        ("other/device/villa-rosa-room-12/config", True),
    ]


def test_a_camera_that_is_gone_is_removed() -> None:
    now = box("a")
    (draft,) = home_assistant_drafts(now, context_of(now, "5f3a"), box("a", "b"))
    components = draft.body["cmps"]
    assert isinstance(components, dict)
    assert {name: entity for name, entity in components.items() if name.startswith("b-") and "name" in entity} == {}
    assert any(name.startswith("b-") for name in components)
