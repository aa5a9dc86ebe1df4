"""Thresholds of the kinematics stage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KinematicsLimits:
    """What can be measured, over which time, and what is assumed where nobody measured it."""

    min_keypoint_score: float = 0.3
    """Score from which a keypoint counts as seen; [C]."""
    min_torso_px: float = 12.0
    """Bodies smaller than this are `too_small`: a pixel of error is then 5 degrees of trunk; [C]."""
    torso_m: float = 0.5
    """An adult's torso, metres: .288 of 1.73 m (Drillis & Contini 1966)."""
    in_plane_deg: float = 30.0
    """Farthest a body may be turned out of a measuring plane (domain.md, Posture)."""
    in_plane_no_gravity_deg: float = 15.0
    """The same of frontal angles in 3D where the camera's tilt is unknown (turned by 30 degrees, a tilt that is 15
    degrees off leans the trunk by 7), and of the shoulders' and hips' tilt in a flat picture, where the farther one is
    seen higher; [C]."""

    assumed_tilt_deg: float = 15.0
    """Tilt of a camera nobody measured; [C]: between a camera on a shelf (0) and one under the ceiling (30)."""
    assumed_focal: float = 0.8
    """Focal length of a camera nobody measured, picture widths; [C]: 64 degrees across."""

    drop_window_s: float = 3.0
    """How far back a descent is looked for; [C]: a fall takes under 1 s, a slide from a chair 2 to 3."""
    drop_level: float = 0.85
    """Quantile of the window's heights that is the level before the descent: its very highest is a glitch; [C]."""
    drop_warm_up_s: float = 0.4
    """History below which no descent can be told; [C]."""
    fall_speed_s: float = 0.3
    """Time over which the downward speed is taken; [C]: a free fall of the hip lasts 0.4 s."""

    speed_window_s: float = 1.2
    """Time over which the speed over the floor is taken: one stride at 100 steps/min, so that swaying cancels; [C]."""
    speed_warm_up_s: float = 0.6
    """[C]"""
    depth_noise_mps: float = 0.15
    """Speed towards or from the camera that is only the scale's noise; taken off in
    quadrature; [C]."""

    motion_window_s: float = 1.0
    """Time over which the motion of the limbs is averaged; [C]."""
    motion_step_s: float = 0.2
    """Time over which a joint's displacement is taken: at 5 /s and above the frame rate no longer matters; [C]."""
    motion_gap_s: float = 0.7
    """Displacements over a longer time say nothing of a speed; [C]."""
    motion_noise: float = 0.12
    """Speed of a resting joint that is only jitter, torso lengths/s; taken off in quadrature. Flat figures: smoothed
    keypoints of people lying still show 0.1 to 0.2."""
    motion_noise_3d: float = 0.3
    """The same of figures with a depth, which jitters more: 0.2 to 0.5."""

    heave_step_s: float = 0.1
    """Time over which the trunk's displacement is taken: a third of a running step; [C]."""
    ascent_window_s: float = 4.0
    """How far back lies the level that a body may have come up from; [C]: old people take up to 3 s to rise."""
    ascent_kept_s: float = 0.7
    """How long it must have been kept: the lowest point of a squat or a bow is passed at once; [C]."""
    ascent_now_s: float = 0.4
    """Time over which the level now is taken; [C]."""
    ascent_spread: float = 0.15
    """By how much a level that is kept may vary, torso lengths; [C]: shifting on a seat is less."""
    ascent_trunk: float = 0.5
    """How far shoulders must have been above the hips there, torso lengths: not bent down by 60 degrees; [C]."""
    ascent_feet: float = 0.3
    """How far feet that stay may move, torso lengths; [C]: a step is 1.2 to the side, and half of that ahead."""
    stepping_window_s: float = 2.0
    """Time over which legs that move in turn are looked for: one and a fifth strides at 72 steps/min; [C]."""
    stepping_warm_up_s: float = 1.0
    """[C]: one and a half strides at 180 steps/min."""
    cadence_window_s: float = 3.0
    """Time over which a cadence is fitted: one and a fifth strides at 48 steps/min; [C]."""
    strides_seen: float = 1.2
    """How often a stride must have come back within what was seen; [C]: once alone is a shift of weight."""
    least_stride_hz: float = 0.6
    """Slowest stride: 72 steps/min; [C]: slower ones are told from walking alone."""
    most_stride_hz: float = 3.0
    """Quickest stride: 360 steps/min; [C]: young people jogging in place reach 300."""
    instants_per_stride: float = 3.0
    """Fewer pictures to a stride than this could as well be another rate (sampling theorem: more than two)."""
    legs_seen: float = 0.6
    """Share of the window's instants in which both legs must be seen; [C]."""
    gait_window_s: float = 4.0
    """Time over which steps are looked for: two strides of the slowest walk, 60 steps/min; [C]."""
    gait_warm_up_s: float = 1.5
    """[C]: two steps at 80 steps/min."""
    gait_swing: float = 0.08
    """How far the legs must pass one another to either side to count as a step, torso lengths; [C]: a shuffle
    is 0.2."""
    gait_share: float = 0.35
    """The same as a share of the window's swing: the middle of a stride is no step; [C]."""
    min_step_s: float = 0.24
    """Shortest step: 250 steps/min; [C]: the fastest sprint is 280."""
    max_step_s: float = 1.5
    """Longest time between two steps of one walk: 40 steps/min; [C]."""
    gait_irregularity: float = 0.5
    """Greatest spread of the step times, as a share of their median, that is still a gait; [C]."""
