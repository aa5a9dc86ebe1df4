"""Nobody has come back: by night, after somebody was seen to leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from edge_agent.incidents import stance
from edge_agent.incidents.dwell import dwell
from edge_agent.incidents.ending import cleared
from edge_agent.incidents.hours import is_night
from edge_agent.incidents.ids import Ids
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.reasons import fact, measured, word
from edge_agent.incidents.sensitivity import is_watched, patience
from edge_agent.types import (
    Camera,
    DataQuality,
    Incident,
    Kind,
    Person,
    Phase,
    PictureQuality,
    Relation,
    Severity,
    ZoneKind,
)

_WAYS: Mapping[ZoneKind, str] = MappingProxyType({ZoneKind.DOOR: "door", ZoneKind.BATHROOM: "bathroom"})
_SURE = 0.8
"""Confidence of an empty view after somebody was seen to leave it; [C]."""


@dataclass(frozen=True, slots=True)
class Absence:
    """How long the view has been empty, and why that is believed."""

    way: str | None = None
    """By which the last person left: `edge`, `door`, `bathroom`; None where nobody was seen to leave."""
    seen_at: float | None = None
    subject: str | None = None
    away_s: float = 0.0
    """Seconds with a usable picture and nobody in it."""
    looked_s: float = 0.0
    """Seconds since then, usable or not."""
    there_s: float = 0.0
    last: Incident | None = None


def step(
    limits: IncidentLimits,
    absence: Absence,
    ids: Ids,
    camera: Camera,
    t: float,
    dt: float,
    quality: PictureQuality,
    persons: Sequence[Person],
    day_s: float | None,
) -> tuple[Absence, Ids, tuple[Incident, ...]]:
    """Takes one instant in.

    Somebody who vanished in the middle of the picture, under a blanket say, is unseen and not absent. Where the hour is
    not known nothing new is said.
    """
    seen = [person for person in persons if person.track.confirmed and stance.seen(person)]
    if seen:
        return _there(limits, absence, ids, camera, t, dt, seen)
    gone = [person for person in persons if person.track.confirmed and person.track.left_by_edge]
    way = absence.way or ("edge" if gone else None)
    looking = dt if quality.usable else 0.0
    absence = replace(absence, way=way, away_s=absence.away_s + looking, looked_s=absence.looked_s + dt, there_s=0.0)
    if not is_watched(camera, Kind.ABSENCE, absence.subject):
        return _switched_off(absence, ids, t)
    limit_s = camera.care.absence_s
    if limit_s is not None:
        limit_s *= patience(camera, Kind.ABSENCE, absence.subject)
    due = limit_s is not None and absence.last is None and absence.seen_at is not None and absence.way is not None
    if not due or limit_s is None or absence.away_s < limit_s or is_night(camera.care, day_s) is not True:
        return absence, ids, ()
    ids, name = ids.take(Kind.ABSENCE, camera.id)
    said = _missed(absence, camera, name, t, limit_s)
    return replace(absence, last=said), ids, (said,)


def _switched_off(absence: Absence, ids: Ids, t: float) -> tuple[Absence, Ids, tuple[Incident, ...]]:
    """Nobody wants to hear of it any more."""
    if absence.last is None:
        return absence, ids, ()
    return replace(absence, last=None), ids, (cleared(absence.last, t, fact("watched", so=False)),)


def _there(
    limits: IncidentLimits, absence: Absence, ids: Ids, camera: Camera, t: float, dt: float, seen: Sequence[Person]
) -> tuple[Absence, Ids, tuple[Incident, ...]]:
    kinds = {zone.name: zone.kind for zone in camera.zones}
    ways = (_WAYS.get(kinds[each.posture.zone]) for each in seen if each.posture.zone in kinds)
    way = next((way for way in ways if way is not None), None)
    subject = next((each.subject for each in seen if each.subject is not None), None)
    fresh = Absence(way if len(seen) == 1 else None, t, subject)
    if absence.last is None:
        return fresh, ids, ()
    there_s = dwell(absence.there_s, holds=True, dt=dt, most=limits.back_s)
    if there_s < limits.back_s:
        return replace(absence, there_s=there_s), ids, ()
    back = measured("back_for", there_s, "s", Relation.AT_LEAST, limits.back_s)
    return fresh, ids, (replace(cleared(absence.last, t, back), seen_at=None),)


def _missed(absence: Absence, camera: Camera, name: str, t: float, limit_s: float) -> Incident:
    reasons = (
        measured("nobody_for", absence.away_s, "s", Relation.AT_LEAST, limit_s),
        word("left_by", absence.way or "edge"),
    )
    coverage = absence.away_s / absence.looked_s if absence.looked_s > 0 else 1.0
    return Incident(
        name,
        Kind.ABSENCE,
        Phase.CONFIRMED,
        Severity.NOTICE,
        camera.id,
        None,
        t,
        t if absence.seen_at is None else absence.seen_at,
        reasons,
        (),
        round(_SURE * coverage, 3),
        DataQuality(round(coverage, 3), None, "unknown"),
        absence.subject,
        seen_at=absence.seen_at,
    )
