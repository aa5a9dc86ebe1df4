"""How hard each tracked person works: MET smoothed over seconds, and the classes made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import exp

from edge_agent.activity.limits import ActivityLimits
from edge_agent.activity.met import cost, is_lost
from edge_agent.types import (
    ON_FEET,
    RESTING,
    Activity,
    Intensity,
    Kinematics,
    Level,
    Metric,
    Posture,
    PostureKind,
    Reason,
    Relation,
)


@dataclass(frozen=True, slots=True)
class Effort:
    """What is remembered of one person."""

    t: float
    """When the cost was last known."""
    met: float
    known_s: float = 0.0
    """How long the estimate has been going on."""
    vigorous_since: float | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of one camera's tracks; those that ended are forgotten."""

    efforts: Mapping[int, Effort] = field(default_factory=dict)


def step(
    limits: ActivityLimits, state: State, kinematics: Iterable[Kinematics], postures: Iterable[Posture]
) -> tuple[State, tuple[Activity, ...]]:
    """Estimates how hard every tracked person works now.

    Args:
        limits: The thresholds.
        state: What the instant before left.
        kinematics: One for each track, lost ones included.
        postures: One for each track, in the same order.

    Returns:
        The new state and one activity for each track, in the same order; costs to a tenth of a MET, finer is not known.
    """
    efforts: dict[int, Effort] = {}
    activities = []
    for body, posture in zip(kinematics, postures, strict=True):
        before = state.efforts.get(body.track)
        now = cost(limits, body, posture)
        if now is None:
            activities.append(_unknown(body))
            if before is not None and body.t - before.t <= limits.gap_s:
                efforts[body.track] = before
            continue
        effort = _smooth(limits, before, body.t, now.met, upright=posture.kind in ON_FEET)
        efforts[body.track] = effort
        met = round(effort.met, 1)
        intensity = intensity_of(limits, met, posture.kind)
        sustained_s = 0.0 if effort.vigorous_since is None else body.t - effort.vigorous_since
        activities.append(
            Activity(
                track=body.track,
                met=Metric(met),
                intensity=intensity,
                level=_level(limits, intensity, sustained_s),
                confidence=round(now.confidence, 3),
                reasons=(*now.reasons, _cut_point(limits, met, intensity)),
            )
        )
    return State(efforts), tuple(activities)


def intensity_of(limits: ActivityLimits, met: float, posture: PostureKind) -> Intensity:
    """The class of a cost; standing quietly is light, never sedentary."""
    if met >= limits.vigorous_met:
        return Intensity.VIGOROUS
    if met >= limits.moderate_met:
        return Intensity.MODERATE
    if met <= limits.sedentary_met and posture in RESTING:
        return Intensity.SEDENTARY
    return Intensity.LIGHT


def _level(limits: ActivityLimits, intensity: Intensity, sustained_s: float) -> Level:
    """The paper's word; `sedentary` supposes a person awake: that is judged where the time of day is known."""
    if intensity is Intensity.SEDENTARY:
        return Level.SEDENTARY
    return Level.VIGOROUS if sustained_s >= limits.sustained_s else Level.MODERATE


def _smooth(limits: ActivityLimits, before: Effort | None, t: float, met: float, *, upright: bool) -> Effort:
    if before is None or t - before.t > limits.gap_s:
        return Effort(t, met, vigorous_since=t if upright and met >= limits.vigorous_met else None)
    dt = max(0.0, t - before.t)
    known_s = before.known_s + dt
    # A young estimate is the plain mean of what was seen: its first instant must not outweigh the rest.
    smoothing_s = limits.smoothing_s if upright else limits.resting_smoothing_s
    taken = max(1 - exp(-dt / smoothing_s), dt / known_s) if known_s > 0 else 1.0
    smoothed = before.met + taken * (met - before.met)
    vigorous = upright and round(smoothed, 1) >= limits.vigorous_met
    since = (t if before.vigorous_since is None else before.vigorous_since) if vigorous else None
    return replace(before, t=t, met=smoothed, known_s=known_s, vigorous_since=since)


def _unknown(body: Kinematics) -> Activity:
    why_not = "lost" if is_lost(body) else "posture_unknown"
    return Activity(track=body.track, met=Metric.unknown(why_not), intensity=None, level=None, confidence=0.0)


def _cut_point(limits: ActivityLimits, met: float, intensity: Intensity) -> Reason:
    """The limit between this class and the next one on its side."""
    cut = {
        Intensity.SEDENTARY: (Relation.AT_MOST, limits.sedentary_met),
        Intensity.LIGHT: (Relation.BELOW, limits.moderate_met),
        Intensity.MODERATE: (Relation.AT_LEAST, limits.moderate_met),
        Intensity.VIGOROUS: (Relation.AT_LEAST, limits.vigorous_met),
    }
    relation, limit = cut[intensity]
    return Reason("met", met, "MET", relation, limit)
