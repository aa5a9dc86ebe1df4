"""Messages as devices send them to the recommender."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from edge_agent.messages.envelope import Lane, TimeQuality
from edge_agent.messages.gap import GapMessage
from edge_agent.messages.health import HealthMessage
from edge_agent.messages.incident import IncidentMessage
from edge_agent.messages.info import InfoMessage
from edge_agent.messages.observation import ObservationMessage
from edge_agent.messages.stamp import utc_text
from edge_agent.messages.state import StateMessage
from edge_agent.types import Kind, Phase

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FACILITY, DEVICE, BOOT, ROOM, CAMERA = "villa-rosa", "room-12", "5f3a", "room-12", "corner"


def later(seconds: float, start: datetime = NOON) -> datetime:
    return start + timedelta(seconds=seconds)


def quality(coverage: float = 0.95) -> dict[str, Any]:
    return {"coverage": coverage, "mean_score": 0.72, "view": "oblique"}


def envelope(lane: Lane, seq: int, at: datetime, **changes: object) -> dict[str, Any]:
    body: dict[str, Any] = {
        "boot_id": BOOT,
        "lane": lane,
        "seq": seq,
        "room": ROOM,
        "camera": CAMERA,
        "track": 3,
        "subject": "resident",
        "observed_at": utc_text(at),
        "uptime_ms": 60_000,
        "time_quality": TimeQuality.SYNCED,
        "replayed": False,
        "met_basis": None,
        "reasons": (),
        "rejected": (),
        "text": "",
        "confidence": 0.9,
        "data_quality": quality(),
    }
    body |= changes
    device = body.pop("device", DEVICE)
    return body | {"event_id": f"{device}-{body['boot_id']}-{lane}-{seq}"}


def reason(feature: str, value: float | str, unit: str, relation: str, limit: float | str) -> dict[str, Any]:
    return {"feature": feature, "value": value, "unit": unit, "relation": relation, "limit": limit}


def incident(
    seq: int = 1,
    phase: Phase = Phase.CONFIRMED,
    at: datetime = NOON,
    *,
    kind: Kind = Kind.FALL,
    since: datetime | None = None,
    seen_at: datetime | None = None,
    id_: str = "corner-1",
    severity: str = "alarm",
    **changes: object,
) -> IncidentMessage:
    body = envelope(Lane.ALARM, seq, at, **{"text": f"{kind} {phase}"} | changes)
    body |= {
        "schema": "care/incident/1",
        "incident_id": id_,
        "kind": kind,
        "phase": phase,
        "severity": severity,
        "since": utc_text(since or at),
        "seen_at": utc_text(seen_at or at),
    }
    body.setdefault("check_required", phase is Phase.CLEARED)
    body.setdefault("another_person", False)
    return IncidentMessage.model_validate_json(as_json(body))


def person(
    seconds: float = 60.0, *, subject: str | None = "resident", track: int = 3, **changes: object
) -> dict[str, Any]:
    return {
        "track": track,
        "subject": subject,
        "attributable_s": seconds,
        "intensity_s": {"sedentary": seconds},
        "level_s": {"sedentary": seconds},
        "posture_s": {"sitting": seconds},
        "met": 1.3,
        "steps": 0,
        "cadence_spm": None,
        "sit_to_stands": 0,
        "angles": {},
        "vector": None,
        "reasons": (),
        "confidence": 0.8,
        "data_quality": quality(),
    } | changes


def observation(
    seq: int = 1,
    start: datetime = NOON,
    *,
    persons: tuple[dict[str, Any], ...] = (),
    observed_s: float = 60.0,
    occupied_s: float | None = None,
    people: int | None = None,
    **changes: object,
) -> ObservationMessage:
    body = envelope(Lane.ROUTINE, seq, start + timedelta(seconds=60), **changes) | {
        "schema": "care/observation/1",
        "start": utc_text(start),
        "observed_s": observed_s,
        "occupied_s": (observed_s if persons else 0.0) if occupied_s is None else occupied_s,
        "lost_s": {"dark": 60.0 - observed_s} if observed_s < 60 else {},
        "people": len(persons) if people is None else people,
        "persons": persons,
    }
    return ObservationMessage.model_validate_json(as_json(body))


def gap(first: int, last: int, lane: Lane = Lane.ALARM, **changes: object) -> GapMessage:
    body = {
        "schema": "care/gap/1",
        "event_id": f"{DEVICE}-{BOOT}-{lane}-{first}-{last}",
        "boot_id": BOOT,
        "lane": lane,
        "from": first,
        "to": last,
        "reason": "full",
        "observed_at": utc_text(NOON),
        "replayed": False,
    } | changes
    return GapMessage.model_validate_json(as_json(body))


def camera_health(at: datetime = NOON, **changes: object) -> dict[str, Any]:
    return {
        "camera": CAMERA,
        "room": ROOM,
        "status": "ok",
        "reasons": (),
        "until": None,
        "seen_at": utc_text(at),
        "fps": 8.0,
        "latency_ms": 90.0,
        "dropped": 0,
    } | changes


def health(
    at: datetime = NOON, *cameras: dict[str, Any], boot_id: str = BOOT, clock: str = "synced", **changes: object
) -> HealthMessage:
    body = {
        "schema": "care/health/1",
        "boot_id": boot_id,
        "observed_at": utc_text(at),
        "uptime_ms": 60_000,
        "cameras": cameras or (camera_health(at),),
        "temperature_c": 51.0,
        "throttled": False,
        "disk_free_bytes": 9_000_000_000,
        "outbox": {"alarm": 0, "routine": 0, "bytes": 0, "dropped": 0},
        "clock": clock,
    } | changes
    return HealthMessage.model_validate_json(as_json(body))


def info(
    rooms: tuple[tuple[str, tuple[str, ...]], ...] = ((ROOM, (CAMERA,)),), device: str = DEVICE, boot_id: str = BOOT
) -> InfoMessage:
    body = {
        "schema": "care/info/1",
        "facility": FACILITY,
        "device": device,
        "boot_id": boot_id,
        "started_at": utc_text(NOON),
        "versions": {"carepose": "0.1.0"},
        "models": {},
        "profile": "pi5",
        "config_generation": 1,
        "language": "en",
        "rooms": [{"room": room, "cameras": cameras} for room, cameras in rooms],
        "schemas": [],
        "consumer": "recommender",
    }
    return InfoMessage.model_validate_json(as_json(body))


def state(
    at: datetime = NOON,
    *,
    people: tuple[dict[str, Any], ...] = (),
    still_open: tuple[IncidentMessage, ...] = (),
    room: str = ROOM,
    camera: str = CAMERA,
    boot_id: str = BOOT,
) -> StateMessage:
    body = {
        "schema": "care/state/1",
        "boot_id": boot_id,
        "observed_at": utc_text(at),
        "uptime_ms": 60_000,
        "time_quality": "synced",
        "cameras": [
            {
                "camera": camera,
                "room": room,
                "observed_at": utc_text(at),
                "people": people,
                "open_incidents": [
                    {
                        "incident_id": one.incident_id,
                        "kind": one.kind,
                        "phase": one.phase,
                        "severity": one.severity,
                        "track": one.track,
                        "subject": one.subject,
                        "since": one.since,
                        "seen_at": one.seen_at,
                        "another_person": one.another_person,
                        "acknowledged_at": None,
                        "text": one.text,
                    }
                    for one in still_open
                ],
            }
        ],
    }
    return StateMessage.model_validate_json(as_json(body))


def seated(at: datetime = NOON, posture: str = "sitting", **changes: object) -> dict[str, Any]:
    return {
        "track": 3,
        "subject": "resident",
        "posture": posture,
        "level": "sedentary",
        "zone": "armchair",
        "since": utc_text(at),
        "seen_at": utc_text(at),
    } | changes


def as_json(body: Mapping[str, Any]) -> str:
    return json.dumps(body)
