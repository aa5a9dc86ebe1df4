"""From one instant to the next: every body is found again, kept for a while, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import isfinite

from edge_agent.tracking.association import assign, same_body
from edge_agent.tracking.body import Body, begin, look, track_of
from edge_agent.tracking.limits import TrackingLimits
from edge_agent.tracking.sighting import Sighting, sightings
from edge_agent.types import Observation, Track


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """The bodies followed in one camera's picture."""

    t: float | None = None
    """The last instant."""
    next_id: int = 1
    bodies: tuple[Body, ...] = ()
    """By number."""


def step(limits: TrackingLimits, state: State, observation: Observation) -> tuple[State, tuple[Track, ...]]:
    """Follow the bodies through one more instant.

    Args:
        limits: thresholds.
        state: what the step before returned, or `State()`.
        observation: the instant; the same instant twice changes nothing, an earlier one is refused.

    Returns:
        The state, and one track a body by number, those out of sight included.

    Raises:
        ValueError: the time is not a number, or lies before that of the step before.
    """
    t = observation.t
    if not isfinite(t):
        raise ValueError(f"time {t} is not a number: give each observation its time in seconds")
    if state.t is not None and t < state.t:
        raise ValueError(f"time {t:.3f} s lies before {state.t:.3f} s: give observations in their order")
    known = tuple(body for body in state.bodies if t - body.seen_at <= _keep(limits, body))
    posed, detected = sightings(limits, observation)
    by_pose = assign(limits, known, posed, t)
    left = tuple(body for body in known if body.id not in by_pose)
    free = [seen for seen in detected if not any(same_body(limits, pose, seen) for pose in posed)]
    by_detection = assign(limits, left, free, t)
    found = by_pose | by_detection
    bodies = [look(limits, body, found[body.id], observation) if body.id in found else body for body in known]
    newcomers = _newcomers(limits, posed, free, list(found.values()))
    begun = [begin(limits, state.next_id + index, seen, observation) for index, seen in enumerate(newcomers)]
    marked = _ambiguous(limits, (*bodies, *begun), t)
    after = State(t, state.next_id + len(begun), marked)
    return after, tuple(track_of(body, t) for body in marked)


def _keep(limits: TrackingLimits, body: Body) -> float:
    if not body.confirmed:
        return limits.ghost_keep_s
    return limits.lost_keep_down_s if body.down else limits.lost_keep_s


def _newcomers(
    limits: TrackingLimits, posed: Sequence[Sighting], detected: Sequence[Sighting], found: list[Sighting]
) -> list[Sighting]:
    """Sightings that belong to nobody known and are not somebody seen twice."""
    there, new = list(found), []
    likeliest = sorted(posed, key=lambda seen: -seen.score)
    for seen in (*likeliest, *detected):
        if seen.detection is not None and seen.score < limits.min_detection_score:
            continue
        if any(seen is other or same_body(limits, seen, other) for other in there):
            continue
        there.append(seen)
        new.append(seen)
    return new


def _ambiguous(limits: TrackingLimits, bodies: tuple[Body, ...], t: float) -> tuple[Body, ...]:
    """Bodies that cover one another now; one just lost behind another is doubtful too."""
    recent = [
        body for body in bodies if body.confirmed and body.person is None and t - body.seen_at <= limits.ambiguous_s
    ]
    doubtful = {
        body.id
        for one, other in combinations(recent, 2)
        if t in (one.seen_at, other.seen_at) and _overlap(one, other) >= limits.overlap
        for body in (one, other)
    }
    until = t + limits.ambiguous_s
    return tuple(replace(body, ambiguous_until=until) if body.id in doubtful else body for body in bodies)


def _overlap(one: Body, other: Body) -> float:
    """Share of the smaller box that the other covers."""
    (left, top, right, bottom), (left2, top2, right2, bottom2) = _box(one), _box(other)
    width = min(right, right2) - max(left, left2)
    height = min(bottom, bottom2) - max(top, top2)
    smaller = min((right - left) * (bottom - top), (right2 - left2) * (bottom2 - top2))
    return width * height / smaller if width > 0 and height > 0 and smaller > 0 else 0.0


def _box(body: Body) -> tuple[float, float, float, float]:
    """Around trunk and thighs: arms held out and long strides are not yet an overlap."""
    x, y = body.hip
    axis = (0.0, -body.scale) if body.latest is None else body.latest.axis
    half = 0.4 * body.scale
    ends = (x + axis[0], x - 0.5 * axis[0]), (y + axis[1], y - 0.5 * axis[1])
    return min(ends[0]) - half, min(ends[1]) - half, max(ends[0]) + half, max(ends[1]) + half
