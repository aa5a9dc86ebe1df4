"""How a body is held at one instant: a tree of soft questions about a few features.

Each question compares one feature with one limit and answers with a share 0-1 instead of yes or no; the shares multiply
along the branches, so the weights of all postures sum to 1. A feature that is not known is not asked.

    trunk down?  yes: low or stretched out? yes: lying
                                            no:  legs carry it? yes: other (bending)    no: sitting (bent forward)
                 no:  legs carry it?        yes: stepping?      yes: walking            no: standing
                                            no:  crouching?     yes: other              no: sitting
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge_agent.posture.limits import PostureLimits
from edge_agent.types import Kinematics, Metric, PostureKind, Reason, Relation

UNCERTAIN = 0.5
LEGS_UNSEEN = 0.6
"""What is left of the confidence where the legs were not seen at this instant; [C]."""
TRUNK_ALONE = 0.6
"""Weight of lying where the trunk is down and nothing is known of the legs: it may be bent forward; [C]."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One soft question's answer."""

    share: float
    """0-1: how far the feature is above its limit."""
    reason: Reason


@dataclass(frozen=True, slots=True)
class Legs:
    """Whether the legs carry the body."""

    standing: float
    """0 folded, 1 standing."""
    reasons: tuple[Reason, ...]
    seen: bool
    """At this instant, rather than remembered or supposed."""
    whole: bool = True
    """Down to the feet, or in 3D: thighs alone, seen flat, may point at the camera."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The weight of each posture at one instant."""

    weights: Mapping[PostureKind, float]
    """Sum to 1."""
    reliability: float
    """0-1: what the features that were missing leave of the confidence."""
    reasons: Mapping[PostureKind, tuple[Reason, ...]]
    """The comparisons on each posture's branch."""

    @property
    def best(self) -> PostureKind:
        """The posture with the greatest weight."""
        return max(self.weights, key=lambda kind: self.weights[kind])


def classify(limits: PostureLimits, body: Kinematics, legs: Legs | None) -> Verdict | None:
    """Weighs the postures.

    Args:
        limits: The thresholds.
        body: The body's kinematics.
        legs: What is known of the legs, from `legs_seen` or from memory.

    Returns:
        None where the body cannot be judged.
    """
    trunk = ask(
        body.trunk_inclination_deg, "trunk_inclination", "deg", limits.lying_trunk_deg, limits.lying_trunk_width_deg
    )
    if trunk is None:
        return None
    down, up = trunk.share, 1 - trunk.share
    if legs is None and down <= UNCERTAIN:
        return None
    standing = max(legs.standing if legs else UNCERTAIN, _running(limits, body))
    low = _low(limits, body)
    flat = max(known(low, _stretched(limits, body, standing)), key=lambda answer: answer.share, default=None)
    steps = _stepping(limits, body)
    stepping = steps.share if steps else 0.0
    crouch = _crouching(limits, body, low)
    crouching = crouch.share if crouch else 0.0
    lying = flat.share if flat else TRUNK_ALONE
    weights = {
        PostureKind.LYING: down * lying,
        PostureKind.OTHER: down * (1 - lying) * standing + up * (1 - standing) * crouching,
        PostureKind.SITTING: down * (1 - lying) * (1 - standing) + up * (1 - standing) * (1 - crouching),
        PostureKind.STANDING: up * standing * (1 - stepping),
        PostureKind.WALKING: up * standing * stepping,
    }
    leg_reasons = legs.reasons if legs else ()
    held = (trunk.reason, *leg_reasons)
    reasons = {
        PostureKind.LYING: _reasons(trunk, flat),
        PostureKind.OTHER: (*held, *_reasons(crouch)),
        PostureKind.SITTING: held,
        PostureKind.STANDING: (*held, *_reasons(steps)),
        PostureKind.WALKING: (*_reasons(steps), *held),
    }
    seen = legs is not None and legs.seen
    return Verdict(weights, 1.0 if seen else LEGS_UNSEEN, reasons)


def legs_seen(limits: PostureLimits, body: Kinematics) -> Legs | None:
    """Whether the legs carry the body, from what is seen of them now; None where nothing is.

    Standing is what no cue speaks against: thighs that point at the camera look straight, so a cue for folded legs is
    worth more than one for straight ones. The angles of hip and knee are no cues: they close when an old person stoops.
    """
    hip = ask(body.hip_height, "hip_height", "torso", limits.standing_hip, limits.standing_hip_width)
    thigh = ask(body.thigh_inclination_deg, "thigh_inclination", "deg", limits.folded_thigh_deg, limits.joint_width_deg)
    votes = [(hip.share, hip.reason)] if hip else []
    if thigh:
        votes.append((1 - thigh.share, thigh.reason))
    shown = ask(body.thigh_shown, "thigh_shown", "1", limits.shown_thigh, limits.shown_thigh_width)
    beside = ask(body.overhang, "overhang", "torso", limits.overhang, limits.overhang_width)
    if shown:
        votes.append((shown.share, shown.reason))
    if beside:
        votes.append((1 - beside.share, beside.reason))
    if not votes:
        return None
    standing = min(share for share, _ in votes)
    agreeing = tuple(reason for share, reason in votes if (share >= UNCERTAIN) == (standing >= UNCERTAIN))
    return Legs(standing, agreeing, seen=True, whole=bool(body.joint_angles) or hip is not None)


def ask(metric: Metric, feature: str, unit: str, limit: float, width: float) -> Answer | None:
    """How far a metric is above a soft limit: 0 from `width` below, 1 from `width` above."""
    if metric.value is None:
        return None
    share = min(1.0, max(0.0, 0.5 + (metric.value - limit) / (2 * width)))
    relation = Relation.AT_LEAST if metric.value >= limit else Relation.BELOW
    return Answer(share, Reason(feature, round(metric.value, 2), unit, relation, limit))


def _low(limits: PostureLimits, body: Kinematics) -> Answer | None:
    height = ask(body.hip_height, "hip_height", "torso", limits.low_hip, limits.low_hip_width)
    return Answer(1 - height.share, height.reason) if height else None


def _stretched(limits: PostureLimits, body: Kinematics, standing: float) -> Answer | None:
    """Whether the legs go on in line with the trunk, and do not stand: so lies who is seen along the floor."""
    hip = ask(body.hip_flexion_deg, "hip_flexion", "deg", limits.open_hip_deg, limits.joint_width_deg)
    return Answer(hip.share * (1 - standing), hip.reason) if hip else None


def _stepping(limits: PostureLimits, body: Kinematics) -> Answer | None:
    """Whether the body walks: by its steps, or by its speed where steps are not told; never with its legs still."""
    steps = ask(body.cadence_spm, "cadence", "spm", limits.stepping_spm, limits.stepping_width_spm)
    speed = ask(body.speed_mps, "speed", "m/s", limits.walking_mps, limits.walking_width_mps)
    if body.leg_motion.value is not None and body.leg_motion.value < limits.walking_leg_motion:
        speed = None
    return max(known(steps, speed), key=lambda answer: answer.share, default=None)


def _running(limits: PostureLimits, body: Kinematics) -> float:
    """Share of a gait at a speed that only feet carry: runners' legs are as folded as a sitter's half of the time."""
    steps = ask(body.cadence_spm, "cadence", "spm", limits.stepping_spm, limits.stepping_width_spm)
    speed = ask(body.speed_mps, "speed", "m/s", limits.running_mps, limits.running_width_mps)
    return min(steps.share, speed.share) if steps and speed else 0.0


def _crouching(limits: PostureLimits, body: Kinematics, low: Answer | None) -> Answer | None:
    """Whether a body with folded legs rests on its feet: low, and its knees bent past a right angle."""
    knee = ask(body.knee_flexion_deg, "knee_flexion", "deg", limits.crouching_knee_deg, limits.crouching_knee_width_deg)
    if knee is None or low is None:
        return None
    return Answer((1 - knee.share) * low.share, knee.reason)


def known(*answers: Answer | None) -> tuple[Answer, ...]:
    """Those that could be given."""
    return tuple(answer for answer in answers if answer)


def _reasons(*answers: Answer | None) -> tuple[Reason, ...]:
    return tuple(answer.reason for answer in known(*answers))
