"""How readily a room or a resident is spoken of: the thresholds of a finding at low, normal and high."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from edge_agent.incidents.limits import IncidentLimits
from edge_agent.types import Alertness, Camera, Kind, Sensitivity

_TIME = {Sensitivity.LOW: 2.0, Sensitivity.HIGH: 0.5}
"""Factor on how long a posture must last to be said; [C]."""
_CONFIDENCE = {Sensitivity.LOW: 0.85, Sensitivity.HIGH: 0.65}
"""Of a fall to be suspected, in place of the normal one; [C]. Even at low a lone lying trunk after a way down exceeds
it within the 5 s of the Rules, 5: measured on every recorded fall, see docs/evaluation.md."""
_OWN = {Kind.FALL: "fall", Kind.SLUMP: "slump", Kind.LATERAL_LEAN: "lateral_lean", Kind.FORWARD_HEAD: "forward_head"}


def is_watched(camera: Camera, kind: Kind, subject: str | None) -> bool:
    """Whether findings of this kind are said of this resident at all."""
    return _of(camera.alertness_to(subject), kind) is not Sensitivity.OFF


@cache
def tuned(limits: IncidentLimits, alertness: Alertness) -> IncidentLimits:
    """The thresholds for somebody of whom findings are said so readily."""
    return replace(
        limits,
        suspect_confidence=_CONFIDENCE.get(alertness.fall, limits.suspect_confidence),
        slump_s=limits.slump_s * _TIME.get(alertness.slump, 1.0),
        lateral_lean_s=limits.lateral_lean_s * _TIME.get(alertness.lateral_lean, 1.0),
        forward_head_s=limits.forward_head_s * _TIME.get(alertness.forward_head, 1.0),
    )


def _of(alertness: Alertness, kind: Kind) -> Sensitivity:
    own = _OWN.get(kind)
    return Sensitivity.NORMAL if own is None else Sensitivity(getattr(alertness, own))
