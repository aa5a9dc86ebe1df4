"""Where a body stays, and what its legs last showed there: what can be said once a table hides them."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from edge_agent.posture.classify import UNCERTAIN, Legs
from edge_agent.posture.limits import PostureLimits
from edge_agent.posture.zones import SEATS
from edge_agent.types import Point, Reason, Relation, Track, Zone

IN_A_SEAT = 0.15
"""Share of standing among upright bodies within a marked chair, sofa or bed; [C]."""
SETTLED = 0.3
"""The same of bodies that stay in one place for long; [C]."""


@dataclass(frozen=True, slots=True)
class Place:
    """The spot a body has not left since `since`."""

    hip: Point
    since: float
    legs: Legs | None = None
    """As last seen here."""
    legs_at: float = 0.0
    """When that was."""


def stay(limits: PostureLimits, place: Place | None, track: Track, legs: Legs | None) -> Place:
    """Follows a body's place; one that moved off takes what its legs showed along for `keep_s`."""
    here = place
    if here is None or _distance(here.hip, track.hip) > limits.place * track.torso_px:
        fresh = here is not None and track.t - here.legs_at <= limits.keep_s
        here = Place(track.hip, track.t, here.legs if here and fresh else None, here.legs_at if here else track.t)
    return here if legs is None or _told_more(here.legs, legs) else Place(here.hip, here.since, legs, track.t)


def legs_here(place: Place, legs: Legs | None, t: float) -> Legs | None:
    """What the legs do as seen now; where thighs alone are, as they were told here by more than that."""
    told = place.legs
    if legs is None or told is None or not _told_more(told, legs):
        return legs
    return Legs(told.standing, (*told.reasons, _unseen(t - place.legs_at)), seen=False)


def _told_more(before: Legs | None, now: Legs) -> bool:
    """Whether folded legs were told by more than what is seen now, which speaks for straight ones."""
    return before is not None and before.whole and not now.whole and before.standing < min(now.standing, UNCERTAIN)


def legs_supposed(limits: PostureLimits, place: Place, zone: Zone | None, t: float) -> Legs | None:
    """What the legs do although they are not seen, or None where it cannot be said."""
    if place.legs is not None:
        return Legs(place.legs.standing, (*place.legs.reasons, _unseen(t - place.legs_at)), seen=False)
    if zone is not None and zone.kind in SEATS:
        return Legs(IN_A_SEAT, (Reason("zone", zone.kind.value, "", Relation.EQUAL, zone.kind.value),), seen=False)
    if t - place.since >= limits.settled_s:
        stayed = Reason("in_place_for", round(t - place.since, 1), "s", Relation.AT_LEAST, limits.settled_s)
        return Legs(SETTLED, (stayed,), seen=False)
    return None


def _unseen(seconds: float) -> Reason:
    return Reason("legs_unseen_for", round(seconds, 1), "s", Relation.AT_LEAST, 0.0)


def _distance(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])
