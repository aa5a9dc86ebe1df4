"""Thresholds of the incident stage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IncidentLimits:
    """When something is said, how surely, and when it is over.

    Lengths are in torso lengths: in an adult the standing hip is about 1.75 above the sole, a seat 0.9, the standing
    head 3.1 (whole leg .53 H, lower leg .25 H, torso .29 H: Drillis & Contini 1966). The limits of the fall clues are
    soft: a clue begins to count a quarter below its limit, has half its weight there and all of it a quarter above.
    [C] is a convention without a firm source. "Rules" are those that protect people, in the product's design.
    """

    # --- what speaks for a fall ---
    lying_trunk_deg: float = 60.0
    """Trunk inclination from which the trunk is down. Source: ISO 11226 allows no upright work above 60; [C]."""
    fall_hip_drop: float = 1.0
    """Descent of the hip: between standing -> seat (0.85) and standing -> floor (1.6); from anthropometry."""
    fall_head_drop: float = 1.6
    """Descent of the head: between standing -> sitting (0.85) and standing -> lying on the floor (2.9)."""
    fall_speed: float = 2.0
    """Downward speed of the hip, torso lengths per second, about 1 m/s: sitting down stays below it; [C]."""
    low_hip: float = 0.55
    """Hip height of a body on the floor, lying or sitting: between the floor (0.2) and a seat (0.9)."""
    low_head: float = 1.3
    """Head height of a body that lies: between lying (0.3) and sitting on a chair (2.3)."""
    knees_up_deg: float = 125.0
    """Thigh inclination from which the knees are so far above the hips that these must be on the floor: on the lowest
    seat (0.38 m) it is 105, sitting on the floor with the feet drawn up 140; half-way. [C]"""
    below_seat: float = 0.5
    """Descent of the hip below the seat it sat on, for the slide without impact: more than half-way to the floor."""
    found_down_s: float = 2.5
    """How long a body must be down for that alone to count, seconds; keeps "suspected within 5 s" (Rules, 5)."""
    vanished_s: float = 1.5
    """How long a body lost from sight while it went down must stay lost for that to count; [C]."""
    sinking_s: float = 0.4
    """How long before the loss it may have been lowest to have been going down still, seconds; [C]."""
    suspect_confidence: float = 0.75
    """Fused confidence from which a fall is suspected; [C]."""
    ended_s: float = 0.7
    """Time constant with which having been seen down fades: one instant misread does not undo it; [C]."""
    suspect_width: float = 0.25
    """How far below it the clues say neither yes nor no: in between a suspicion takes longer, in proportion; [C]."""
    way_down: float = 0.2
    """How far the way down must convince for that: nearly half the weight of hip or head at its limit; [C]."""
    suspect_hold_s: float = 0.6
    """How long that must hold, seconds: a stumble that is caught is over sooner; [C]."""
    dismiss_confidence: float = 0.35
    """Fused confidence below which a suspicion is dropped; the distance to the above keeps it from flapping; [C]."""

    # --- what speaks against ---
    high_hip: float = 1.2
    """Hip height from which the legs carry the body, however the trunk is held: bending. Half-way seat to standing."""
    hip_stayed: float = 0.4
    """Descent of the hip up to which it stayed where it was: bending, or lying down on what one sits on; [C]."""
    seated_head: float = 2.0
    """Head height of a body that sits on a seat: half-way from sitting on the floor (1.7) to a chair (2.3)."""
    least_seated_head: float = 1.6
    """Head height below which nobody sits on a seat, leaning or not: a little under sitting on the floor (1.7)."""
    level_thigh_deg: float = 45.0
    """Thigh inclination from which a high hip sits rather than stands: half-way from standing (0) to sitting (90)."""
    hanging_trunk_deg: float = 110.0
    """Trunk inclination from which the shoulders hang below the hips: level, and 20 deg for a flat one's error; [C]."""
    stooped_trunk_deg: float = 130.0
    """The same from which no body on its knees reaches, its head on the floor: hips .85 over it, a torso of 1."""
    came_up_s: float = 2.0
    """Since the hips were lowest, how long their level before is still remembered by the drop of now (3 s, less the
    share in which it was reached); [C]."""
    upright_trunk_deg: float = 40.0
    """Trunk inclination up to which the trunk is held up. ISO 11226 counts 20-60 as leaning: the middle."""

    # --- a fall's life ---
    confirm_s: float = 12.0
    """From suspected to confirmed while still down, seconds (Rules, 5: 10-20)."""
    escalate_s: tuple[float, ...] = (120.0, 3600.0)
    """From onset to the escalations, seconds (Rules, 5: from 2 min on, and the long lie of 1 h)."""
    reassert_s: float = 300.0
    """After the first escalation it is said again this often: an acknowledgement must not silence it (Rules, 5)."""
    up_s: float = 3.0
    """How long a body must be off the floor to be up again, seconds; [C]."""
    unseen_news_s: float = 5.0
    """How long a body on the floor must be unseen for that to be news, seconds; [C]."""
    seen_news_s: float = 2.0
    """How long it must be seen again for that to be news, seconds; [C]."""
    reach: float = 2.5
    """How far from its place a body that was lost there is taken for the same; a body is 3.4 long; [C]."""

    news_gap_s: float = 30.0
    """Between two updates about being lost from sight or seen again, seconds at least; [C]."""

    # --- another person beside it ---
    beside: float = 3.0
    """How far another person's feet may be from the body on the floor, about 1.5 m; [C]."""
    beside_s: float = 10.0
    """How long another person must be beside it (Rules, 2)."""
    beside_grace_s: float = 3.0
    """How long they may be away, or bent over, before they have left; [C]."""
    soften_s: float = 60.0
    """By how much another person delays a phase at most (Rules, 2)."""

    # --- on beds and seats ---
    settled_s: float = 1.0
    """How long sitting, or being down on a bed, must be seen to count as having been seen; [C]."""

    # --- posture anomalies ---
    lateral_lean_deg: float = 10.0
    """Lateral trunk flexion, median. Source: MDS 2022, > 10 Pisa syndrome (used as a limit, not as a diagnosis)."""
    lateral_lean_over_deg: float = 7.0
    """Below it a lean is over. MDS 2022's mild range is 5-10: its middle."""
    lateral_lean_s: float = 120.0
    """How long; [C]: no standard times a lateral lean."""
    forward_head_deg: float = 35.0
    """Neck flexion, median. Source: MDS 2022, above 35 outside normal; the ear-shoulder line is a proxy."""
    forward_head_over_deg: float = 30.0
    """Below it it is over; [C]."""
    forward_head_s: float = 410.0
    """How long. Source: ISO 11226 allows 8 min at 25 deg to 1 min at 85: 6 min 50 s at 35."""
    slump_hip_shift: float = 0.1
    """Drift of the hip from the person's own seated baseline, torso lengths, about 5 cm; [C]."""
    slump_trunk_deg: float = 10.0
    """How far the trunk has turned from the same. [C]: more than one camera's angle error of 7.7 (domain.md)."""
    slump_head_drop: float = 0.1
    """Descent of the head towards the hip below the same, torso lengths, about 5 cm; [C]."""
    slump_over: float = 0.7
    """Share of the three limits below any of which a slump that was said is over; [C], as of a lateral lean."""
    slump_s: float = 120.0
    """How long all three must hold, seconds; [C]: there is no camera standard."""
    baseline_s: float = 10.0
    """Seated seconds that make the baseline of a sitting; [C]."""
    steady_s: float = 10.0
    """Time constant of the smoothing behind slump, seconds; [C]."""
    anomaly_over_s: float = 30.0
    """How long an anomaly must be gone to be over, seconds; [C]."""
    anomaly_update_s: float = 1800.0
    """How often a lasting anomaly is said again, seconds; [C]."""

    cool_down_s: float = 600.0
    """After a lean or the like is over, how long until the next of its kind on the same person is said; [C]. It goes on
    being timed. Never of falls."""

    # --- sitting and stillness ---
    prolonged_sitting_s: tuple[float, ...] = (1800.0, 3600.0)
    """Sitting seen without a real break: said at each. 30 / 60 min are [C]; WHO 2020 gives no bout length."""
    sitting_break_s: float = 60.0
    """On one's feet for less does not end a sitting; [C]."""
    immobility_s: float = 7200.0
    """In one place and posture, awake or not. NICE CG179 repositions every 4 to 6 h; 2 h is custom [C]."""
    immobility_shift: float = 0.35
    """Movement of the hip that ends it, torso lengths; [C]."""
    forget_s: float = 600.0
    """Unseen this long, nothing is known of a sitting, an anomaly or a stillness any more, and it is over; [C]."""

    # --- what a care plan may ask for ---
    rested_s: float = 60.0
    """How long a body must have rested in a bed or seat for leaving it to be news, seconds; [C]."""
    left_s: float = 2.0
    """How long it must be on its feet for it to have left, seconds: sitting on the edge is not leaving; [C]."""
    back_s: float = 10.0
    """How long it must rest there again to be back, or be in view again to be no longer absent, seconds; [C]."""
    on_feet_s: float = 5.0
    """How long somebody must be on their feet to count as active, seconds; [C]."""
    watched_share: float = 0.6
    """Share of the time in which somebody must have been seen for stillness to be told from absence (Rules, 7)."""

    # --- wandering: patterns as in Martino-Saltzman et al. 1991, who give no numbers ---
    walks_mps: float = 0.2
    """Speed over the floor from which somebody on their feet walks; [C]: half of a shuffle (0.45, domain.md)."""
    rested_from_walk_s: float = 60.0
    """On their feet without walking, or at rest, for so long ends a walk, seconds; [C]."""
    walk_long_s: float = 1800.0
    """After being said, how much longer somebody must wander for it to be said again more urgently, seconds; [C]."""
    walk_lost_s: float = 60.0
    """Out of view for so long ends a walk that was not said, seconds; [C]."""
    accompanied: float = 3.0
    """How near another person on their feet goes along, torso lengths, 1.5 m; [C]."""
    path_settles_s: float = 0.4
    """Time constant of the place that makes the path, seconds; [C]: less than a step, so that corners stay."""
    path_step_m: float = 0.6
    """Between two of its points, metres: a step; [C]."""
    path_points: int = 200
    """Of one piece of the path, and `path_pieces` of those before are kept: the last 120 m at least; [C]."""
    path_pieces: int = 8
    leap_m: float = 0.7
    leap_mps: float = 3.0
    """A place farther than this breaks the path off: nobody runs that fast here; [C]."""
    turn_back_deg: float = 120.0
    """Turn within two points of the path that leads back; [C]: a corner of a room is 90."""
    turns_back: int = 3
    """So many of them, alternating between two places, are pacing: twice to and fro; [C]."""
    same_place_m: float = 1.0
    same_place_share: float = 0.35
    """How near each other, metres or as a share of the way between, two places of turning back are one; [C]."""
    rounds: float = 2.0
    """So many rounds are lapping; [C]."""
    one_way_share: float = 0.6
    """Of all turning, to the side of the rounds; [C]."""
    straightness: float = 0.4
    """Extent of a path as a share of its length, up to which it leads nowhere; [C]: once to and fro is 0.5."""

    # --- a camera that cannot see ---
    blind_s: tuple[float, ...] = (60.0, 900.0)
    """How long nothing could be seen, for it to be said and said again, seconds; `health` says it at once; [C]."""
    blind_over_s: float = 5.0
    """How long it must see again for that to be over, seconds: a loose plug flickers; [C]."""

    # --- time ---
    look_s: float = 0.25
    """Longest time that one look stands for alone: between two at 4 a second, the slowest of a box at work; [C]."""
    gap_s: float = 1.0
    """Longest pause between two instants that still counts as looking on; [C]."""
