"""From tracks to kinematics: every body measured at one instant, with what is remembered of its last seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import exp, hypot, inf

from edge_agent.kinematics import effort
from edge_agent.kinematics.angles import trunk_axis
from edge_agent.kinematics.gait import gait_of
from edge_agent.kinematics.gravity import Gravity, gravity_of
from edge_agent.kinematics.held import held
from edge_agent.kinematics.history import ARM_RATE, EMPTY, LEG_RATE, Rows, remembered
from edge_agent.kinematics.instant import heights_of, place_of, row_of, sized
from edge_agent.kinematics.landmarks import figure_of
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.kinematics.motion import descents, limb_motion, limb_rates, speed_over_floor
from edge_agent.kinematics.reasons import LOST, TOO_SMALL, metric
from edge_agent.kinematics.turn import Turn
from edge_agent.kinematics.vector import joint_angles
from edge_agent.types import KEYPOINTS, Kinematics, Layout, Metric, Pose, Track, View

TORSO_SETTLES_S = 2.0
"""Time constant of the torso's length in the world landmarks; [C]."""


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """Of one track."""

    rows: Rows = field(default_factory=lambda: EMPTY)
    torso_m: float | None = None
    """In its world landmarks."""
    seen_at: float = -inf
    turn: Turn = field(default_factory=Turn)
    size: float | None = None
    """Its torso, in usual ones, as its feet on the floor told it."""
    stepped_at: float = -inf
    """When the last step counted was made."""
    work: Rows = field(default_factory=lambda: effort.NOTHING)
    """What tells work against gravity."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What is remembered of each track, by number."""

    memories: Mapping[int, Memory] = field(default_factory=dict)
    view: View | None = None
    """That the last instant was measured in."""


def step(
    limits: KinematicsLimits, view: View, state: State, tracks: tuple[Track, ...], t: float, size: tuple[int, int]
) -> tuple[State, tuple[Kinematics, ...]]:
    """Measure every track at one instant.

    Args:
        limits: thresholds.
        view: how the camera looks into the room, as far as anybody knows. When it changes, the last seconds no longer
            count: in another view a body that has not moved is elsewhere, as if it had fallen.
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
        if state.view is not None and state.view != view:
            before = replace(before, rows=EMPTY, work=effort.NOTHING, size=None)
        memories[track.id], kinematics = _measure(limits, gravity, before, track, t)
        measured.append(kinematics)
    return State(memories, view), tuple(measured)


def _measure(
    limits: KinematicsLimits, gravity: Gravity, before: Memory, track: Track, t: float
) -> tuple[Memory, Kinematics]:
    if track.lost:
        return before, _nothing(track, t, LOST)
    if track.torso_px < limits.min_torso_px:
        return before, _nothing(track, t, TOO_SMALL)
    torso_m, turn, figure = before.torso_m, before.turn, None
    if track.pose is not None:
        torso_m = _torso(before, track.pose, t)
        figure, turn = figure_of(limits, gravity, track, torso_m or limits.torso_m, turn)
    heights = heights_of(limits, gravity, track, figure)
    row, size = sized(row_of(limits, gravity, track, figure, heights, t), before.size, max(0.0, t - before.seen_at))
    row += limb_rates(limits, before.rows, row)
    rows = remembered(before.rows, row, max(limits.drop_window_s, limits.gait_window_s))
    gait = gait_of(limits, rows)
    steps = [at for at in gait.steps if at > before.stepped_at + limits.min_step_s / 2]
    work = effort.remembered(limits, gravity, before.work, track, torso_m)
    memory = Memory(rows, torso_m, t, turn, size, steps[-1] if steps else before.stepped_at, work)
    moving = _moving(limits, gravity, track, rows) | effort.metrics(limits, work, t)
    moving["cadence_spm"] = effort.cadence(limits, work, gait.cadence_spm)
    posture = held(limits, gravity, track, figure)
    kinematics = Kinematics(
        track=track.id,
        t=t,
        scale_m_per_px=Metric(limits.torso_m / track.torso_px),
        hip_height=metric(heights[0]),
        head_height=metric(heights[1]),
        steps=len(steps),
        mean_score=_mean_score(limits, track),
        joint_angles=_vector(limits, track),
        trunk=None if figure is None else trunk_axis(figure),
        place=place_of(row, size),
        down=gravity.down,
        down_measured=gravity.known,
        plumb=gravity.down_at(track.hip),
        **posture,
        **moving,
    )
    return memory, kinematics


def _nothing(track: Track, t: float, why: Metric) -> Kinematics:
    names = [name for name in Kinematics.__slots__ if name not in _NOT_METRICS]
    return Kinematics(track=track.id, t=t, **dict.fromkeys(names, why))  # type: ignore[arg-type]


_NOT_METRICS = frozenset(
    {"track", "t", "steps", "mean_score", "joint_angles", "trunk", "place", "down", "down_measured", "plumb"}
)


def _torso(memory: Memory, pose: Pose, t: float) -> float | None:
    """The torso's length in the world landmarks, smoothed: the unit of everything measured in them."""
    if pose.world is None:
        return memory.torso_m
    left, right, hip_left, hip_right = pose.world[_TRUNK[pose.layout]].tolist()
    span = [(a + b - c - d) / 2 for a, b, c, d in zip(left, right, hip_left, hip_right, strict=True)]
    now = min(max(hypot(*span), 0.2), 0.8)
    if memory.torso_m is None:
        return now
    gain = 1.0 - exp(-(t - memory.seen_at) / TORSO_SETTLES_S)
    return memory.torso_m + gain * (now - memory.torso_m)


_TRUNK = {
    layout: [KEYPOINTS[layout].index(n) for n in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")]
    for layout in Layout
}


def _moving(limits: KinematicsLimits, gravity: Gravity, track: Track, rows: Rows) -> dict[str, Metric]:
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
        "leg_motion": limb_motion(limits, rows, LEG_RATE, noise),
        "arm_motion": limb_motion(limits, rows, ARM_RATE, noise),
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
