"""Which sighting belongs to which body: the cheapest pairs first, ties settled by number, so the answer is one."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot, log, sqrt

import numpy as np

from edge_agent.tracking.body import Body
from edge_agent.tracking.limits import TrackingLimits
from edge_agent.tracking.sighting import Sighting

FEWEST_COMMON_JOINTS = 4
"""Fewer joints seen both times than this say less than the hip alone."""
UNCONFIRMED_COST = 0.2
"""A ghost yields to a person where both could be meant; torso lengths, [C]."""
LOST_COST = 0.1
"""Cost of a second out of sight, torso lengths, at most five; [C]: who was seen last is likelier."""


def assign(
    limits: TrackingLimits, bodies: Sequence[Body], sightings: Sequence[Sighting], t: float
) -> dict[int, Sighting]:
    """Sightings by the number of the body they belong to; each is used once at most."""
    alone = len(bodies) == len(sightings) == 1
    given = {body.person: body.id for body in bodies if body.person is not None}
    pairs: list[tuple[float, int, int]] = []
    for index, seen in enumerate(sightings):
        if seen.person is not None:
            if seen.person in given:
                pairs.append((-1.0, given[seen.person], index))
            continue
        for body in bodies:
            cost = _cost(limits, body, seen, t, alone=alone) if body.person is None else None
            if cost is not None:
                pairs.append((cost, body.id, index))
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for _, body_id, index in sorted(pairs):
        if body_id not in matched and index not in taken:
            matched[body_id] = index
            taken.add(index)
    return {body_id: sightings[index] for body_id, index in matched.items()}


def same_body(limits: TrackingLimits, seen: Sighting, other: Sighting) -> bool:
    """Whether two sightings of one instant may be one body found twice."""
    if seen.person is not None and other.person is not None:
        return seen.person == other.person
    return hypot(seen.hip[0] - other.hip[0], seen.hip[1] - other.hip[1]) < limits.duplicate * max(
        seen.scale, other.scale
    )


def _cost(limits: TrackingLimits, body: Body, seen: Sighting, t: float, *, alone: bool) -> float | None:
    """Distance from where the body is expected, in its torso lengths, with what else speaks against it.

    It may have gone on as it went or have stopped there, as a falling body does on the floor. The hips alone decide
    whether it can be the same body, for limbs fly in a fall; the joints only tell rivals apart.
    """
    gap = t - body.seen_at
    unit = sqrt(body.scale * max(seen.scale, body.scale / limits.max_scale_ratio))
    ratio = abs(log(seen.scale / body.scale))
    (x, y), (vx, vy), ahead = body.hip, body.velocity, min(gap, limits.predict_s)
    went_on = hypot(x + vx * ahead - seen.hip[0], y + vy * ahead - seen.hip[1])
    stopped = hypot(x - seen.hip[0], y - seen.hip[1])
    hips = min(went_on, stopped)
    widest = limits.down_gate if body.down and gap > limits.sighting_gap_s else limits.max_gate
    if hips / unit > min(limits.gate + limits.gate_growth * gap, widest) or ratio > log(limits.max_scale_ratio):
        return None
    if alone:
        return 0.0
    ahead = ahead if went_on < stopped else 0.0
    moved = body.smoothed.at[:-1, :2] + np.array([vx * ahead, vy * ahead])
    joints = _joints_apart(limits, moved, body.seen, seen.xy, seen.seen)
    apart = (hips if joints is None else (hips + joints) / 2) / unit
    doubt = (0.0 if body.confirmed else UNCONFIRMED_COST) + LOST_COST * min(gap, 5.0)
    return apart + limits.scale_cost * ratio + doubt


def _joints_apart(
    limits: TrackingLimits,
    xy: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    seen: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    other_xy: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    other_seen: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> float | None:
    """Mean distance of the joints seen both times, px."""
    if len(xy) != len(other_xy) or len(xy) == 0:
        return None
    both = np.minimum(seen, other_seen) >= limits.min_keypoint_score
    if both.sum() < FEWEST_COMMON_JOINTS:
        return None
    away = (xy - other_xy)[both]
    return float(np.sqrt((away * away).sum(axis=1)).mean())
