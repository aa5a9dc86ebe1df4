"""Where heads are now, from where they were seen: carried on, ever more loosely, for a while."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from edge_agent.privacy.heads import Head
from edge_agent.privacy.settings import PrivacyLimits
from edge_agent.types import Point

_SAME = 6.0
"""Two sightings are of one head when they are closer, in radii of the larger: a head in free fall, ten times a
second. [C]"""


@dataclass(frozen=True, slots=True)
class Place:
    """A head as it was last seen."""

    head: Head
    t: float
    velocity: Point | None = None
    """px/s; None until it was seen twice."""


def renew(limits: PrivacyLimits, places: Iterable[Place], sighted: Iterable[Head], t: float) -> tuple[Place, ...]:
    """The places after heads were sighted at `t`: theirs, and those not sighted again but not yet forgotten."""
    left = [place for place in places if t - place.t <= limits.hold_s]
    new: list[Place] = []
    for head in sighted:
        old = min(left, key=lambda place: _apart(place.head, head), default=None)
        if old is None or _apart(old.head, head) > _SAME * max(old.head.radius, head.radius):
            new.append(Place(head, t))
            continue
        left.remove(old)
        new.append(Place(head, t, _velocity(old, head, t)))
    return (*new, *left)


def moved(limits: PrivacyLimits, place: Place, t: float) -> Head:
    """The head where it is expected at `t`."""
    carried = min(_age(place, t), limits.carried_s)
    (x, y), (vx, vy) = place.head.centre, place.velocity or (0.0, 0.0)
    return replace(place.head, centre=(x + vx * carried, y + vy * carried))


def reach(limits: PrivacyLimits, place: Place, t: float) -> float:
    """How far around that place the head may be, px: its radius, and a margin for what is not known of its motion."""
    age = _age(place, t)
    growth = limits.unknown_per_s if place.velocity is None else limits.loose_per_s
    way = math.hypot(*(place.velocity or (0.0, 0.0))) * min(age, limits.carried_s)
    return place.head.radius * (1.0 + min(limits.loosest, limits.margin + growth * age)) + limits.moving * way


def _age(place: Place, t: float) -> float:
    return max(0.0, t - place.t)


def _velocity(old: Place, head: Head, t: float) -> Point | None:
    passed = t - old.t
    if passed <= 0.0:
        return old.velocity
    return (head.centre[0] - old.head.centre[0]) / passed, (head.centre[1] - old.head.centre[1]) / passed


def _apart(one: Head, other: Head) -> float:
    return math.hypot(one.centre[0] - other.centre[0], one.centre[1] - other.centre[1])
