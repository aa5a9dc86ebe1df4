"""What an instant's movement costs, in MET60+."""

from __future__ import annotations

from dataclasses import dataclass
from math import radians, sin

import numpy as np

from edge_agent.activity.limits import ActivityLimits
from edge_agent.types import RESTING, Kinematics, Metric, Posture, PostureKind, Reason, Relation

PARTLY_SEEN = 0.7
"""What is left of the confidence for each pair of limbs whose motion is not known; [C]."""


@dataclass(frozen=True, slots=True)
class Cost:
    """An instant's estimate."""

    met: float
    confidence: float
    """0-1."""
    reasons: tuple[Reason, ...]


def cost(limits: ActivityLimits, body: Kinematics, posture: Posture) -> Cost | None:
    """Estimates the cost of an instant; None where it cannot be known.

    A resting or standing body costs its base and what its limbs' motion, relative to the trunk, adds. So being moved,
    in a wheelchair say, costs nothing. A walk costs what its cadence says, or its speed where steps are not seen, and
    no less than its limbs' motion.
    """
    if posture.kind is PostureKind.UNKNOWN or is_lost(body):
        return None
    base = limits.rest_met if posture.kind in RESTING else limits.standing_met
    lifting = _lifting(limits, body, posture)
    posed = Reason("posture", posture.kind.value, "", Relation.EQUAL, posture.kind.value)
    moved = max(base + _limbs_met(limits, body), lifting.met)
    known = sum(metric.value is not None for metric in (body.leg_motion, body.arm_motion))
    confidence = posture.confidence * PARTLY_SEEN ** (2 - known)
    if posture.kind is PostureKind.WALKING:
        met, reason = _walking(limits, body)
        reasons = (posed, *reason, *lifting.reasons)
        return Cost(min(limits.most_met, max(met, moved)), posture.confidence, reasons)
    return Cost(min(limits.most_met, moved), confidence, (posed, *_limb_reasons(limits, body), *lifting.reasons))


def _lifting(limits: ActivityLimits, body: Kinematics, posture: Posture) -> Cost:
    """What lifting costs, the whole body or one leg after the other; nothing for who lies or gets along on foot."""
    nothing = Cost(0.0, posture.confidence, ())
    if posture.kind is PostureKind.LYING or (body.speed_mps.value or 0.0) >= limits.walking_mps[0]:
        return nothing
    heave = body.heave.value or 0.0
    reasons = [_compare("heave", heave, "torso/s", limits.run_heave)]
    met = limits.standing_met + limits.met_per_heave * heave
    signs = _stepping(limits, body)
    share = min(sign.value / sign.limit for sign in signs)
    if posture.kind not in RESTING:
        spm = body.stepping_spm.value
        quick = spm is not None and spm >= limits.run_spm and signs[-1].feature == "stepping"
        if (share >= limits.run_steps and _bounces(limits, body)) or (share >= 1.0 and quick):
            met = max(met, limits.running_met)
            reasons += [sign.reason(limits.run_steps) for sign in signs]
        elif share >= 1.0 and spm is not None:
            met = max(met, limits.marching_met)
            reasons += [sign.reason() for sign in signs]
    return Cost(met, posture.confidence, tuple(reasons)) if met >= limits.moderate_met else nothing


def _bounces(limits: ActivityLimits, body: Kinematics) -> bool:
    """Whether the body goes up and down as in running: fast enough, and by little at a time."""
    heave, sway = body.heave.value, body.sway.value
    return heave is not None and sway is not None and heave >= max(limits.run_heave, limits.run_bounces * sway)


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that tells of steps in a view, and from how much on."""

    feature: str
    value: float
    limit: float

    def reason(self, share: float = 1.0) -> Reason:
        """How it compares to a share of its limit."""
        return _compare(self.feature, self.value, "torso/s", share * self.limit)


def _stepping(limits: ActivityLimits, body: Kinematics) -> tuple[Sign, ...]:
    """What must tell of steps in this view: the legs in 3D or from the side, the trunk from ahead, obliquely both."""
    yaw, legs = body.yaw_deg.value, body.stepping.value or 0.0
    if body.joint_angles or yaw is None:
        return (Sign("stepping", legs, limits.step_speed),)
    turned, shift = min(yaw, 180.0 - yaw), body.weight_shift.value
    swinging = Sign("stepping", legs, limits.step_speed * sin(radians(max(turned, limits.view_deg))))
    if shift is None or turned >= 90.0 - limits.view_deg:
        return (swinging,)
    swaying = Sign("weight_shift", shift, limits.step_shift)
    return (swaying,) if turned <= limits.view_deg else (swaying, swinging)


def is_lost(body: Kinematics) -> bool:
    """Whether nothing was given to the body's track at this instant."""
    return body.trunk_inclination_deg.why_not == "lost"


def _limbs_met(limits: ActivityLimits, body: Kinematics) -> float:
    legs, arms = (_moving(limits, metric) for metric in (body.leg_motion, body.arm_motion))
    return limits.met_per_motion * ((1 - limits.arm_share) * legs + limits.arm_share * arms)


def _moving(limits: ActivityLimits, motion: Metric) -> float:
    return 0.0 if motion.value is None or motion.value <= limits.still_motion else motion.value


def _walking(limits: ActivityLimits, body: Kinematics) -> tuple[float, tuple[Reason, ...]]:
    """By cadence, or by speed where no steps are told; quick steps that lead nowhere are marching or a shuffle."""
    cadence, speed = body.cadence_spm.value, body.speed_mps.value
    reasons: tuple[Reason, ...] = ()
    if cadence:
        reasons = (_compare("cadence", cadence, "spm", limits.walking_spm[1]),)
    if speed is not None and (not cadence or speed < limits.walking_mps[0]):
        reasons = (*reasons, _compare("speed", speed, "m/s", limits.walking_mps[0]))
        return float(np.interp(speed, limits.walking_mps, limits.walking_mps_met)), reasons
    met = float(np.interp(cadence or 0.0, limits.walking_spm, limits.walking_spm_met))
    if speed is not None and speed >= limits.hurried_mps[0]:
        met = max(met, float(np.interp(speed, limits.hurried_mps, limits.hurried_mps_met)))
        reasons = (*reasons, _compare("speed", speed, "m/s", limits.hurried_mps[0]))
    return met, reasons


def _limb_reasons(limits: ActivityLimits, body: Kinematics) -> tuple[Reason, ...]:
    named = (("leg_motion", body.leg_motion.value), ("arm_motion", body.arm_motion.value))
    return tuple(_compare(name, value, "torso/s", limits.still_motion) for name, value in named if value is not None)


def _compare(feature: str, value: float, unit: str, limit: float) -> Reason:
    return Reason(feature, round(value, 2), unit, Relation.AT_LEAST if value >= limit else Relation.BELOW, limit)
