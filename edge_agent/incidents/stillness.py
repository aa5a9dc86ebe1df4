"""Lying or sitting in one place without moving."""

from __future__ import annotations

from dataclasses import dataclass, replace

from edge_agent.incidents import stance
from edge_agent.incidents.finding import Reading
from edge_agent.incidents.follow import distance
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.reasons import measured
from edge_agent.types import RESTING, Person, Point, PostureKind, Relation


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where and how a body came to rest."""

    hip: Point
    torso_px: float
    kind: PostureKind
    kept_since: float | None
    """As `Posture.kept_since`: another one means that it turned over in place."""


def read(limits: IncidentLimits, anchor: Anchor | None, person: Person) -> tuple[Anchor | None, Reading]:
    """Whether it is still where and as it was; a move or a turn begins anew."""
    kind, track = person.posture.kind, person.track
    if not stance.seen(person) or kind is PostureKind.UNKNOWN or track.ambiguous:
        return anchor, Reading(holds=None)
    if kind not in RESTING:
        return None, Reading(holds=False)
    here = Anchor(track.hip, track.torso_px, kind, person.posture.kept_since)
    if anchor is None:
        return here, Reading(holds=True)
    if anchor.kept_since is not None and here.kept_since != anchor.kept_since:
        return here, Reading(holds=False)
    if anchor.kept_since is None:
        anchor = replace(anchor, kept_since=here.kept_since)
    shift = distance(anchor.hip, here.hip) / anchor.torso_px
    if shift > limits.immobility_shift or kind is not anchor.kind:
        return here, Reading(holds=False, reasons=(measured("hip_shift", shift, "torso", Relation.AT_LEAST, 0.0),))
    return anchor, Reading(
        holds=True, reasons=(measured("hip_shift", shift, "torso", Relation.AT_MOST, limits.immobility_shift),)
    )
