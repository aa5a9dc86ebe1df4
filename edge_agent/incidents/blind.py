"""A camera that cannot see: nobody is being watched, and somebody should look why."""

from __future__ import annotations

from dataclasses import dataclass, replace

from edge_agent.incidents.ending import cleared
from edge_agent.incidents.ids import Ids
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.reasons import measured, word
from edge_agent.types import Camera, DataQuality, Incident, Kind, Phase, PictureQuality, Relation, Severity

WANTED = frozenset({"paused", "starting", "recording_ended"})
"""Somebody asked for it, or it has only begun: no incident."""
_UNSEEN = DataQuality(coverage=0.0, mean_score=None, view="unknown")


@dataclass(frozen=True, slots=True)
class Blind:
    """How long a camera has not seen, and what was said about it."""

    since: float | None = None
    why: str = ""
    seeing_s: float = 0.0
    level: int = 0
    """How many of the limits have been said."""
    last: Incident | None = None


def step(
    limits: IncidentLimits, blind: Blind, ids: Ids, camera: Camera, t: float, dt: float, quality: PictureQuality
) -> tuple[Blind, Ids, tuple[Incident, ...]]:
    """Takes one instant in.

    Args:
        limits: the thresholds.
        blind: what the step before returned, or `Blind()`.
        ids: the names given so far.
        camera: whose pictures these are.
        t: now, seconds.
        dt: seconds since the instant before.
        quality: of this instant's picture.
    """
    if quality.usable:
        return _seeing(limits, blind, ids, t, dt)
    why = quality.reasons[0] if quality.reasons else "unusable"
    if why in WANTED:
        return blind, ids, ()
    since = t - dt if blind.since is None else blind.since
    blind = replace(blind, since=since, why=why, seeing_s=0.0)
    lasted_s = t - since
    if blind.level >= len(limits.blind_s) or lasted_s < limits.blind_s[blind.level]:
        return blind, ids, ()
    phase = Phase.CONFIRMED if blind.level == 0 else Phase.ESCALATED
    if blind.last is None:
        ids, name = ids.take(Kind.CAMERA_BLIND, camera.id)
    else:
        name = blind.last.id
    lasted = measured("blind_for", lasted_s, "s", Relation.AT_LEAST, limits.blind_s[blind.level])
    said = Incident(
        name,
        Kind.CAMERA_BLIND,
        phase,
        Severity.WARNING,
        camera.id,
        None,
        t,
        since,
        (lasted, word("picture", why)),
        (),
        1.0,
        _UNSEEN,
    )
    return replace(blind, level=blind.level + 1, last=said), ids, (said,)


def _seeing(
    limits: IncidentLimits, blind: Blind, ids: Ids, t: float, dt: float
) -> tuple[Blind, Ids, tuple[Incident, ...]]:
    if blind.since is None:
        return blind, ids, ()
    blind = replace(blind, seeing_s=blind.seeing_s + dt)
    if blind.seeing_s < limits.blind_over_s:
        return blind, ids, ()
    if blind.last is None:
        return Blind(), ids, ()
    gone = measured("sees_for", blind.seeing_s, "s", Relation.AT_LEAST, limits.blind_over_s)
    return Blind(), ids, (cleared(blind.last, t, gone, word("picture", blind.why)),)
