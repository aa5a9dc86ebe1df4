"""The way somebody has gone over the floor, and the pattern it makes (Martino-Saltzman et al. 1991)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from math import atan2, degrees, exp, hypot, inf
from statistics import median
from typing import TypeAlias

from edge_agent.incidents.limits import IncidentLimits
from edge_agent.types import Place, Point

Way: TypeAlias = tuple[Point, ...]


class Pattern(StrEnum):
    """Of a way that leads nowhere."""

    PACING = "pacing"
    """To and fro between two places."""
    LAPPING = "lapping"
    """Round and round."""
    RANDOM = "random"
    """With many turns, in no order."""


@dataclass(frozen=True, slots=True)
class Path:
    """The last part of somebody's way, in pieces: a new one begins where it was broken off."""

    ways: tuple[Way, ...] = ()
    """Metres; the points are `path_step_m` apart or more."""
    at: Place | None = None
    """Where they are, smoothed; None where it was broken off."""
    t: float = -inf
    by_floor: bool = False
    """How the places of all pieces were told."""

    def follow(self, limits: IncidentLimits, place: Place, t: float) -> Path:
        """The way with one more instant.

        Nobody leaps: there it breaks off. Places told by the feet and by the body's size do not fit together to a
        hand's breadth: there it begins anew.
        """
        at, dt = self.at, t - self.t
        if place.by_floor is not self.by_floor:
            return Path((((place.right, place.away),),), place, t, place.by_floor)
        leap = inf if at is None else hypot(place.right - at.right, place.away - at.away)
        if at is None or leap > limits.leap_m + limits.leap_mps * dt:
            return replace(self, ways=(*self.ways, ((place.right, place.away),)), at=place, t=t)
        gain = 1.0 - exp(-dt / limits.path_settles_s)
        now = Place(at.right + gain * (place.right - at.right), at.away + gain * (place.away - at.away), place.by_floor)
        *before, way = self.ways
        if hypot(now.right - way[-1][0], now.away - way[-1][1]) >= limits.path_step_m:
            way = (*way, (now.right, now.away))[-limits.path_points :]
        return replace(self, ways=(*before[-limits.path_pieces :], way), at=now, t=t)

    def broken_off(self) -> Path:
        """The same where the next place does not go on from here."""
        return replace(self, at=None)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a way looks like."""

    pattern: Pattern | None
    """None where it leads somewhere."""
    distance_m: float
    extent_m: float
    """Between its two farthest corners, by and large."""
    turns_back: int
    rounds: float
    """To the left or to the right, those in the other direction taken off."""

    @property
    def straightness(self) -> float:
        """How far apart its corners are, as a share of its length; 1 where nobody has gone anywhere yet."""
        return self.extent_m / self.distance_m if self.distance_m > 0.0 else 1.0


def shape_of(limits: IncidentLimits, path: Path) -> Shape:
    """The pattern of a way.

    Pacing turns back, again and again at the same two places. Lapping turns and turns the same way without turning
    back, or seldom. What does neither and yet stays within a small part of its own length is random.
    """
    ways = [way for way in path.ways if len(way) > 1]
    distance = sum(hypot(b[0] - a[0], b[1] - a[1]) for way in ways for a, b in pairwise(way))
    extent = _extent([point for way in ways for point in way])
    ends: list[Point] = []
    signed = absolute = 0.0
    for way in ways:
        backs, one_way, either_way = _turning(limits, way)
        ends, signed, absolute = [*ends, *backs], signed + one_way, absolute + either_way
    rounds = abs(signed) / 360.0
    pattern = Pattern.RANDOM
    if rounds >= max(limits.rounds, len(ends) / 2) and abs(signed) >= limits.one_way_share * absolute:
        pattern = Pattern.LAPPING
    elif len(ends) >= limits.turns_back and _same_ends(limits, ends):
        pattern = Pattern.PACING
    shape = Shape(pattern, distance, extent, len(ends), rounds)
    return shape if shape.straightness <= limits.straightness else replace(shape, pattern=None)


def _turning(limits: IncidentLimits, way: Way) -> tuple[list[Point], float, float]:
    """Where it turns back; and how far it turns otherwise, degrees: all to one side, and to either."""
    headings = [degrees(atan2(b[1] - a[1], b[0] - a[0])) for a, b in pairwise(way)]
    turns = [(b - a + 180.0) % 360.0 - 180.0 for a, b in pairwise(headings)]
    ends: list[Point] = []
    signed = absolute = 0.0
    index = 0
    while index < len(turns):
        # Somebody turns back on the spot, or in a bow of two steps.
        bow = sum(turns[index : index + 2])
        if max(abs(turns[index]), abs(bow)) >= limits.turn_back_deg:
            ends.append(way[index + 1])
            index += 1 if abs(turns[index]) >= limits.turn_back_deg else 2
            continue
        signed, absolute = signed + turns[index], absolute + abs(turns[index])
        index += 1
    return ends, signed, absolute


def _same_ends(limits: IncidentLimits, ends: Sequence[Point]) -> bool:
    """Whether every other place of turning back is the same, and those between another."""
    legs = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ends)]
    apart = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in zip(ends, ends[2:], strict=False)]
    return bool(apart) and median(apart) <= max(limits.same_place_m, limits.same_place_share * median(legs))


def _extent(points: Sequence[Point]) -> float:
    """The longer diagonal of the box around them."""
    if not points:
        return 0.0
    across, along = zip(*points, strict=True)
    return hypot(max(across) - min(across), max(along) - min(along))
