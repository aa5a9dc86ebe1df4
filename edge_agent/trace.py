"""Trace lines of a replay: every person and analysed instant, for researchers. The daemon has none."""

from __future__ import annotations

from typing import Any

from edge_agent.types import Person

TRACED = (
    "speed_mps",
    "cadence_spm",
    "trunk_forward_deg",
    "trunk_lateral_deg",
    "neck_forward_deg",
    "shoulder_tilt_deg",
    "hip_tilt_deg",
)
DECIMALS = 4


def trace_line(camera: str, person: Person) -> dict[str, Any]:
    """One JSON-ready line; unknown is None, and `valid` says why."""
    motion, activity, pose = person.kinematics, person.activity, person.track.pose
    metrics = {name: motion.metrics[name] for name in TRACED} | {"met": activity.met}
    return {
        "t": _round(person.track.t),
        "camera": camera,
        "track": person.track.id,
        "posture": person.posture.kind.value,
        "intensity": activity.intensity.value if activity.intensity else None,
        "level": activity.level.value if activity.level else None,
        **{name: _round(metric.value) for name, metric in metrics.items()},
        "zone": person.posture.zone,
        "confidence": _round(person.posture.confidence),
        "keypoints": None if pose is None else [[round(float(v), 3) for v in joint] for joint in pose.keypoints],
        "valid": {name: True if metric.value is not None else metric.why_not for name, metric in metrics.items()},
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(float(value), DECIMALS)
