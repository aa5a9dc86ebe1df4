"""Who rested in a bed or on a sofa and was lost from sight there: whoever is found in that place is taken for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from edge_agent.incidents.follow import distance
from edge_agent.incidents.past import Past
from edge_agent.types import Person, PostureKind

SAME_PLACE = 0.6
"""Torso lengths between two hips below which a body lies where another did; [C]: beside a bed is as far at least."""
REST_S = 3600.0
"""How long a place is remembered, seconds; [C]: under a blanket somebody may be seen again only after an hour."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A place in which somebody rests."""

    hip: tuple[float, float]
    """px."""
    torso_px: float
    t: float
    """When somebody was last seen resting there."""


def resting(
    rests: Mapping[str, Rest],
    before: Mapping[int, Past],
    pasts: Mapping[int, Past],
    persons: Sequence[Person],
    t: float,
) -> dict[str, Rest]:
    """The places after an instant, by the zone's name; one that was left is forgotten.

    Args:
        rests: those known.
        before: the memories of the instant before, by track.
        pasts: the memories now.
        persons: everybody tracked.
        t: now, seconds.
    """
    after = {zone: rest for zone, rest in rests.items() if t - rest.t <= REST_S}
    for person in persons:
        was, now = before.get(person.track.id), pasts.get(person.track.id)
        if was is not None and was.rested_in is not None and now is not None and now.rested_in is None:
            after.pop(was.rested_in, None)
    for person in persons:
        now = pasts.get(person.track.id)
        if now is not None and now.rested_in is not None and now.off_bed_s == 0.0 and not person.track.lost:
            after[now.rested_in] = Rest(person.track.hip, person.track.torso_px, t)
    return after


def resumed(rests: Mapping[str, Rest], past: Past, person: Person) -> Past:
    """The memory of a body first seen: of one that lies where somebody rested, that it rests there."""
    if person.posture.kind is not PostureKind.LYING:
        return past
    for zone, rest in rests.items():
        if distance(person.track.hip, rest.hip) <= SAME_PLACE * max(rest.torso_px, person.track.torso_px):
            return replace(past, rested_in=zone)
    return past
