"""Thresholds of the tracking stage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrackingLimits:
    """How bodies are followed, smoothed and given up. Lengths are in torso lengths of the body itself."""

    min_keypoint_score: float = 0.2
    """Score from which a keypoint places the hip, the scale and the cost of a match; [C]."""
    full_keypoint_score: float = 0.6
    """Score from which a keypoint is trusted fully; below it the smoothing gets heavier in proportion; [C]."""
    min_pose_score: float = 0.3
    """Score of the pose from which time counts towards confirmation; [C]: that from which a joint counts as seen.
    Models differ: of standing people BlazePose's is near 1, MoveNet's mean .5, and .35 once they lie."""
    min_detection_score: float = 0.5
    """Score from which a body without landmarks may begin a track. At 0.4 the detector fired on cats (models.md)."""

    cutoff_hz: float = 1.2
    """Cut-off of the One-Euro filter for a resting joint (Casiez 2012: 1 Hz, then by eye); [C]."""
    cutoff_per_speed: float = 2.0
    """How much the cut-off rises with speed, Hz per torso length/s: a stepping ankle (about 4/s) is hardly
    delayed; [C]."""
    speed_cutoff_hz: float = 1.5
    """Cut-off of the smoothed speed itself (Casiez 2012: 1 Hz); [C]."""
    joint_gap_s: float = 0.7
    """A joint unseen for longer starts afresh, without a memory of where it was; [C]."""
    torso_m: float = 0.5
    """Length of an adult's torso, metres, the unit of world landmarks' smoothing: .288 of 1.73 m (Drillis & Contini
    1966)."""

    gate: float = 1.0
    """Farthest a body may be from where it was expected, right after it was seen; [C]."""
    gate_growth: float = 2.0
    """How much the gate widens, torso lengths per second out of sight: an ordinary walk is 2.5 /s; [C]."""
    max_gate: float = 3.0
    """Widest gate; [C]."""
    down_gate: float = 1.5
    """Widest gate of a body long out of sight and last seen low: who lies does not walk away, but a helper comes near;
    [C]."""
    max_scale_ratio: float = 3.0
    """Sizes farther apart than this are two bodies. A foreshortened body without memory looks up to 3 times
    smaller; [C]."""
    scale_cost: float = 0.5
    """Cost of a difference in size by a factor e, torso lengths; [C]."""
    predict_s: float = 0.4
    """Longest time a body is expected to keep its speed; [C]."""
    duplicate: float = 0.7
    """Distance of the hips below which a further sighting begins no track of its own; [C]: models answer twice on a
    body that is hard to read, and people this close (a shoulder's breadth) are told apart once they part."""

    confirm_s: float = 1.0
    """Time seen with landmarks before a body is more than a ghost; models.md asks for persistence, the length is
    [C]."""
    confirm_credible_s: float = 0.4
    """The share of it that must be credible in a body that is followed on: scores sink when somebody falls; [C]."""
    confirm_detected_s: float = 5.0
    """The same for a body that never had landmarks (lying feet first from the start, or a coat on a chair); [C]."""
    sighting_gap_s: float = 2.0
    """Longest pause between two sightings that still counts as seen between; [C]."""

    lost_keep_s: float = 8.0
    """How long an upright body out of sight keeps its track; [C]: behind furniture, turned away."""
    lost_keep_down_s: float = 600.0
    """The same of a body last seen lying or going down: somebody on the floor behind a table is not gone; [C]."""
    ghost_keep_s: float = 1.5
    """The same of a body that was never confirmed; [C]."""
    down_deg: float = 55.0
    """Axis against the picture's vertical from which a body counts as down for the two limits above; [C]."""
    down_speed: float = 1.0
    """Downward speed of the hip from which a body counts as going down, torso lengths/s; [C]: sitting down calmly stays
    below 0.9 m/s = 1.8 at its peak, smoothed about 1, and is upright again a moment later."""
    upright_deg: float = 40.0
    """Axis below which a body counts as upright again; [C]."""
    upright_s: float = 1.0
    """How long it must be so; [C]."""

    edge: float = 0.6
    """Distance to the picture's edge, expected `predict_s` on, from which a body can have left by it; [C]: half a
    body's breadth and the swing of an arm."""
    edge_speed: float = 0.2
    """Outward speed it needs for that, torso lengths/s; [C]."""

    overlap: float = 0.35
    """Share of the smaller body's box covered by another's from which both are ambiguous; [C]."""
    ambiguous_s: float = 1.0
    """How long that lasts after they parted; [C]."""

    scale_rise_s: float = 0.6
    """Time constant of the scale upwards; limbs only ever look too short, so this is quick; [C]."""
    scale_fall_s: float = 0.8
    """Time constant downwards while the trunk is seen upright and whole; [C]."""
    scale_fall_slow_s: float = 20.0
    """Time constant downwards otherwise: a lying or foreshortened body is no smaller than it was; [C]."""
    scale_rate: float = 1.2
    """Fastest change of the scale's logarithm, 1/s: 1.2 m/s straight at a camera 1 m away; [C]."""
