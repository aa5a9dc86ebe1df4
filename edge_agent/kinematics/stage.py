"""From tracks to kinematics: every body measured at one instant, with what is remembered of its last seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import exp, hypot, inf, nan

import numpy as np

from edge_agent.kinematics import angles
from edge_agent.kinematics.figure import Figure, Turn, figure_of, inclination
from edge_agent.kinematics.gait import Gait, gait_of
from edge_agent.kinematics.gravity import Gravity, gravity_of
from edge_agent.kinematics.history import ARMS, EMPTY, LEGS, NO_FIGURE, Rows, limbs_of, remembered
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.kinematics.motion import UNSEEN, descents, limb_motion, speed_over_floor
from edge_agent.kinematics.vector import joint_angles
from edge_agent.types import KEYPOINTS, Kinematics, Layout, Metric, Point, Track, View

LOST = Metric.unknown("lost")
TOO_SMALL = Metric.unknown("too_small")
OUT_OF_PLANE = Metric.unknown("view_insufficient")
NO_GRAVITY = Metric.unknown("no_gravity")

TOP_PER_TORSO = 1.9
"""Hip to the detector's top point, torso lengths (BlazePose, measured)."""
HEAD_PER_TOP = 0.77
"""Share of the way from the hip to the detector's top point at which the ears are: 1.46 of 1.9 torso lengths."""
TORSO_SETTLES_S = 2.0
"""Time constant of the torso's length in the world landmarks; [C]."""
FORESHORTENED = 0.6
"""Share of its length below which a trunk is taken to point out of the picture whatever its landmarks say; [C]."""
ANKLE_M = 0.07
"""Height of the ankles over the floor, metres: .039 of 1.73 m (Drillis & Contini 1966)."""


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """Of one track."""

    rows: Rows = field(default_factory=lambda: EMPTY)
    torso_m: float | None = None
    """In its world landmarks."""
    seen_at: float = -inf
    turn: Turn = field(default_factory=Turn)
    stepped_at: float = -inf
    """When the last step counted was made."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What is remembered of each track, by number."""

    memories: Mapping[int, Memory] = field(default_factory=dict)


def step(
    limits: KinematicsLimits, view: View, state: State, tracks: tuple[Track, ...], t: float, size: tuple[int, int]
) -> tuple[State, tuple[Kinematics, ...]]:
    """Measure every track at one instant.

    Args:
        limits: thresholds.
        view: how the camera looks into the room, as far as anybody measured it.
        state: what the step before returned, or `State()`.
        tracks: of this instant.
        t: the instant, s.
        size: width and height of the picture, px.

    Returns:
        The state, and one `Kinematics` a track in their order.
    """
    gravity = gravity_of(limits, view, size)
    memories: dict[int, Memory] = {}
    measured: list[Kinematics] = []
    for track in tracks:
        before = state.memories.get(track.id, Memory())
        memories[track.id], kinematics = _measure(limits, gravity, before, track, t)
        measured.append(kinematics)
    return State(memories), tuple(measured)


def _measure(
    limits: KinematicsLimits, gravity: Gravity, before: Memory, track: Track, t: float
) -> tuple[Memory, Kinematics]:
    if track.lost:
        return before, _nothing(track, t, LOST)
    if track.torso_px < limits.min_torso_px:
        return before, _nothing(track, t, TOO_SMALL)
    memory, figure = before, None
    if track.pose is not None:
        memory = _torso(before, track, t)
        figure, turn = figure_of(limits, gravity, track, memory.torso_m or limits.torso_m, before.turn)
        memory = replace(memory, turn=turn)
    heights = _heights(limits, gravity, track, figure)
    row = _row(limits, gravity, track, figure, heights, t)
    window = max(limits.drop_window_s, limits.gait_window_s)
    rows = remembered(memory.rows, row, window)
    gait = gait_of(limits, rows)
    steps = [at for at in gait.steps if at > memory.stepped_at + limits.min_step_s / 2]
    stepped_at = steps[-1] if steps else memory.stepped_at
    memory = replace(memory, rows=rows, stepped_at=stepped_at)
    moving = _moving(limits, gravity, track, rows, gait)
    held = _held(limits, gravity, track, figure)
    kinematics = Kinematics(
        track=track.id,
        t=t,
        scale_m_per_px=Metric(limits.torso_m / track.torso_px),
        hip_height=_metric(heights[0]),
        head_height=_metric(heights[1]),
        steps=len(steps),
        mean_score=_mean_score(limits, track),
        joint_angles=_vector(limits, track),
        **held,
        **moving,
    )
    return memory, kinematics


def _nothing(track: Track, t: float, why: Metric) -> Kinematics:
    names = [name for name in Kinematics.__slots__ if name not in _NOT_METRICS]
    return Kinematics(track=track.id, t=t, **dict.fromkeys(names, why))  # type: ignore[arg-type]


_NOT_METRICS = frozenset({"track", "t", "steps", "mean_score", "joint_angles"})


def _torso(memory: Memory, track: Track, t: float) -> Memory:
    """Follow the torso's length in the world landmarks, the unit of everything measured in them."""
    pose = track.pose
    if pose is None or pose.world is None:
        return replace(memory, seen_at=t)
    ends = _TRUNK[pose.layout]
    trunk = pose.world[ends[0]] + pose.world[ends[1]] - pose.world[ends[2]] - pose.world[ends[3]]
    now = min(max(hypot(*trunk.tolist()) / 2, 0.2), 0.8)
    if memory.torso_m is None:
        return replace(memory, torso_m=now, seen_at=t)
    gain = 1.0 - exp(-(t - memory.seen_at) / TORSO_SETTLES_S)
    return replace(memory, torso_m=memory.torso_m + gain * (now - memory.torso_m), seen_at=t)


_TRUNK = {
    layout: [KEYPOINTS[layout].index(n) for n in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")]
    for layout in Layout
}


def _heights(
    limits: KinematicsLimits, gravity: Gravity, track: Track, figure: Figure | None
) -> tuple[float | None, float | None]:
    """Of hip and head over the lowest sole seen, or over the floor where that is known; torso lengths."""
    below = None if figure is None else angles.support(figure)
    if below is None and gravity.height_m is not None:
        below = gravity.height_m / limits.torso_m - gravity.level(track.hip, track.torso_px)
    head = None if figure is None else angles.head(figure)
    return below, None if below is None or head is None else below - head[1]


def _row(
    limits: KinematicsLimits,
    gravity: Gravity,
    track: Track,
    figure: Figure | None,
    heights: tuple[float | None, float | None],
    t: float,
) -> list[float]:
    """This instant in the order of `history`."""
    torso = track.torso_px
    head = _head_px(track)
    depth = gravity.focal[1] * limits.torso_m / torso
    seen_feet = figure is not None and angles.support(figure) is not None
    return [
        t,
        gravity.level(track.hip, torso),
        nan if head is None else gravity.level(head, torso),
        *(nan if height is None or not seen_feet else height for height in heights),
        *gravity.over_floor(track.hip, depth),
        *_feet_on_floor(limits, gravity, track),
        *(NO_FIGURE if figure is None else limbs_of(figure)),
    ]


def _head_px(track: Track) -> Point | None:
    """The head in the picture: the middle of the ears, or the nose; from the detector's axis if need be."""
    if track.detection is not None:
        (x, y), (x2, y2) = track.detection.hip, track.detection.top
        return x + HEAD_PER_TOP * (x2 - x), y + HEAD_PER_TOP * (y2 - y)
    if track.pose is None:
        return None
    points = track.pose.keypoints[_HEAD[track.pose.layout]].tolist()
    nose, left, right = points
    if min(left[2], right[2]) >= 0.3:
        return (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
    best = max((nose, left, right), key=lambda point: point[2])
    return (best[0], best[1]) if best[2] >= 0.3 else None


_HEAD = {layout: [KEYPOINTS[layout].index(n) for n in ("nose", "left_ear", "right_ear")] for layout in Layout}
_ANKLES = {layout: [KEYPOINTS[layout].index(n) for n in ("left_ankle", "right_ankle")] for layout in Layout}


def _feet_on_floor(limits: KinematicsLimits, gravity: Gravity, track: Track) -> Point:
    """Where the feet stand on the known floor, metres right and away; nan where that can't be told."""
    if gravity.height_m is None or track.pose is None:
        return nan, nan
    ankles = track.pose.keypoints[_ANKLES[track.pose.layout]]
    if ankles[:, 2].min() < limits.min_keypoint_score:
        return nan, nan
    x, z = 0.0, 0.0
    for u, v, _ in ankles.tolist():
        ray = gravity.ray((u, v))
        steep = sum(a * b for a, b in zip(ray, gravity.down, strict=True))
        if steep < 0.05:
            return nan, nan
        right, away = gravity.over_floor((u, v), (gravity.height_m - ANKLE_M) / steep)
        x, z = x + right / 2, z + away / 2
    return x, z


def _held(limits: KinematicsLimits, gravity: Gravity, track: Track, figure: Figure | None) -> dict[str, Metric]:
    """How the body is held."""
    if figure is None:
        return dict.fromkeys(_HELD, UNSEEN) | {"trunk_inclination_deg": _detected_trunk(gravity, track)}
    trunk = _trunk(limits, gravity, track, figure)
    yaw = figure.yaw_deg
    frontal = limits.in_plane_deg if gravity.known else limits.in_plane_no_gravity_deg
    return {
        "trunk_inclination_deg": _metric(trunk),
        "trunk_forward_deg": _in_side_plane(limits, yaw, angles.trunk_forward(figure)),
        "trunk_lateral_deg": _in_frontal_plane(limits, frontal, yaw, angles.trunk_lateral(figure)),
        "neck_forward_deg": _in_side_plane(limits, yaw, angles.neck_forward(figure)),
        "shoulder_tilt_deg": _in_frontal_plane(limits, frontal, yaw, angles.tilt_of(figure, "shoulder")),
        "hip_tilt_deg": _in_frontal_plane(limits, frontal, yaw, angles.tilt_of(figure, "hip")),
        "yaw_deg": _metric(yaw),
        "hip_flexion_deg": _metric(angles.hip_flexion(figure)),
        "knee_flexion_deg": _metric(angles.knee_flexion(figure)),
        "thigh_inclination_deg": _metric(angles.thigh_inclination(figure)),
    }


_HELD = (
    "trunk_inclination_deg",
    "trunk_forward_deg",
    "trunk_lateral_deg",
    "neck_forward_deg",
    "shoulder_tilt_deg",
    "hip_tilt_deg",
    "yaw_deg",
    "hip_flexion_deg",
    "knee_flexion_deg",
    "thigh_inclination_deg",
)


def _trunk(limits: KinematicsLimits, gravity: Gravity, track: Track, figure: Figure) -> float | None:
    """Inclination of the trunk; of a body far too short in the picture, what its shortness says if that is more.

    Landmarks of a body lying feet first towards the camera are often those of a small upright one.
    """
    solid = angles.trunk_inclination(figure)
    axis = _axis_px(limits, track)
    if solid is None or axis is None or not figure.solid:
        return solid
    if hypot(*axis) >= FORESHORTENED * track.torso_px * gravity.upright_share(track.hip):
        return solid
    return max(solid, inclination(axis, gravity, track.hip, track.torso_px))


def _axis_px(limits: KinematicsLimits, track: Track) -> Point | None:
    """Mid-hip to mid-shoulder in the picture."""
    if track.pose is None:
        return None
    left, right, hip_left, hip_right = track.pose.keypoints[_TRUNK[track.pose.layout]].tolist()
    if min(left[2], right[2], hip_left[2], hip_right[2]) < limits.min_keypoint_score:
        return None
    return (left[0] + right[0] - hip_left[0] - hip_right[0]) / 2, (left[1] + right[1] - hip_left[1] - hip_right[1]) / 2


def _detected_trunk(gravity: Gravity, track: Track) -> Metric:
    """Inclination of the detector's axis."""
    detection = track.detection
    if detection is None or detection.radius <= 0:
        return UNSEEN
    axis = detection.top[0] - detection.hip[0], detection.top[1] - detection.hip[1]
    return Metric(inclination(axis, gravity, detection.hip, TOP_PER_TORSO * track.torso_px))


def _in_side_plane(limits: KinematicsLimits, yaw: float | None, angle: float | None) -> Metric:
    if angle is None or yaw is None:
        return UNSEEN
    return Metric(angle) if abs(yaw - 90.0) <= limits.in_plane_deg else OUT_OF_PLANE


def _in_frontal_plane(limits: KinematicsLimits, allowed: float, yaw: float | None, angle: float | None) -> Metric:
    if angle is None or yaw is None:
        return UNSEEN
    turned = min(yaw, 180.0 - yaw)
    if turned > limits.in_plane_deg:
        return OUT_OF_PLANE
    return Metric(angle) if turned <= allowed else NO_GRAVITY


def _moving(limits: KinematicsLimits, gravity: Gravity, track: Track, rows: Rows, gait: Gait) -> dict[str, Metric]:
    """How the body moves."""
    hip, head, speed = descents(limits, rows)
    right, away = gravity.over_floor(track.hip, 1.0)
    far = hypot(right, away)
    solid = track.pose is not None and track.pose.world is not None
    noise = limits.motion_noise_3d if solid else limits.motion_noise
    return {
        "hip_drop": hip,
        "head_drop": head,
        "fall_speed": speed,
        "speed_mps": speed_over_floor(limits, rows, (right / far, away / far) if far > 0 else (0.0, 1.0)),
        "leg_motion": limb_motion(limits, rows, LEGS, noise),
        "arm_motion": limb_motion(limits, rows, ARMS, noise),
        "cadence_spm": gait.cadence_spm,
    }


def _mean_score(limits: KinematicsLimits, track: Track) -> float:
    if track.pose is None:
        return 0.0
    scores = track.pose.keypoints[:, 2]
    used = scores[scores >= limits.min_keypoint_score]
    return float(used.sum()) / len(used) if len(used) else 0.0


def _vector(limits: KinematicsLimits, track: Track) -> tuple[float | None, ...]:
    pose = track.pose
    if pose is None or pose.world is None:
        return ()
    return joint_angles(pose.layout, pose.world, pose.keypoints[:, 2], limits.min_keypoint_score)


def _metric(value: float | None) -> Metric:
    return UNSEEN if value is None or not np.isfinite(value) else Metric(value)
