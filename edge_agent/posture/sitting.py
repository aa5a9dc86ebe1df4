"""How somebody sits, steadied over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import exp

from edge_agent.posture.additive import Additive
from edge_agent.posture.limits import PostureLimits
from edge_agent.posture.seated import Sight, look
from edge_agent.types import Kinematics, PostureKind, Reason, Relation, Seated, SeatedKind, Track


@dataclass(frozen=True, slots=True)
class Sitting:
    """What is remembered of how one person sits."""

    kind: SeatedKind | None = None
    since: float = 0.0
    weights: Mapping[SeatedKind, float] = field(default_factory=dict)
    """Smoothed."""
    told: bool = False
    """Whether it can be seen from here."""
    reasons: tuple[Reason, ...] = ()
    judged_at: float = 0.0


LIKELIER = 0.5
"""Weight from which crossed legs are told where it cannot be told which of the others it would be."""
NOT: Sitting = Sitting()
"""Of somebody who does not sit."""


def follow_sitting(
    limits: PostureLimits, learned: Additive | None, before: Sitting, kind: PostureKind, track: Track, body: Kinematics
) -> Sitting:
    """Takes one instant in: whoever does not sit starts anew, and what cannot be seen is kept for a while."""
    if kind is not PostureKind.SITTING:
        return NOT
    sight = None if track.lost else look(limits, learned, track, body)
    if sight is None:
        return before if track.t - before.judged_at <= limits.keep_s else NOT
    return _weigh(limits, before, sight, track.t)


def seated(limits: PostureLimits, sitting: Sitting, t: float) -> Seated | None:
    """What is said of it, if it can be seen from here; less sure, the longer ago it was seen."""
    if sitting.kind is None or not sitting.told:
        return None
    unjudged_s = max(0.0, t - sitting.judged_at)
    reasons = sitting.reasons
    if unjudged_s > 0:
        reasons = (*reasons, Reason("not_judged_for", round(unjudged_s, 1), "s", Relation.AT_LEAST, 0.0))
    faded = max(0.0, 1 - unjudged_s / (2 * limits.keep_s))
    confidence = round(sitting.weights[sitting.kind] * faded, 3)
    return Seated(sitting.kind, sitting.since, confidence, reasons)


def _weigh(limits: PostureLimits, before: Sitting, sight: Sight, t: float) -> Sitting:
    fresh = before.kind is None
    taken = 1.0 if fresh else 1 - exp(-max(0.0, t - before.judged_at) / limits.seated_settles_s)
    weights = {kind: (1 - taken) * before.weights.get(kind, 0.0) + taken * now for kind, now in sight.weights.items()}
    best = max(weights, key=lambda kind: weights[kind])
    kind, since = before.kind, before.since
    if kind is None or weights[best] > weights[kind] + limits.lead:
        kind, since = best, (since if kind is best else t)
    return replace(
        before,
        kind=kind,
        since=since,
        weights=weights,
        told=sight.leans or (kind is SeatedKind.CROSSED_LEGS and weights[kind] > LIKELIER),
        reasons=sight.reasons[kind],
        judged_at=t,
    )
