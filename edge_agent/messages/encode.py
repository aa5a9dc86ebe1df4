"""From what the pipeline says to what is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from edge_agent.messages import topics
from edge_agent.messages.decode import decode_as
from edge_agent.messages.draft import Body, Draft, dump
from edge_agent.messages.envelope import MET_BASIS, Lane
from edge_agent.messages.stamp import Stamp
from edge_agent.messages.state import StateMessage
from edge_agent.messages.texts import Language, incident_text, minute_text
from edge_agent.types import (
    DataQuality,
    Event,
    Incident,
    Minute,
    PersonMinute,
    PersonState,
    Reason,
    Rejected,
    State,
    Value,
)

Clockwork: TypeAlias = Callable[[float], Stamp]
"""Tells an instant of the source's clock in the world's."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a message says beside the event itself."""

    facility: str
    device: str
    boot_id: str
    """`[a-z0-9]{1,32}`: one run of the agent."""
    language: Language
    rooms: Mapping[str, str]
    """Room by camera."""
    vector_edges: tuple[str, ...]
    """Names of the posture vector's entries."""
    vector_version: int = 1

    def topic(self, kind: str) -> str:
        """A topic of this device."""
        return topics.topic(self.facility, self.device, kind)


def encode(event: Event, context: Context, stamp: Clockwork) -> Draft:
    """Draft the message of an event: incidents on the alarm lane, minutes on the routine lane, states retained.

    Raises:
        MessageError: a state that is not valid by its schema (events on a lane are checked when sealed).
    """
    match event:
        case Incident():
            return Draft(Lane.ALARM, context.topic(topics.INCIDENT), _incident(event, context, stamp))
        case Minute():
            return Draft(Lane.ROUTINE, context.topic(topics.OBSERVATION), _minute(event, context, stamp))
        case State():
            body = _state(event, context, stamp)
            decode_as(StateMessage, dump(body))
            return Draft(None, context.topic(topics.STATE), body)


def _incident(incident: Incident, context: Context, stamp: Clockwork) -> Body:
    seen_at = incident.seen_at if incident.seen_at is not None else incident.t
    speaks_of_met = any(reason.unit == "MET" for reason in incident.reasons)
    return {
        "schema": "care/incident/1",
        "room": context.rooms[incident.camera],
        "camera": incident.camera,
        "track": incident.track,
        "subject": incident.subject,
        **_when(incident.t, stamp),
        "replayed": False,
        "met_basis": MET_BASIS if speaks_of_met else None,
        "reasons": _reasons(incident.reasons),
        "rejected": [_rejected(each) for each in incident.rejected],
        "text": incident_text(incident, context.language),
        "confidence": _number(incident.confidence, 3),
        "data_quality": _quality(incident.quality),
        "incident_id": _incident_id(incident, context),
        "kind": incident.kind.value,
        "phase": incident.phase.value,
        "severity": incident.severity.value,
        "since": stamp(incident.onset).observed_at,
        "seen_at": stamp(seen_at).observed_at,
        "check_required": incident.check_required,
        "another_person": incident.another_person,
    }


def _minute(minute: Minute, context: Context, stamp: Clockwork) -> Body:
    only = minute.persons[0] if len(minute.persons) == 1 else None
    return {
        "schema": "care/observation/1",
        "room": context.rooms[minute.camera],
        "camera": minute.camera,
        "track": only.track if only else None,
        "subject": only.subject if only else None,
        **_when(minute.t, stamp),
        "replayed": False,
        "met_basis": MET_BASIS if minute.persons else None,
        "reasons": _reasons(only.reasons) if only else [],
        "rejected": [],
        "text": minute_text(minute, context.language),
        "confidence": _number(min(person.confidence for person in minute.persons), 3) if minute.persons else None,
        "data_quality": _minute_quality(minute),
        "start": stamp(minute.start).observed_at,
        "observed_s": _number(minute.observed_s),
        "occupied_s": _number(minute.occupied_s),
        "lost_s": _seconds(minute.lost_s),
        "people": minute.people,
        "persons": [_person_minute(person, context) for person in minute.persons],
    }


def _person_minute(person: PersonMinute, context: Context) -> Body:
    return {
        "track": person.track,
        "subject": person.subject,
        "attributable_s": _number(person.attributable_s),
        "intensity_s": _seconds(person.intensity_s),
        "level_s": _seconds(person.level_s),
        "posture_s": _seconds(person.posture_s),
        "seated_s": _seconds(person.seated_s),
        "met": _number(person.met),
        "steps": person.steps,
        "cadence_spm": _number(person.cadence_spm),
        "sit_to_stands": person.sit_to_stands,
        "angles": {
            name: {"median_deg": _number(angle.median_deg), "valid_s": _number(angle.valid_s)}
            for name, angle in sorted(person.angles.items())
        },
        "vector": _vector(person, context),
        "reasons": _reasons(person.reasons),
        "confidence": _number(person.confidence, 3),
        "data_quality": _quality(person.quality),
    }


def _vector(person: PersonMinute, context: Context) -> Body | None:
    if not person.vector:
        return None
    return {
        "version": context.vector_version,
        "edges": list(context.vector_edges),
        "median_deg": [_number(angle.median_deg) for angle in person.vector],
        "spread_deg": [_number(angle.spread_deg) for angle in person.vector],
    }


def _minute_quality(minute: Minute) -> Body:
    """Of the minute as a whole: how much of it was watched, and the least that holds for everybody in it."""
    length = minute.t - minute.start
    scores = [person.quality.mean_score for person in minute.persons if person.quality.mean_score is not None]
    views = {person.quality.view for person in minute.persons}
    return _quality(
        DataQuality(
            coverage=min(1.0, minute.observed_s / length) if length > 0 else 0.0,
            mean_score=min(scores) if scores else None,
            view=views.pop() if len(views) == 1 else "unknown",
        )
    )


def _state(state: State, context: Context, stamp: Clockwork) -> Body:
    camera = {
        "camera": state.camera,
        "room": context.rooms[state.camera],
        "observed_at": stamp(state.t).observed_at,
        "people": [_person_now(person, stamp) for person in state.people],
        "open_incidents": [_open_incident(incident, context, stamp) for incident in state.open_incidents],
    }
    return {"schema": "care/state/1", "boot_id": context.boot_id, **_when(state.t, stamp), "cameras": [camera]}


def _person_now(person: PersonState, stamp: Clockwork) -> Body:
    return {
        "track": person.track,
        "subject": person.subject,
        "posture": person.posture.value,
        "level": person.level.value if person.level is not None else None,
        "zone": person.zone,
        "since": stamp(person.since).observed_at,
        "seen_at": stamp(person.seen_at).observed_at,
    }


def _open_incident(incident: Incident, context: Context, stamp: Clockwork) -> Body:
    seen_at = incident.seen_at if incident.seen_at is not None else incident.t
    return {
        "incident_id": _incident_id(incident, context),
        "kind": incident.kind.value,
        "phase": incident.phase.value,
        "severity": incident.severity.value,
        "track": incident.track,
        "subject": incident.subject,
        "since": stamp(incident.onset).observed_at,
        "seen_at": stamp(seen_at).observed_at,
        "another_person": incident.another_person,
        "acknowledged_at": None,
        "text": incident_text(incident, context.language),
    }


def _incident_id(incident: Incident, context: Context) -> str:
    """Unique over restarts too: an acknowledgement of the last run's fall must not be taken for this one's."""
    return f"{context.boot_id}-{incident.id}"


def _when(t: float, stamp: Clockwork) -> Body:
    now = stamp(t)
    return {"observed_at": now.observed_at, "uptime_ms": now.uptime_ms, "time_quality": now.time_quality.value}


def _reasons(reasons: Iterable[Reason]) -> list[Body]:
    return [_reason(reason) for reason in reasons]


def _reason(reason: Reason) -> Body:
    return {
        "feature": reason.feature,
        "value": _value(reason.value),
        "unit": reason.unit,
        "relation": reason.relation.value,
        "limit": _value(reason.limit),
    }


def _rejected(rejected: Rejected) -> Body:
    return {"alternative": rejected.alternative, "because": _reason(rejected.because)}


def _quality(quality: DataQuality) -> Body:
    return {
        "coverage": _number(quality.coverage, 3),
        "mean_score": _number(quality.mean_score, 3),
        "view": quality.view,
    }


def _seconds(table: Mapping[str, float]) -> Body:
    return {str(name): _number(seconds) for name, seconds in sorted(table.items())}


def _value(value: Value) -> Value:
    return value if isinstance(value, bool | int | str) else _plain(value, 3)


def _number(value: float | None, digits: int = 2) -> float | None:
    """Rounded: what lies beyond is noise, and the card wears with each byte written."""
    return None if value is None else _plain(value, digits)


def _plain(value: float, digits: int) -> float:
    return round(float(value), digits) + 0.0
