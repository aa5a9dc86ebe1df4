"""Thresholds of the posture stage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PostureLimits:
    """What decides how a body is held, and over how long it is judged.

    A limit with a width is soft: `width` below it the answer is a clear no, `width` above it a clear yes. Lengths are
    in torso lengths. In an adult the seat lies about 0.9 and the standing hip about 1.75 torso lengths above the sole
    (lower leg .25 H, whole leg .53 H, torso .29 H: Drillis & Contini 1966, which also gives the limits half-way).
    """

    lying_trunk_deg: float = 60.0
    """Trunk inclination from which the trunk counts as down. Source: ISO 11226 allows no upright work above it; [C]."""
    lying_trunk_width_deg: float = 15.0
    """[C] Twice the 7.7 deg angle error of one camera in a care home (domain.md, Posture)."""
    low_hip: float = 0.5
    """Hip height below which the body lies, or sits on the floor: half-way from the floor to a seat (anthropometry)."""
    low_hip_width: float = 0.2
    """[C]"""
    standing_hip: float = 1.1
    """Hip height below which the legs are folded, however straight they look; [C], between sitting (anthropometry) and
    the 1.3 of standing people whose shoulders and hips were marked as COCO's are (measured, 5,800 single poses)."""
    standing_hip_width: float = 0.2
    """[C]"""
    folded_thigh_deg: float = 35.0
    """Thigh inclination from which the thigh counts as folded; [C]: nearer to standing (0) than to sitting (90), as
    a thigh seen from the front looks straighter than it is. A walker's thighs swing by 20 to 25 deg."""
    shown_thigh: float = 0.8
    """Length of the thigh by that of the shank in a flat picture below which it points out of it: 1 in adults (Drillis
    & Contini 1966), .9 and more of 95 in 100 instants of people on their feet (motion capture, Kinect); [C]."""
    shown_thigh_width: float = 0.1
    """[C]"""
    overhang: float = 0.6
    """How far a body may be beside its feet in a flat picture and stand on them, torso lengths: toes reach .35 ahead of
    the ankles, and people on their feet were seen within .4; [C]."""
    overhang_width: float = 0.2
    """[C]"""
    open_hip_deg: float = 135.0
    """Hip angle from which a trunk that is down goes on into the legs, as in lying: half-way from sitting (90) to
    straight (180)."""
    joint_width_deg: float = 15.0
    """Softness of the limits of joints; [C], as of the trunk."""
    crouching_knee_deg: float = 75.0
    """Knee angle below which a low body rests on its feet, not on a seat: a squat passes 90 deg; [C]."""
    crouching_knee_width_deg: float = 15.0
    """[C]"""
    stepping_spm: float = 40.0
    """Cadence from which a body on its feet walks; [C]: slow walking in old age is 60 steps/min and more."""
    stepping_width_spm: float = 20.0
    """[C]"""
    walking_mps: float = 0.25
    """Speed from which a body on its feet walks where no cadence can be had: under the slowest walk in the 2024 Older
    Adult Compendium (< 0.45 m/s); [C]."""
    walking_width_mps: float = 0.1
    """[C]"""
    running_mps: float = 1.65
    """Speed beyond which nobody who steps sits, however folded the legs are: the quickest walk in the same Compendium.
    Wheelchairs that are paddled along with the feet are slower; [C]."""
    running_width_mps: float = 0.3
    """[C]"""
    walking_leg_motion: float = 0.2
    """Speed of knees and ankles, torso lengths per second, below which a body that moves is moved; [C]."""
    settled_s: float = 30.0
    """An upright body in one place this long, legs never seen, probably sits: people on their feet shift; [C]."""
    place: float = 0.5
    """Torso lengths the hip may move and still be in the same place; [C]: sitting down lowers it by about 0.8."""
    steady_s: float = 0.5
    """Time constant of the smoothing: a clear change shows after about 0.4 s; [C]."""
    lead: float = 0.1
    """By how much another posture must lead before it replaces the present one; [C]."""
    keep_s: float = 3.0
    """How long the last posture stands for a body that cannot be judged, before it becomes unknown; [C]."""
    zone_s: float = 1.0
    """How long a body must be out of its zone before it has left it; [C]."""
    gap_s: float = 2.0
    """Longest pause between two instants that still counts as looking on; [C]."""
    seated_forward_deg: float = 20.0
    """Trunk angle forward from which a rule calls somebody sitting slouching; ISO 11226 and RULA: up to 20 is fine."""
    seated_back_deg: float = 15.0
    """The same backward, for reclining; [C]: the back of an easy chair leans by 15 to 25."""
    seated_width_deg: float = 10.0
    """Softness of the two; [C], of the order of one camera's 7.7 deg angle error (domain.md, Posture)."""
    seated_crossed: float = 0.1
    """How far the left foot must be to the wrong side of the right one for the rule, torso lengths, about 5 cm; [C]."""
    seated_settles_s: float = 2.0
    """Time constant of the smoothing of how somebody sits: a nod or a reach is no slouch; [C]."""
    seated_frontal: float = 0.5
    """Breadth of the shoulders from which a flat body is seen from ahead, torso lengths: turned by less than 40 deg, so
    that how it leans hardly shows; [C]."""
    seated_turned_deg: float = 45.0
    """Turn out of the side view beyond which how a body leans hangs on the camera's tilt, so that it is not told where
    nobody measured that; [C]."""
    trend_window_s: float = 60.0
    """Valid seconds a median rests on at most; [C]: shorter than the 1 min ISO 11226 allows the worst trunk posture."""
    trend_min_valid_s: float = 20.0
    """Valid seconds below which a median is still `warming_up`; [C]."""
    trend_max_age_s: float = 300.0
    """Age beyond which valid data is forgotten; [C]."""
    trend_bin_s: float = 1.0
    """Data is averaged over this time before the median, so that the frame rate does not matter; [C]."""
    min_keypoint_score: float = 0.3
    """Score from which a keypoint counts towards the middle of a lying body, and in comparing postures; [C]."""
    kept_settles_s: float = 10.0
    """Time constant over which landmarks are averaged before two postures are compared, and how long a new one must be
    seen; [C]: their jitter is gone, and a stretch or a cough is no change of posture."""
    kept_turn_deg: float = 30.0
    """Turn from which a body has turned over: the tilt used in repositioning (30 degrees side-lying, EPUAP/NPIAP/PPPIA
    2019); [C] in 3D landmarks."""
    kept_apart: float = 0.3
    """Mean distance of the joints, once turned onto one another, from which a body is held differently, torso lengths;
    [C]: the knees drawn up, or an arm over the head."""
