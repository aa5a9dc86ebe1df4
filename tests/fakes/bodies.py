"""Made-up persons: tracks, kinematics, postures and activities by keyword, and what typical bodies measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from math import cos, radians, sin

import numpy as np

from edge_agent.types import (
    Activity,
    Intensity,
    Kinematics,
    Layout,
    Level,
    Metric,
    Person,
    Point,
    Pose,
    Posture,
    PostureKind,
    Track,
)

Measured = float | Metric | None

METRICS = tuple(
    field.name
    for field in fields(Kinematics)
    if field.name
    not in {"track", "t", "steps", "mean_score", "joint_angles", "trunk", "place", "down", "down_measured", "plumb"}
)

STILL: Mapping[str, Measured] = {"speed_mps": 0.02, "leg_motion": 0.05, "arm_motion": 0.05, "hip_drop": 0.0}
STANDING: Mapping[str, Measured] = {
    **STILL,
    "trunk_inclination_deg": 4.0,
    "thigh_inclination_deg": 5.0,
    "hip_flexion_deg": 172.0,
    "knee_flexion_deg": 174.0,
    "hip_height": 1.75,
    "head_height": 3.2,
}
WALKING: Mapping[str, Measured] = {
    **STANDING,
    "thigh_inclination_deg": 15.0,
    "speed_mps": 0.8,
    "leg_motion": 0.7,
    "arm_motion": 0.4,
    "cadence_spm": 95.0,
}
SITTING: Mapping[str, Measured] = {
    **STILL,
    "trunk_inclination_deg": 10.0,
    "thigh_inclination_deg": 82.0,
    "hip_flexion_deg": 98.0,
    "knee_flexion_deg": 95.0,
    "hip_height": 0.95,
    "head_height": 2.4,
}
LYING: Mapping[str, Measured] = {
    **STILL,
    "trunk_inclination_deg": 86.0,
    "thigh_inclination_deg": 88.0,
    "hip_flexion_deg": 170.0,
    "knee_flexion_deg": 165.0,
    "hip_height": 0.15,
    "head_height": 0.2,
}
BENDING: Mapping[str, Measured] = {
    **STANDING,
    "trunk_inclination_deg": 95.0,
    "hip_flexion_deg": 75.0,
    "hip_height": 1.6,
}
CROUCHING: Mapping[str, Measured] = {
    **SITTING,
    "trunk_inclination_deg": 25.0,
    "thigh_inclination_deg": 100.0,
    "hip_flexion_deg": 60.0,
    "knee_flexion_deg": 45.0,
    "hip_height": 0.4,
}
LEGS = ("thigh_inclination_deg", "hip_flexion_deg", "knee_flexion_deg", "hip_height", "head_height", "leg_motion")


def kinematics(
    body: Mapping[str, Measured] | None = None,
    *,
    track: int = 1,
    t: float = 0.0,
    steps: int = 0,
    mean_score: float = 0.9,
    joint_angles: tuple[float | None, ...] = (),
    **given: Measured,
) -> Kinematics:
    """Kinematics of `body`, each metric replaceable by keyword; what nobody names is `joint_unseen`."""
    metrics = {**_NOTHING, **{name: _metric(value) for name, value in {**(body or {}), **given}.items()}}
    make: Callable[..., Kinematics] = Kinematics
    trunk = _sideways(metrics["trunk_inclination_deg"].value)
    return make(track=track, t=t, steps=steps, mean_score=mean_score, joint_angles=joint_angles, trunk=trunk, **metrics)


def _sideways(inclination_deg: float | None) -> tuple[float, float, float] | None:
    """A trunk inclined to the picture's right."""
    if inclination_deg is None:
        return None
    return sin(radians(inclination_deg)), -cos(radians(inclination_deg)), 0.0


def without_legs(body: Mapping[str, Measured]) -> Mapping[str, Measured]:
    """The same body with its legs behind a table."""
    return {name: value for name, value in body.items() if name not in LEGS}


def lost_kinematics(*, track: int = 1, t: float = 0.0) -> Kinematics:
    """Of a track nothing was given to."""
    return kinematics(_LOST, track=track, t=t, mean_score=0.0)


def track(
    number: int = 1,
    *,
    t: float = 0.0,
    seen_at: float | None = None,
    hip: Point = (320.0, 240.0),
    torso_px: float = 80.0,
    pose: Pose | None = None,
    confirmed: bool = True,
    ambiguous: bool = False,
) -> Track:
    """A confirmed track seen at `t`, unless told otherwise."""
    return Track(
        id=number,
        t=t,
        since=0.0,
        seen_at=t if seen_at is None else seen_at,
        hip=hip,
        torso_px=torso_px,
        pose=pose,
        confirmed=confirmed,
        ambiguous=ambiguous,
    )


def box_pose(left: float, top: float, right: float, bottom: float, *, score: float = 0.9) -> Pose:
    """A COCO pose whose visible keypoints span the given rectangle."""
    keypoints = np.zeros((17, 3), np.float32)
    keypoints[0] = (left, top, score)
    keypoints[16] = (right, bottom, score)
    return Pose(keypoints=keypoints, layout=Layout.COCO17, score=score)


def posture(kind: PostureKind = PostureKind.SITTING, *, track: int = 1, confidence: float = 0.9) -> Posture:
    """A posture taken at 0 s."""
    return Posture(track=track, kind=kind, since=0.0, confidence=confidence)


def activity(
    *,
    track: int = 1,
    met: float | None = 1.3,
    intensity: Intensity | None = Intensity.SEDENTARY,
    level: Level | None = Level.SEDENTARY,
    confidence: float = 0.9,
) -> Activity:
    """Sedentary, unless told otherwise."""
    return Activity(track=track, met=_metric(met), intensity=intensity, level=level, confidence=confidence)


def person(
    number: int = 1,
    *,
    t: float = 0.0,
    body: Mapping[str, Measured] = SITTING,
    kind: PostureKind = PostureKind.SITTING,
    active: Activity | None = None,
    lost: bool = False,
    ambiguous: bool = False,
    confirmed: bool = True,
    subject: str | None = None,
    steps: int = 0,
    mean_score: float = 0.9,
    joint_angles: tuple[float | None, ...] = (),
    **given: Measured,
) -> Person:
    """Somebody sitting in view, unless told otherwise; `given` goes to `kinematics`."""
    seen_at = t - 1.0 if lost else t
    seen = kinematics(body, track=number, t=t, steps=steps, mean_score=mean_score, joint_angles=joint_angles, **given)
    return Person(
        track=track(number, t=t, seen_at=seen_at, confirmed=confirmed, ambiguous=ambiguous),
        kinematics=lost_kinematics(track=number, t=t) if lost else seen,
        posture=posture(kind, track=number),
        activity=active or activity(track=number),
        subject=subject,
    )


def _metric(value: Measured) -> Metric:
    if isinstance(value, Metric):
        return value
    return _UNSEEN if value is None else Metric(value)


_UNSEEN = Metric.unknown("joint_unseen")
_NOTHING = dict.fromkeys(METRICS, _UNSEEN)
_LOST = dict.fromkeys(METRICS, Metric.unknown("lost"))
