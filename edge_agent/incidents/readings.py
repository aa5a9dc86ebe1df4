"""What one instant says of leaning, a forward head and sitting."""

from __future__ import annotations

from edge_agent.incidents import stance
from edge_agent.incidents.finding import Reading
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.reasons import measured
from edge_agent.types import Person, PostureKind, Relation

UNKNOWN = Reading(holds=None)


def lateral_lean(limits: IncidentLimits, person: Person, *, said: bool) -> Reading:
    """The trunk's median lateral inclination, to either side."""
    return _angle(person, "trunk_lateral_deg", limits.lateral_lean_deg, limits.lateral_lean_over_deg, said=said)


def forward_head(limits: IncidentLimits, person: Person, *, said: bool) -> Reading:
    """The neck's median forward inclination against the trunk."""
    return _angle(person, "neck_forward_deg", limits.forward_head_deg, limits.forward_head_over_deg, said=said)


def sitting(person: Person) -> Reading:
    """Whether it sits, where it can be told who sits there (Rules, 7)."""
    kind = person.posture.kind
    if not stance.seen(person) or person.track.ambiguous or kind in {PostureKind.UNKNOWN, PostureKind.OTHER}:
        return UNKNOWN
    return Reading(kind is PostureKind.SITTING)


def _angle(person: Person, name: str, limit: float, over: float, *, said: bool) -> Reading:
    """Above `limit` it begins, below `over` it ends: in between it stays as it is."""
    metric = person.posture.trend.get(name)
    if metric is None or metric.value is None or not stance.seen(person) or person.track.ambiguous:
        return UNKNOWN
    # A lean counts to either side, a head only to the front.
    size = abs(metric.value) if name == "trunk_lateral_deg" else metric.value
    bound = over if said else limit
    holds = size > bound
    relation = Relation.ABOVE if holds else Relation.AT_MOST
    feature = name.removesuffix("_deg")
    return Reading(holds, (measured(feature, metric.value, "deg", relation, bound),))
