"""Where a body is at one instant: off the floor, down, or hard to say."""

from __future__ import annotations

from edge_agent.incidents.limits import IncidentLimits
from edge_agent.types import ON_FEET, Person, PostureKind


def seen(person: Person) -> bool:
    """Whether anything was seen of the body at this instant."""
    return not person.track.lost


def trunk_up(limits: IncidentLimits, person: Person) -> bool:
    """Whether the trunk is known to be held up."""
    inclination = person.kinematics.trunk_inclination_deg.value
    return inclination is not None and inclination <= limits.upright_trunk_deg


def trunk_down(limits: IncidentLimits, person: Person) -> bool:
    """Whether the trunk is known to be down; the posture speaks where the angle is unknown."""
    inclination = person.kinematics.trunk_inclination_deg.value
    return person.posture.kind is PostureKind.LYING if inclination is None else inclination >= limits.lying_trunk_deg


def on_feet(limits: IncidentLimits, person: Person) -> bool:
    """Whether the body is carried by its legs, bent over or not; a low hip contradicts."""
    if not seen(person):
        return False
    hip = person.kinematics.hip_height.value
    if hip is not None:
        return hip >= limits.high_hip and not on_seat(limits, person)
    return person.posture.kind in ON_FEET and trunk_up(limits, person)


def upright(limits: IncidentLimits, person: Person) -> bool:
    """Whether the body is on its feet and not bent over."""
    return on_feet(limits, person) and trunk_up(limits, person)


def on_seat(limits: IncidentLimits, person: Person) -> bool:
    """Whether the body sits, and not on the floor as far as is known."""
    if not seen(person) or person.posture.kind is not PostureKind.SITTING or trunk_down(limits, person):
        return False
    hip, thigh = person.kinematics.hip_height.value, person.kinematics.thigh_inclination_deg.value
    if knees_up(limits, person):
        return False
    if hip is None or hip < limits.high_hip:
        return hip is None or hip > limits.low_hip
    # A high bed, or a camera whose tilt nobody measured: level thighs tell sitting from bending.
    return thigh is not None and thigh >= limits.level_thigh_deg


def down(limits: IncidentLimits, person: Person) -> bool:
    """Whether the body lies or is low like one that sits on the floor."""
    if not seen(person) or on_feet(limits, person):
        return False
    head, hip = person.kinematics.head_height.value, person.kinematics.hip_height.value
    low = (head is not None and head <= limits.low_head) or (hip is not None and hip <= limits.low_hip)
    return low or trunk_down(limits, person) or knees_up(limits, person)


def knees_up(limits: IncidentLimits, person: Person) -> bool:
    """Whether the knees are well above the hips: on the floor, that is, for no seat is so low."""
    thigh = person.kinematics.thigh_inclination_deg.value
    return thigh is not None and thigh >= limits.knees_up_deg
