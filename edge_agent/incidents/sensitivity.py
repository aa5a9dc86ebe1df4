"""How readily a room or a resident is spoken of: the thresholds of a finding at low, normal and high."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from edge_agent.incidents.limits import IncidentLimits
from edge_agent.types import Alertness, Camera, Kind, Sensitivity

_TIME = {Sensitivity.LOW: 2.0, Sensitivity.HIGH: 0.5}
"""Factor on how long something must last to be said; [C]."""
MOST_PATIENCE = max(_TIME.values())
"""The greatest of these factors."""
_MOVEMENT = {Sensitivity.LOW: 0.5, Sensitivity.HIGH: 2.0}
"""Factor on the movement that ends immobility: its time is the care plan's; [C]."""
_CONFIDENCE = {Sensitivity.LOW: 0.85, Sensitivity.HIGH: 0.65}
"""Of a fall to be suspected, in place of the normal one; [C]. Even at low a lone lying trunk after a way down exceeds
it within the 5 s of the Rules, 5: measured on every recorded fall, see docs/evaluation.md."""


def is_watched(camera: Camera, kind: Kind, subject: str | None) -> bool:
    """Whether findings of this kind are said of this resident at all."""
    return _of(camera.alertness_to(subject), kind) is not Sensitivity.OFF


def patience(camera: Camera, kind: Kind, subject: str | None) -> float:
    """Factor on how long something of this kind must last with this resident to be said."""
    return _TIME.get(_of(camera.alertness_to(subject), kind), 1.0)


@cache
def tuned(limits: IncidentLimits, alertness: Alertness) -> IncidentLimits:
    """The thresholds for somebody of whom findings are said so readily."""
    sitting = _TIME.get(alertness.prolonged_sitting, 1.0)
    return replace(
        limits,
        suspect_confidence=_CONFIDENCE.get(alertness.fall, limits.suspect_confidence),
        slump_s=limits.slump_s * _TIME.get(alertness.slump, 1.0),
        lateral_lean_s=limits.lateral_lean_s * _TIME.get(alertness.lateral_lean, 1.0),
        forward_head_s=limits.forward_head_s * _TIME.get(alertness.forward_head, 1.0),
        prolonged_sitting_s=tuple(after * sitting for after in limits.prolonged_sitting_s),
        immobility_shift=limits.immobility_shift * _MOVEMENT.get(alertness.immobility, 1.0),
    )


def _of(alertness: Alertness, kind: Kind) -> Sensitivity:
    """A camera's own blindness is always said (Rules, 8)."""
    return Sensitivity.NORMAL if kind is Kind.CAMERA_BLIND else Sensitivity(getattr(alertness, kind.value))
