"""The kinds of slow findings, and how each goes. None of them pages anyone: work lists and reports (Rules, 10)."""

from __future__ import annotations

from functools import cache

from edge_agent.incidents.finding import Course
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.types import Kind, Severity


@cache
def courses(limits: IncidentLimits) -> tuple[Course, ...]:
    """In a fixed order, which is that of the messages of one instant."""
    sitting = limits.prolonged_sitting_s
    later = (Severity.NOTICE,) * (len(sitting) - 1)
    return (
        Course(Kind.SLUMP, (limits.slump_s,), limits.anomaly_over_s, (Severity.WARNING,), "slumped_for"),
        Course(Kind.LATERAL_LEAN, (limits.lateral_lean_s,), limits.anomaly_over_s, (Severity.NOTICE,), "leaning_for"),
        Course(Kind.FORWARD_HEAD, (limits.forward_head_s,), limits.anomaly_over_s, (Severity.INFO,), "held_for"),
        Course(Kind.PROLONGED_SITTING, sitting, limits.sitting_break_s, (Severity.INFO, *later), "sitting_for"),
        Course(Kind.IMMOBILITY, (limits.immobility_s,), 0.0, (Severity.NOTICE,), "still_for"),
    )
