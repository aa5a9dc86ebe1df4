"""Which tracked body is the one that fell: the same incident through lost tracks and new numbers."""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot

from edge_agent.incidents import stance
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.types import Person, Point


def find(
    limits: IncidentLimits, track: int | None, place: Point, torso_px: float, lost_at: float, persons: Iterable[Person]
) -> Person | None:
    """The body of an open fall at this instant.

    The track it had, while it is seen. Else one that lies near the place where it was lost, or that appeared there only
    after it was lost: people come in by a door, they don't begin in the middle of the room. An upright body that was
    already followed when the fallen one was lost is another person.

    Args:
        limits: the thresholds.
        track: the number it had last.
        place: mid-hip where it was last seen, px.
        torso_px: its torso length there, px.
        lost_at: when it was last seen.
        persons: everybody whose body may be it: seen or not.

    Returns:
        The person, perhaps lost from sight; None where it is not followed any more.
    """
    everybody = tuple(persons)
    own = next((person for person in everybody if person.track.id == track), None)
    if own is not None and stance.seen(own):
        return own
    near = [
        (away, person)
        for person in everybody
        if stance.seen(person)
        and person.track.id != track
        and (away := distance(person.track.hip, place) / torso_px) <= limits.reach
        and (stance.down(limits, person) or person.track.since >= lost_at)
    ]
    return min(near, key=lambda each: (each[0], each[1].track.id))[1] if near else own


def distance(a: Point, b: Point) -> float:
    """In px."""
    return hypot(a[0] - b[0], a[1] - b[1])
