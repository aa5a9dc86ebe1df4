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
    given = {body.person: body.id for body in bodies if body.person is not None}
    pairs: list[tuple[float, int, int]] = []
    for index, seen in enumerate(sightings):
        if seen.person is not None:
            if seen.person in given:
                pairs.append((-1.0, given[seen.person], index))
            continue
        for body in bodies:
            cost = _cost(limits, body, seen, t) if body.person is None else None
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
    """Whether two sightings of one instant are one body found twice."""
    if seen.person is not None and other.person is not None:
        return seen.person == other.person
    scale = max(seen.scale, other.scale)
    apart = _joints_apart(limits, seen.xy, seen.seen, other.xy, other.seen)
    if apart is None:
        apart = hypot(seen.hip[0] - other.hip[0], seen.hip[1] - other.hip[1])
    return apart < limits.duplicate * scale


def _cost(limits: TrackingLimits, body: Body, seen: Sighting, t: float) -> float | None:
    """Distance from where the body is expected, in its torso lengths, with what else speaks against it."""
    gap = t - body.seen_at
    ahead = min(gap, limits.predict_s)
    shift = body.velocity[0] * ahead, body.velocity[1] * ahead
    unit = sqrt(body.scale * max(seen.scale, body.scale / limits.max_scale_ratio))
    ratio = abs(log(seen.scale / body.scale))
    hips = hypot(body.hip[0] + shift[0] - seen.hip[0], body.hip[1] + shift[1] - seen.hip[1])
    moved = body.smoothed.at[:-1, :2] + shift
    joints = _joints_apart(limits, moved, body.seen, seen.xy, seen.seen)
    apart = (hips if joints is None else (hips + joints) / 2) / unit
    widest = limits.down_gate if body.down else limits.max_gate
    if apart > min(limits.gate + limits.gate_growth * gap, widest) or ratio > log(limits.max_scale_ratio):
        return None
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
