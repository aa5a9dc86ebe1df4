"""Thresholds of the visibility stage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VisibilityLimits:
    """When somebody in view cannot be judged well. [C] is convention without a firm source."""

    seen_score: float = 0.3
    """Score from which a joint counts as seen; as in the stages that measure; [C]."""
    weak_score: float = 0.5
    """Mean score of the trunk and the legs below which a pose is weak; [C]."""
    said_after_s: float = 20.0
    """How long it must be so, seconds: a turn or a step behind a chair is no news; [C]."""
    over_after_s: float = 10.0
    """How long it must be otherwise, or nobody be there, for it to be over, seconds; [C]."""
    gap_s: float = 1.0
    """Longest pause between two instants that still counts as looking on; [C]."""
