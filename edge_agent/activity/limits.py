"""Thresholds of the activity stage and of the minutes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActivityLimits:
    """What movement costs, in MET60+ (1 MET60+ = 2.7 mL/kg/min), and how it is summed up.

    The costs are those of the 2024 Older Adult Compendium [R]; domain.md, Activity intensity.
    """

    rest_met: float = 1.3
    """Lying or sitting, awake [R]."""
    standing_met: float = 1.5
    """Standing quietly [R]."""
    most_met: float = 8.5
    """Jogging or running [R]: nothing is estimated above it."""
    walking_spm: tuple[float, ...] = (60.0, 100.0, 130.0, 155.0)
    """Cadences whose cost is known: the slowest walk [C], the two of 61-85 years olds in domain.md [A], running [C]."""
    walking_spm_met: tuple[float, ...] = (3.0, 3.9, 6.0, 8.5)
    """What they cost. 100 steps/min is 3 MET of 3.5 mL/kg/min, 3.9 MET60+; 130 is given 6 as the Compendium gives the
    walk of that pace, 1.48-1.65 m/s [R]."""
    walking_mps: tuple[float, ...] = (0.45, 0.65, 1.1, 1.35, 1.55)
    """Speeds whose cost is known, for a walk whose steps are not seen [R]."""
    walking_mps_met: tuple[float, ...] = (3.0, 4.0, 4.5, 5.3, 6.0)
    """What they cost [R]."""
    hurried_mps: tuple[float, ...] = (1.65, 2.0)
    """The quickest walk whose cost is known [R], and where adults change from walking to running (Hreljac 1993: 2.07
    m/s): beyond the first, steps that are seen may be few and long, and the speed counts as well."""
    hurried_mps_met: tuple[float, ...] = (6.0, 8.5)
    """What they cost [R]."""
    still_motion: float = 0.15
    """Speed of limbs below which they are still, torso lengths per second; [C]: keypoint noise."""
    met_per_motion: float = 1.0
    """MET for limbs that all move at 1 torso length per second; [C]: so gestures on one's feet come out below 3
    (UTD-MHAD, half of its subjects)."""
    met_per_heave: float = 1.3
    """MET for a trunk whose vertical speed is 1 torso length per second, root mean square; [C]: so squats and lunges
    come out at the Compendium's 3.5 to 4 (the same half)."""
    step_speed: float = 1.25
    """Speed of knees and ankles moving in turn from which somebody steps, torso lengths/s, seen in 3D or from the side;
    chosen on the same half."""
    step_shift: float = 0.25
    """What legs and trunk do together from which somebody steps who is not seen from the side in a flat picture,
    torso lengths/s. Hips that sway by 2 cm to
    either side 1.4 times a second make 0.25; who stood and gestured reached it in 1 of 100 (the same half)."""
    marching_met: float = 4.0
    """Stepping in place: as a walk of 0.45-0.85 m/s [R]."""
    run_heave: float = 0.2
    """Vertical speed of the trunk from which stepping in place is running, torso lengths/s: marching lifts the legs and
    running the body. Between rising by 1.5 cm 1.5 times a second (0.14) and by 4 cm 2.5 times (0.44); the same half
    marched at 0.15 and less and jogged at 0.27 and more; [C]."""
    run_bounces: float = 3.0
    """The same over the way up and down, 1/s: a wave that comes back 1.4 times a second or more. Lunges, squats and
    reaching are slower; chosen on the same half."""
    run_steps: float = 0.5
    """Share of `step_speed` or `step_shift` that must be reached for it: running seen by rare pictures looks slower
    than it is; [C]."""
    run_spm: float = 200.0
    """Stepping in place as quick as this is running however little the body bounces: no walk is; [C], the same half
    marched at 196 steps/min and less and jogged at 206 and more."""
    running_met: float = 8.5
    """Jogging [R]."""
    arm_share: float = 0.2
    """Share of the arms in the limbs' mass: two of 4.9 % and two legs of 19.9 % of the body (de Leva 1996)."""
    smoothing_s: float = 0.5
    """Time constant of the MET estimate of somebody on their feet, on top of the second that motion is averaged over;
    [C]."""
    resting_smoothing_s: float = 2.0
    """Of somebody who sits or lies: a short gesture does not end sitting; [C]."""
    sedentary_met: float = 1.5
    """At most this, sitting or lying: sedentary. WHO 2020, Sedentary Behavior Research Network."""
    moderate_met: float = 3.0
    """At least this: moderate. WHO 2020."""
    vigorous_met: float = 6.0
    """At least this: vigorous. WHO 2020."""
    sustained_s: float = 10.0
    """How long the cost must have been vigorous for the level to be; [C]."""
    minute_s: float = 60.0
    """Length of a minute's message."""
    rise_ascent: float = 0.35
    """How far hips and shoulders must come up over feet that stay for it to be standing up from a seat though none was
    told, torso lengths. A stander's hip is 0.85 above a seat's (Drillis & Contini 1966), of which a camera that looks
    down steeply shows half; who stands rises by 0.25 at most, rising from a seat was seen as 0.46 and more (UTD-MHAD,
    half of its subjects)."""
    rise_lift: float = 0.15
    """How far the hips must have come up, as seen, for who sat and stands now to have stood up: else one of the two was
    told wrong; [C]: half of what the steepest camera shows of it."""
    rise_s: float = 4.0
    """How long nothing but standing and walking must have been told before that, and no other rise; [C]."""
    gap_s: float = 2.0
    """Longest pause between two instants that still counts as looking on; [C]."""
    coverage: float = 0.6
    """Share of the minute below which it says little of the person; domain.md and rule 7."""
    view_deg: float = 30.0
    """How far from a frontal or a side view still counts as one (domain.md, Posture)."""
