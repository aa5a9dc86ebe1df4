"""From the persons of one instant to the reasons for which they cannot be judged well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from edge_agent.types import KEYPOINTS, Camera, Layout, Person, Pose, PostureKind, ZoneKind
from edge_agent.visibility.limits import VisibilityLimits

TOO_FAR, WEAK, BLANKET = "too_far", "weak_keypoints", "blanket"
REASONS = (BLANKET, TOO_FAR, WEAK)
"""In the order in which they are said."""
_UPPER = ("left_shoulder", "right_shoulder")
_LOWER = ("left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle")


def _indices(names: tuple[str, ...]) -> Mapping[Layout, list[int]]:
    return {layout: [KEYPOINTS[layout].index(name) for name in names] for layout in Layout}


_UPPER_AT = _indices(_UPPER)
_LEGS_AT, _BODY_AT = _indices(_LOWER[2:]), _indices((*_UPPER, *_LOWER))


@dataclass(frozen=True, slots=True)
class State:
    """For how long each reason has held or not, and which are said."""

    t: float | None = None
    held_s: Mapping[str, float] = field(default_factory=dict)
    gone_s: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    """`blanket`: somebody in bed is covered; what they do there cannot be assessed. `too_far`: somebody is too small in
    the picture to be measured. `weak_keypoints`: somebody's trunk and legs are not seen well."""


def step(limits: VisibilityLimits, state: State, camera: Camera, t: float, persons: Iterable[Person]) -> State:
    """Takes one instant in.

    Args:
        limits: the thresholds.
        state: what the step before returned, or `State()`.
        camera: its zones tell the beds.
        t: now, seconds.
        persons: everybody tracked.
    """
    dt = 0.0 if state.t is None else min(max(t - state.t, 0.0), limits.gap_s)
    beds = {zone.name for zone in camera.zones if zone.kind in {ZoneKind.BED, ZoneKind.SOFA}}
    now = {reason for person in persons if (reason := _of(limits, person, beds)) is not None}
    held = {reason: state.held_s.get(reason, 0.0) + dt if reason in now else 0.0 for reason in REASONS}
    gone = {reason: 0.0 if reason in now else state.gone_s.get(reason, 0.0) + dt for reason in REASONS}
    said = tuple(
        reason
        for reason in REASONS
        if (gone[reason] < limits.over_after_s if reason in state.reasons else held[reason] >= limits.said_after_s)
    )
    return State(t, held, gone, said)


def _of(limits: VisibilityLimits, person: Person, beds: set[str]) -> str | None:
    """What hinders the judgement of one person most; somebody lost from sight is told by the track itself."""
    track = person.track
    if not track.confirmed or track.lost:
        return None
    if person.kinematics.scale_m_per_px.why_not == "too_small":
        return TOO_FAR
    if track.pose is None:
        return WEAK  # there is a body, and no landmarks were found
    if _covered(limits, track.pose) and (person.posture.zone in beds or person.posture.kind is PostureKind.LYING):
        return BLANKET
    return WEAK if _mean(track.pose) < limits.weak_score else None


def _covered(limits: VisibilityLimits, pose: Pose) -> bool:
    """The shoulders are seen, or the head, and nothing of the legs."""
    scores = pose.keypoints[:, 2]
    head = KEYPOINTS[pose.layout].index("nose")
    top = max(float(scores[_UPPER_AT[pose.layout]].min()), float(scores[head]))
    return top >= limits.seen_score and float(scores[_LEGS_AT[pose.layout]].max()) < limits.seen_score


def _mean(pose: Pose) -> float:
    """Score of the trunk and the legs."""
    return float(pose.keypoints[_BODY_AT[pose.layout], 2].mean())
