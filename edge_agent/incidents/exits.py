"""Leaving a bed or a seat: for those whom the care plan wants to be met when they rise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from edge_agent.incidents import stance
from edge_agent.incidents.dwell import dwell
from edge_agent.incidents.ending import cleared
from edge_agent.incidents.hours import is_night
from edge_agent.incidents.ids import Ids
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.reasons import fact, measured, word
from edge_agent.incidents.sensitivity import MOST_PATIENCE, is_watched, patience
from edge_agent.incidents.sight import Sight
from edge_agent.types import (
    RESTING,
    Camera,
    Incident,
    Kind,
    Person,
    Phase,
    Reason,
    Relation,
    Severity,
    Zone,
    ZoneKind,
)

KINDS: Mapping[ZoneKind, Kind] = MappingProxyType(
    {ZoneKind.BED: Kind.BED_EXIT, ZoneKind.CHAIR: Kind.CHAIR_EXIT, ZoneKind.SOFA: Kind.CHAIR_EXIT}
)
_SURE = 0.9
"""Confidence of a rise that was seen from rest to feet; [C]."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Somebody's rest in a marked bed or seat, and what came of it."""

    zone: Zone
    sight: Sight
    rested_s: float = 0.0
    off_s: float = 0.0
    back_s: float = 0.0
    subject: str | None = None
    last: Incident | None = None
    """What was said, until they are back."""


@dataclass(frozen=True, slots=True)
class Exits:
    """Who rests where, by track."""

    rests: Mapping[int, Rest] = field(default_factory=dict)

    @property
    def open(self) -> tuple[Incident, ...]:
        """The exits of those who are not back."""
        return tuple(rest.last for rest in self.rests.values() if rest.last is not None)


def step(
    limits: IncidentLimits,
    exits: Exits,
    ids: Ids,
    camera: Camera,
    t: float,
    dt: float,
    persons: Sequence[Person],
    day_s: float | None,
) -> tuple[Exits, Ids, tuple[Incident, ...]]:
    """Takes one instant in; where the hour is not known a bed is watched as by night.

    Args:
        limits: the thresholds.
        exits: what the step before returned, or `Exits()`.
        ids: the names given so far.
        camera: its zones, and what the care plan asks for.
        t: now, seconds.
        dt: seconds since the instant before.
        persons: everybody tracked.
        day_s: seconds after midnight at the place, where it is known.
    """
    hours = _hours(camera, day_s)
    zones = {zone.name: zone for zone in camera.zones if zone.kind in KINDS}
    present = {person.track.id: person for person in persons if person.track.confirmed}
    after: dict[int, Rest] = {}
    said: list[Incident] = []
    for track in sorted(exits.rests.keys() | present.keys()):
        rest = _follow(limits, exits.rests.get(track), present.get(track), zones, dt)
        if rest is None:
            continue
        kind = KINDS[rest.zone.kind]
        left_s = limits.left_s * patience(camera, kind, rest.subject)
        watched = is_watched(camera, kind, rest.subject)
        news = _back(limits, rest, t, watched=watched)
        if news is None and rest.last is None and rest.off_s >= left_s:
            if kind not in hours or not watched or rest.rested_s < limits.rested_s:
                continue  # nobody asked, or it was no rest: it begins anew with the next
            ids, name = ids.take(kind, camera.id)
            news = _left(limits, rest, camera, name, track, t, left_s)
        if news is not None:
            said.append(news)
            rest = replace(rest, last=news)
        if rest.last is None or rest.last.phase is not Phase.CLEARED:
            after[track] = rest
    return Exits(after), ids, tuple(said)


def _hours(camera: Camera, day_s: float | None) -> frozenset[Kind]:
    """What the care plan asks for at this hour."""
    care = camera.care
    wanted = {Kind.CHAIR_EXIT} if care.chair_exit else set()
    if care.bed_exit and is_night(care, day_s) is not False:
        wanted.add(Kind.BED_EXIT)
    return frozenset(wanted)


def _follow(
    limits: IncidentLimits, rest: Rest | None, person: Person | None, zones: Mapping[str, Zone], dt: float
) -> Rest | None:
    """The rest after this instant; None where there is none."""
    if person is None:
        return None if rest is None else replace(rest, sight=rest.sight.look(None, dt))
    zone = zones.get(person.posture.zone or "")
    resting = stance.seen(person) and zone is not None and person.posture.kind in RESTING
    if rest is None:
        return Rest(zone, Sight(person.track.t), subject=person.subject) if resting and zone is not None else None
    rest = replace(rest, sight=rest.sight.look(person, dt), subject=person.subject or rest.subject)
    if not stance.seen(person) or person.track.ambiguous:
        return rest
    there = resting and zone is not None and zone.name == rest.zone.name
    up = stance.on_feet(limits, person)
    return replace(
        rest,
        rested_s=rest.rested_s + (dt if there and rest.last is None else 0.0),
        off_s=dwell(rest.off_s, holds=up, dt=dt, most=MOST_PATIENCE * limits.left_s),
        back_s=dwell(rest.back_s, holds=there, dt=dt, most=limits.back_s) if rest.last is not None else 0.0,
    )


def _left(
    limits: IncidentLimits, rest: Rest, camera: Camera, name: str, track: int, t: float, left_s: float
) -> Incident:
    reasons = (
        measured("on_feet_for", rest.off_s, "s", Relation.AT_LEAST, left_s),
        word("left", rest.zone.kind.value),
        measured("rested_for", rest.rested_s, "s", Relation.AT_LEAST, limits.rested_s),
    )
    kind = KINDS[rest.zone.kind]
    quality = rest.sight.quality()
    return Incident(
        name,
        kind,
        Phase.CONFIRMED,
        Severity.WARNING,
        camera.id,
        track,
        t,
        t - rest.off_s,
        reasons,
        (),
        round(_SURE * quality.coverage, 3),
        quality,
        rest.subject,
    )


def _back(limits: IncidentLimits, rest: Rest, t: float, *, watched: bool) -> Incident | None:
    """The end of an exit: back at rest, out of sight for so long that nothing is known, or nobody wants to know."""
    if rest.last is None:
        return None
    unseen_s = t - rest.sight.at
    if rest.back_s >= limits.back_s:
        why: Reason = measured("back_for", rest.back_s, "s", Relation.AT_LEAST, limits.back_s)
    elif unseen_s >= limits.forget_s:
        why = measured("unseen_for", unseen_s, "s", Relation.AT_LEAST, limits.forget_s)
    elif not watched:
        why = fact("watched", so=False)
    else:
        return None
    seen_at = rest.sight.at if rest.sight.at < t else None
    return replace(cleared(rest.last, t, why), seen_at=seen_at)
