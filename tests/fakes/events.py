"""Events as the pipeline would say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from edge_agent.messages.encode import Context
from edge_agent.messages.envelope import TimeQuality
from edge_agent.messages.stamp import Stamp, utc_text
from edge_agent.types import (
    AngleSummary,
    DataQuality,
    Incident,
    JointAngle,
    Kind,
    Level,
    Minute,
    PersonMinute,
    PersonState,
    Phase,
    PostureKind,
    Reason,
    Rejected,
    Relation,
    Severity,
    State,
)

EDGES = tuple(f"edge_{i}" for i in range(16))

CONTEXT = Context("villa-rosa", "room-12", "5f3a", "en", {"corner": "r12", "door": "r12"}, EDGES)


def stamp(t: float) -> Stamp:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=t)
    return Stamp(utc_text(moment), round(t * 1000), TimeQuality.SYNCED)


def fall(
    phase: Phase = Phase.CONFIRMED, *, t: float = 100.0, seen_at: float | None = 98.0, camera: str = "corner"
) -> Incident:
    return Incident(
        id="fall-corner-1",
        kind=Kind.FALL,
        phase=phase,
        severity=Severity.ALARM,
        camera=camera,
        track=3,
        t=t,
        onset=85.0,
        reasons=(
            Reason("fall_speed", 1.84, "torso/s", Relation.ABOVE, 1.2),
            Reason("trunk_inclination", 81.6, "deg", Relation.ABOVE, 60.0),
        ),
        rejected=(Rejected("bending", Reason("hip_height", 0.21, "torso", Relation.BELOW, 0.8)),),
        confidence=0.87,
        quality=DataQuality(0.93, 0.71, "oblique"),
        subject="resident",
        seen_at=seen_at,
        check_required=phase is Phase.CLEARED,
    )


def person_minute(track: int = 3, subject: str | None = "resident") -> PersonMinute:
    return PersonMinute(
        track=track,
        subject=subject,
        attributable_s=41.0,
        intensity_s={"sedentary": 35.0, "light": 4.5},
        level_s={"sedentary": 35.0, "moderate": 4.5},
        posture_s={"sitting": 36.25, "standing": 4.0},
        met=1.42,
        steps=6,
        cadence_spm=None,
        sit_to_stands=1,
        angles={"neck_forward_deg": AngleSummary(21.456, 30.0)},
        vector=tuple(JointAngle(10.0 * i, None if i == 4 else 2.5) for i in range(16)),
        reasons=(Reason("met", 1.42, "MET", Relation.AT_MOST, 1.5),),
        confidence=0.8,
        quality=DataQuality(0.68, 0.66, "frontal"),
        seated_s={"slouching": 9.5, "upright": 25.0},
    )


def minute(
    *persons: PersonMinute, observed_s: float = 60.0, people: int | None = None, camera: str = "corner"
) -> Minute:
    seen = len(persons) if people is None else people
    lost_s = {"dark": 60.0 - observed_s} if observed_s < 60 else {}
    return Minute(camera, 60.0, 120.0, observed_s, 44.0 if seen else 0.0, seen, persons, lost_s)


def state(*open_incidents: Incident, camera: str = "corner", t: float = 100.0) -> State:
    person = PersonState(3, "resident", PostureKind.LYING, Level.SEDENTARY, None, 85.0, t)
    return State(camera, t, (person,), open_incidents)
