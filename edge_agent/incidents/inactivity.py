"""Unusual inactivity: by day, a resident who is there and has not been on their feet for hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edge_agent.incidents import stance
from edge_agent.incidents.dwell import dwell
from edge_agent.incidents.ending import cleared
from edge_agent.incidents.hours import is_night
from edge_agent.incidents.ids import Ids
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.reasons import fact, measured
from edge_agent.incidents.sensitivity import is_watched, patience
from edge_agent.types import Camera, DataQuality, Incident, Kind, Person, Phase, Reason, Relation, Severity

_SURE = 0.8
"""Confidence of hours in which somebody was seen throughout; [C]."""


@dataclass(frozen=True, slots=True)
class Inactivity:
    """What was seen of the resident since they were last on their feet by day."""

    since: float | None = None
    day_s: float = 0.0
    """Seconds of the day since then."""
    seen_s: float = 0.0
    """Of these, in which somebody was in view."""
    up_s: float = 0.0
    last: Incident | None = None


def step(
    limits: IncidentLimits,
    inactivity: Inactivity,
    ids: Ids,
    camera: Camera,
    t: float,
    dt: float,
    persons: Sequence[Person],
    day_s: float | None,
) -> tuple[Inactivity, Ids, tuple[Incident, ...]]:
    """Takes one instant in. Only a single room tells whose inactivity it is; unseen is not inactive (Rules, 7)."""
    limit_s = camera.care.inactivity_s
    if limit_s is None or camera.shared_room or camera.subject is None:
        return Inactivity(), ids, ()
    if not is_watched(camera, Kind.UNUSUAL_INACTIVITY, camera.subject):
        return _over(inactivity, ids, t, fact("watched", so=False), up_s=0.0)
    limit_s *= patience(camera, Kind.UNUSUAL_INACTIVITY, camera.subject)
    if is_night(camera.care, day_s) is not False:
        # The night's rest is no inactivity; what was said stays until they are up.
        return replace(inactivity, since=None, day_s=0.0, seen_s=0.0), ids, ()
    seen = [person for person in persons if person.track.confirmed and stance.seen(person)]
    up = any(stance.on_feet(limits, person) for person in seen)
    up_s = dwell(inactivity.up_s, holds=up, dt=dt, most=limits.on_feet_s)
    if up_s >= limits.on_feet_s:
        why = measured("on_feet_for", up_s, "s", Relation.AT_LEAST, limits.on_feet_s)
        return _over(inactivity, ids, t, why, up_s=up_s)
    since = t if inactivity.since is None else inactivity.since
    inactivity = replace(
        inactivity,
        since=since,
        day_s=inactivity.day_s + dt,
        seen_s=inactivity.seen_s + (dt if seen else 0.0),
        up_s=up_s,
    )
    share = inactivity.seen_s / inactivity.day_s if inactivity.day_s > 0 else 0.0
    if inactivity.last is not None or inactivity.day_s < limit_s or share < limits.watched_share:
        return inactivity, ids, ()
    ids, name = ids.take(Kind.UNUSUAL_INACTIVITY, camera.id)
    reasons = (
        measured("not_on_feet_for", inactivity.day_s, "s", Relation.AT_LEAST, limit_s),
        measured("seen_share", share, "1", Relation.AT_LEAST, limits.watched_share),
    )
    said = Incident(
        name,
        Kind.UNUSUAL_INACTIVITY,
        Phase.CONFIRMED,
        Severity.NOTICE,
        camera.id,
        None,
        t,
        since,
        reasons,
        (),
        round(_SURE * share, 3),
        DataQuality(round(share, 3), None, "unknown"),
        camera.subject,
    )
    return replace(inactivity, last=said), ids, (said,)


def _over(
    inactivity: Inactivity, ids: Ids, t: float, why: Reason, *, up_s: float
) -> tuple[Inactivity, Ids, tuple[Incident, ...]]:
    if inactivity.last is None:
        return Inactivity(up_s=up_s), ids, ()
    return Inactivity(up_s=up_s), ids, (cleared(inactivity.last, t, why),)
