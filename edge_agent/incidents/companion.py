"""Another person beside somebody on the floor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from edge_agent.incidents import stance
from edge_agent.incidents.follow import distance
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.types import Layout, Person, Point

_LEG = 1.75
"""Hip above the sole of a standing adult, torso lengths (Drillis & Contini 1966)."""
_ANKLES = {Layout.COCO17: (15, 16), Layout.BLAZEPOSE33: (27, 28)}
_SEEN_SCORE = 0.5


@dataclass(frozen=True, slots=True)
class Companion:
    """One other person, and for how long they have been beside the body."""

    track: int | None = None
    beside_s: float = 0.0
    away_s: float = 0.0
    there: bool = False
    """Beside it for long enough, and not gone since."""


def accompany(
    limits: IncidentLimits,
    companion: Companion,
    place: Point,
    torso_px: float,
    fell_at: float,
    others: Iterable[Person],
    dt: float,
) -> Companion:
    """Takes one instant in.

    Counts only who is upright, confirmed, seen now, came after the fall and stands beside the body (Rules, 2).

    Args:
        limits: the thresholds.
        companion: what the instant before returned.
        place: mid-hip of the body on the floor, px.
        torso_px: its torso length, px.
        fell_at: when it fell.
        others: everybody else in view.
        dt: seconds since the instant before.
    """
    near = {
        person.track.id
        for person in others
        if person.track.confirmed
        and person.track.since > fell_at
        and not person.track.ambiguous
        and stance.upright(limits, person)
        and distance(_feet(person), place) <= limits.beside * max(torso_px, person.track.torso_px)
    }
    if companion.track in near:
        beside_s = min(limits.beside_s, companion.beside_s + dt)
        return replace(companion, beside_s=beside_s, away_s=0.0, there=companion.there or beside_s >= limits.beside_s)
    away_s = companion.away_s + dt
    if companion.track is not None and away_s < limits.beside_grace_s:
        return replace(companion, away_s=away_s)
    return Companion(min(near)) if near else Companion()


def _feet(person: Person) -> Point:
    """Where a standing body touches the floor, px: its ankles, or where they must be."""
    track = person.track
    if track.pose is not None:
        ankles = track.pose.keypoints[list(_ANKLES[track.pose.layout])]
        clear = ankles[ankles[:, 2] >= _SEEN_SCORE]
        if len(clear):
            x, y = clear[:, :2].mean(axis=0)
            return float(x), float(y)
    return track.hip[0], track.hip[1] + _LEG * track.torso_px
