"""One person's share of a minute, from its pieces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import floor

import numpy as np

from edge_agent.activity.limits import ActivityLimits
from edge_agent.types import (
    Activity,
    AngleSummary,
    DataQuality,
    JointAngle,
    Kinematics,
    PersonMinute,
    Posture,
    PostureKind,
    Reason,
    Relation,
)

ANGLES = ("trunk_forward_deg", "trunk_lateral_deg", "neck_forward_deg", "shoulder_tilt_deg", "hip_tilt_deg")
_UPRIGHT = frozenset({PostureKind.SITTING, PostureKind.STANDING, PostureKind.WALKING})

Weighted = list[tuple[float, float]]
"""(value, seconds) pairs."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A piece of a minute in which one person was seen. It holds no keypoints."""

    dt: float
    """How long it lasted, s."""
    own: bool
    """Seen alone, and without doubt who it is."""
    body: Kinematics
    posture: Posture
    activity: Activity
    subject: str | None
    steps: int
    rose: bool
    """Stood up from sitting."""


def summarise(limits: ActivityLimits, track: int, samples: tuple[Sample, ...], observed_s: float) -> PersonMinute:
    """Sums up one person's samples of a minute.

    Args:
        limits: The thresholds.
        track: Whose they are.
        samples: At least one.
        observed_s: How long the camera looked on in that minute.
    """
    own = tuple(sample for sample in samples if sample.own)
    attributable_s = sum(sample.dt for sample in own)
    intensity_s = _seconds((sample.activity.intensity, sample.dt) for sample in own)
    seated = ((s.posture.seated.kind if s.posture.seated else None, s.dt) for s in own)
    posture_s = _seconds((sample.posture.kind, sample.dt) for sample in own)
    met = _mean((sample.activity.met.value, sample.dt) for sample in own)
    walking = [(s.body.cadence_spm.value, s.dt) for s in own if s.posture.kind is PostureKind.WALKING]
    cadence = [(value, dt) for value, dt in walking if value]
    seen_s = sum(sample.dt for sample in samples)
    coverage = min(1.0, seen_s / observed_s) if observed_s > 0 else 0.0
    return PersonMinute(
        track=track,
        subject=_subject(samples),
        attributable_s=to_ms(attributable_s),
        intensity_s=intensity_s,
        level_s=_seconds((sample.activity.level, sample.dt) for sample in own),
        posture_s=posture_s,
        met=None if met is None else round(met, 2),
        steps=sum(sample.steps for sample in own),
        cadence_spm=round(quantiles(cadence, (0.5,))[0], 1) if cadence else None,
        sit_to_stands=sum(sample.rose for sample in own),
        angles=_angles(own),
        vector=_vector(own),
        reasons=_reasons(limits, attributable_s, observed_s, intensity_s, met),
        confidence=round(_mean((sample.activity.confidence, sample.dt) for sample in own) or 0.0, 3),
        quality=DataQuality(
            coverage=round(coverage, 3),
            mean_score=_rounded(_mean((sample.body.mean_score, sample.dt) for sample in samples), 3),
            view=_view(limits, samples),
        ),
        seated_s=_seconds(seated),
    )


def quantiles(values: Weighted, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Values below which the given shares 0-1 of the time lie, between neighbours linearly."""
    ordered = np.array(sorted(values), dtype=np.float64)
    weights = ordered[:, 1]
    middles = np.cumsum(weights) - weights / 2
    return tuple(float(np.interp(share * weights.sum(), middles, ordered[:, 0])) for share in shares)


def to_ms(seconds: float) -> float:
    """Whole milliseconds, downwards: so rounded parts never exceed their rounded whole."""
    return floor(seconds * 1000 + 1e-6) / 1000


def _seconds(pairs: Iterable[tuple[str | None, float]]) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for name, dt in pairs:
        if name is not None:
            total[str(name)] += dt
    return {name: to_ms(seconds) for name, seconds in sorted(total.items())}


def _mean(pairs: Iterable[tuple[float | None, float]]) -> float | None:
    known = [(value, dt) for value, dt in pairs if value is not None]
    seconds = sum(dt for _, dt in known)
    return sum(value * dt for value, dt in known) / seconds if seconds > 0 else None


def _angles(own: tuple[Sample, ...]) -> dict[str, AngleSummary]:
    """Of an upright body: how a lying or crouching one is held against gravity is another matter."""
    upright = [sample for sample in own if sample.posture.kind in _UPRIGHT]
    summaries = {}
    for name in ANGLES:
        metrics = ((getattr(sample.body, name).value, sample.dt) for sample in upright)
        valid = [(value, dt) for value, dt in metrics if value is not None]
        if valid:
            median = round(quantiles(valid, (0.5,))[0], 1)
            summaries[name] = AngleSummary(median, to_ms(sum(dt for _, dt in valid)))
    return summaries


def _vector(own: tuple[Sample, ...]) -> tuple[JointAngle, ...]:
    measured = [sample for sample in own if sample.body.joint_angles]
    if not measured:
        return ()
    entries = []
    for index in range(len(measured[0].body.joint_angles)):
        angles = ((sample.body.joint_angles[index], sample.dt) for sample in measured)
        entries.append(_joint([(value, dt) for value, dt in angles if value is not None]))
    return tuple(entries)


def _joint(valid: Weighted) -> JointAngle:
    if not valid:
        return JointAngle(None, None)
    low, median, high = quantiles(valid, (0.25, 0.5, 0.75))
    return JointAngle(round(median, 1), round(high - low, 1))


def _subject(samples: tuple[Sample, ...]) -> str | None:
    """Whose minute it is; nobody's where two persons' slots were named."""
    named = {sample.subject for sample in samples if sample.subject is not None}
    return named.pop() if len(named) == 1 else None


def _view(limits: ActivityLimits, samples: tuple[Sample, ...]) -> str:
    seconds = _seconds((_view_of(limits, sample.body.yaw_deg.value), sample.dt) for sample in samples)
    return max(seconds, key=lambda name: seconds[name])


def _view_of(limits: ActivityLimits, yaw_deg: float | None) -> str:
    if yaw_deg is None:
        return "unknown"
    turned = min(abs(yaw_deg), 180 - abs(yaw_deg))
    if turned <= limits.view_deg:
        return "frontal"
    return "side" if turned >= 90 - limits.view_deg else "oblique"


def _reasons(
    limits: ActivityLimits,
    attributable_s: float,
    observed_s: float,
    intensity_s: dict[str, float],
    met: float | None,
) -> tuple[Reason, ...]:
    share = attributable_s / observed_s if observed_s > 0 else 0.0
    enough = Relation.AT_LEAST if share >= limits.coverage else Relation.BELOW
    reasons = [Reason("attributable_share", round(share, 3), "1", enough, limits.coverage)]
    if intensity_s and met is not None:
        most = max(intensity_s, key=lambda name: intensity_s[name])
        reasons.append(Reason("dominant_intensity", most, "", Relation.EQUAL, most))
        cut = limits.sedentary_met if met <= limits.sedentary_met else limits.moderate_met
        relation = Relation.AT_LEAST if met >= limits.moderate_met else Relation.BELOW
        reasons.append(
            Reason("met", round(met, 2), "MET", Relation.AT_MOST if cut == limits.sedentary_met else relation, cut)
        )
    return tuple(reasons)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
