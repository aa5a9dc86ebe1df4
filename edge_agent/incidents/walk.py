"""One person's walking, and what is said of it where it leads nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.path import Path, Pattern, Shape, shape_of
from edge_agent.incidents.reasons import measured, word
from edge_agent.incidents.sight import Sight
from edge_agent.types import Camera, Incident, Kind, Phase, Reason, Rejected, Relation, Severity

TORSO_M = 0.5
"""What a torso is taken for where places are told by the body's size."""
_SURE = {Pattern.PACING: 0.85, Pattern.LAPPING: 0.85, Pattern.RANDOM: 0.7}
"""Confidence of somebody who was seen throughout; [C]."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody's walking, until they rest."""

    since: float
    sight: Sight
    track: int
    path: Path = field(default_factory=Path)
    walked_s: float = 0.0
    """Seconds of walking, less those of standing about."""
    still_s: float = 0.0
    """Seconds of not walking, forgiving a few steps."""
    subject: str | None = None
    last: Incident | None = None


def said_of(
    limits: IncidentLimits, walk: Walk, camera: Camera, name: str, phase: Phase, t: float, after_s: float
) -> Incident | None:
    """The message; None where the way leads somewhere."""
    shape = shape_of(limits, walk.path)
    if shape.pattern is None:
        return None
    escalated = phase is Phase.ESCALATED or (walk.last is not None and walk.last.severity is Severity.WARNING)
    quality = walk.sight.quality()
    return Incident(
        name,
        Kind.WANDERING,
        phase,
        Severity.WARNING if escalated else Severity.NOTICE,
        camera.id,
        walk.track,
        t,
        walk.since,
        _reasons(limits, walk, shape, after_s),
        _rejected(limits, walk, shape),
        round(_SURE[shape.pattern] * quality.coverage, 3),
        quality,
        walk.subject,
        seen_at=walk.sight.at if walk.sight.at < t else None,
    )


def _reasons(limits: IncidentLimits, walk: Walk, shape: Shape, after_s: float) -> tuple[Reason, ...]:
    reasons = [measured("walked_for", walk.walked_s, "s", Relation.AT_LEAST, after_s)]
    if shape.pattern is not None:
        reasons.append(word("walking_pattern", shape.pattern.value))
    if shape.pattern is Pattern.PACING:
        reasons.append(measured("turned_back", shape.turns_back, "1", Relation.AT_LEAST, limits.turns_back))
    if shape.pattern is Pattern.LAPPING:
        reasons.append(measured("rounds", shape.rounds, "1", Relation.AT_LEAST, limits.rounds))
    length, unit = (shape.distance_m, "m") if walk.path.by_floor else (shape.distance_m / TORSO_M, "torso")
    return (*reasons, measured("path_length", length, unit, Relation.AT_LEAST, 0.0))


def _rejected(limits: IncidentLimits, walk: Walk, shape: Shape) -> tuple[Rejected, ...]:
    """Somebody who goes somewhere gets away from where they were; somebody who does things stands about."""
    straight = measured("straightness", shape.straightness, "1", Relation.AT_MOST, limits.straightness)
    still = measured("stood_for", walk.still_s, "s", Relation.BELOW, limits.rested_from_walk_s)
    return Rejected("going_somewhere", straight), Rejected("busy_in_the_room", still)
