"""Who is where now: the retained present."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from edge_agent.messages.base import BootId, Count, Id, IncidentId, Message, Utc
from edge_agent.messages.envelope import TimeQuality
from edge_agent.types import Kind, Level, Phase, PostureKind, Severity


class PersonNow(Message):
    """One person in view."""

    track: Count
    subject: Id | None
    posture: PostureKind
    level: Level | None
    zone: str | None
    since: Utc
    """When this posture was taken."""
    seen_at: Utc


class OpenIncident(Message):
    """The last phase of an incident that is not over."""

    incident_id: IncidentId
    kind: Kind
    phase: Phase
    severity: Severity
    track: Count | None
    subject: Id | None
    since: Utc
    seen_at: Utc
    another_person: bool
    acknowledged_at: Utc | None
    """When a request acknowledged it; lapses after 5 min while it stays open. It silences nothing on the device."""
    text: str


class CameraNow(Message):
    """What one camera sees."""

    camera: Id
    room: Id
    observed_at: Utc
    """Of the instant this was last true of; `health` says whether the camera still sees."""
    people: tuple[PersonNow, ...]
    open_incidents: tuple[OpenIncident, ...]


class StateMessage(Message):
    """`state`: retained, sent when it changes and again at each connection."""

    schema_: Literal["care/state/1"] = Field(alias="schema")
    boot_id: BootId
    observed_at: Utc
    uptime_ms: Count
    time_quality: TimeQuality
    cameras: tuple[CameraNow, ...]


def merge(known: StateMessage | None, news: StateMessage) -> StateMessage:
    """The present of all cameras, where `news` speaks of some of them; cameras sorted by id."""
    if known is None or known.boot_id != news.boot_id:
        return news
    cameras = {now.camera: now for now in (*known.cameras, *news.cameras)}
    return news.model_copy(update={"cameras": tuple(cameras[name] for name in sorted(cameras))})
