"""Wandering: somebody walks to and fro, around or without an aim, for longer than the care plan says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import TypeAlias

from edge_agent.incidents import stance
from edge_agent.incidents.dwell import dwell
from edge_agent.incidents.ending import cleared
from edge_agent.incidents.follow import distance
from edge_agent.incidents.hours import is_night
from edge_agent.incidents.ids import Ids
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.path import Path
from edge_agent.incidents.reasons import fact, measured
from edge_agent.incidents.sensitivity import is_watched, patience
from edge_agent.incidents.sight import Sight
from edge_agent.incidents.walk import Walk, said_of
from edge_agent.types import ON_FEET, Camera, Incident, Kind, Person, Phase, Relation

Who: TypeAlias = str | int
"""The resident, or the track where nobody knows who it is."""


@dataclass(frozen=True, slots=True)
class Wandering:
    """Who walks, and whom nobody wants to hear of again so soon."""

    walks: Mapping[Who, Walk] = field(default_factory=dict)
    quiet_until: Mapping[Who, float] = field(default_factory=dict)

    @property
    def open(self) -> tuple[Incident, ...]:
        """What is not over."""
        return tuple(walk.last for walk in self.walks.values() if walk.last is not None)


def step(
    limits: IncidentLimits,
    wandering: Wandering,
    ids: Ids,
    camera: Camera,
    t: float,
    dt: float,
    persons: Sequence[Person],
    day_s: float | None,
) -> tuple[Wandering, Ids, tuple[Incident, ...]]:
    """Takes one instant in; where the hour is not known it is watched for as by night.

    Args:
        limits: the thresholds.
        wandering: what the step before returned, or `Wandering()`.
        ids: the names given so far.
        camera: what the care plan asks for.
        t: now, seconds.
        dt: seconds since the instant before.
        persons: everybody tracked.
        day_s: seconds after midnight at the place, where it is known.
    """
    if camera.care.wandering_s is None and not wandering.open:
        return Wandering(), ids, ()
    present: dict[Who, Person] = {
        _who(person): person for person in persons if person.track.confirmed and stance.seen(person)
    }
    walks = _known(wandering.walks, present)
    quiet = {who: until for who, until in wandering.quiet_until.items() if until > t}
    after: dict[Who, Walk] = {}
    said: list[Incident] = []
    for who in sorted(walks.keys() | present.keys(), key=str):
        walk = _follow(limits, walks.get(who), present.get(who), persons, t, dt)
        if walk is None:
            continue
        news = _over(limits, walk, camera, t) if walk.last else None
        if news is not None:
            said.append(news)
            quiet[who] = t + limits.cool_down_s
            continue
        if t >= quiet.get(who, t):
            ids, news = _due(limits, walk, ids, camera, t, day_s)
        if news is not None:
            said.append(news)
            walk = replace(walk, last=news)
        if walk.last is not None or walk.still_s < limits.rested_from_walk_s:
            after[who] = walk
    return Wandering(after, quiet), ids, tuple(said)


def _who(person: Person) -> Who:
    return person.track.id if person.subject is None else person.subject


def _known(walks: Mapping[Who, Walk], present: Mapping[Who, Person]) -> dict[Who, Walk]:
    """The walks by who is known to walk now: a track may have got a name, or lost it while others are about."""
    by_track = {person.track.id: who for who, person in present.items()}
    return {by_track.get(walk.track, who): walk for who, walk in walks.items()}


def _follow(
    limits: IncidentLimits, walk: Walk | None, person: Person | None, persons: Sequence[Person], t: float, dt: float
) -> Walk | None:
    """The walk after this instant; None where there is none. Unseen nobody walks, and nobody rests (Rules, 7)."""
    if person is None:
        if walk is None or (walk.last is None and t - walk.sight.at >= limits.walk_lost_s):
            return None
        return replace(walk, sight=walk.sight.look(None, dt), path=walk.path.broken_off())
    walks = _walks(limits, person)
    if walk is None:
        if not walks:
            return None
        walk = Walk(t, Sight(t), person.track.id, subject=person.subject)
        return replace(walk, path=_going(limits, walk.path, person))
    walk = replace(
        walk, sight=walk.sight.look(person, dt), track=person.track.id, subject=person.subject or walk.subject
    )
    if person.track.ambiguous or _accompanied(limits, person, persons):
        return replace(walk, path=walk.path.broken_off())
    return replace(
        walk,
        path=_going(limits, walk.path, person),
        walked_s=dwell(walk.walked_s, holds=walks, dt=dt, most=inf),
        still_s=dwell(walk.still_s, holds=not walks, dt=dt, most=limits.rested_from_walk_s),
    )


def _walks(limits: IncidentLimits, person: Person) -> bool:
    speed = person.kinematics.speed_mps.value
    return speed is not None and speed >= limits.walks_mps and person.posture.kind in ON_FEET


def _going(limits: IncidentLimits, path: Path, person: Person) -> Path:
    place = person.kinematics.place
    return path.broken_off() if place is None else path.follow(limits, place, person.track.t)


def _accompanied(limits: IncidentLimits, person: Person, persons: Sequence[Person]) -> bool:
    """Whether somebody else is on their feet within reach: a walk with another person is no wandering."""
    torso = person.track.torso_px
    return any(
        other.track.id != person.track.id
        and other.track.confirmed
        and stance.seen(other)
        and other.posture.kind in ON_FEET
        and distance(other.track.hip, person.track.hip) <= limits.accompanied * max(torso, other.track.torso_px)
        for other in persons
    )


def _wanted(camera: Camera, day_s: float | None) -> bool:
    return camera.care.wandering_by_day or is_night(camera.care, day_s) is not False


def _due(
    limits: IncidentLimits, walk: Walk, ids: Ids, camera: Camera, t: float, day_s: float | None
) -> tuple[Ids, Incident | None]:
    """What is to be said of a walk that goes on."""
    after_s = camera.care.wandering_s
    if after_s is None or not is_watched(camera, Kind.WANDERING, walk.subject):
        return ids, None
    if walk.last is not None:
        if walk.last.phase is not Phase.ESCALATED and walk.walked_s >= after_s + limits.walk_long_s:
            return ids, said_of(limits, walk, camera, walk.last.id, Phase.ESCALATED, t, after_s + limits.walk_long_s)
        if t - walk.last.t >= limits.anomaly_update_s:
            return ids, said_of(limits, walk, camera, walk.last.id, Phase.UPDATED, t, after_s)
        return ids, None
    after_s *= patience(camera, Kind.WANDERING, walk.subject)
    if walk.walked_s < after_s or not _wanted(camera, day_s):
        return ids, None
    named, name = ids.take(Kind.WANDERING, camera.id)
    said = said_of(limits, walk, camera, name, Phase.CONFIRMED, t, after_s)
    return (ids, None) if said is None else (named, said)


def _over(limits: IncidentLimits, walk: Walk, camera: Camera, t: float) -> Incident | None:
    """The end: at rest, out of sight for so long that nothing is known any more, or nobody wants to hear of it."""
    unseen_s = t - walk.sight.at
    if walk.still_s >= limits.rested_from_walk_s:
        why = measured("not_walking_for", walk.still_s, "s", Relation.AT_LEAST, limits.rested_from_walk_s)
    elif unseen_s >= limits.forget_s:
        why = measured("unseen_for", unseen_s, "s", Relation.AT_LEAST, limits.forget_s)
    elif camera.care.wandering_s is None or not is_watched(camera, Kind.WANDERING, walk.subject):
        why = fact("watched", so=False)
    else:
        return None
    if walk.last is None:
        return None
    seen_at = walk.sight.at if walk.sight.at < t else None
    return replace(cleared(walk.last, t, why), seen_at=seen_at)
