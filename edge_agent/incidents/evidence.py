"""What speaks for and against a fall, fused: no single sign is enough, none is needed.

Every clue says how far it alone would convince (0-1), softly around its limit. Clues add up as independent chances
(noisy-or), and what speaks against scales the result down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import exp, prod

from edge_agent.incidents import stance
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.past import Past, sits
from edge_agent.incidents.reasons import fact, measured, word
from edge_agent.types import Metric, Person, PostureKind, Reason, Rejected, Relation

# How far each clue alone convinces; [C], by what else could look the same: a trunk is down in bed and when bending, a
# hip drops this far when squatting, and a head when bending.
_WEIGHT = {
    "trunk_inclination": 0.6,
    "lying": 0.3,
    "hip_drop": 0.5,
    "head_drop": 0.5,
    "fall_speed": 0.4,
    "hip_height": 0.4,
    "head_height": 0.4,
    "thigh_inclination": 0.4,
    "below_seat": 0.6,
    "down_for": 0.5,
    "vanished_for": 0.5,
}
_DOWN_NOW = 0.3
"""How far the others must convince for the way down to count wholly: a trunk or head at its limit; [C]."""
_DETECTED_ONLY = 0.85
"""Trust in what the detector alone says of a body; [C]: its mid-hip and size are roughly right."""
_AGAINST = 0.8
"""How far an alternative that fits scales a suspicion down; [C]."""
_EXCUSED = 0.95
"""The same where a marked bed or sofa excuses lying."""
_AMBIGUOUS = 0.15
"""The same while two people overlap: the joints may be another's; [C]."""

_ABOVE_FLOOR = 1.25
"""Share of the limit above which a clue that asks for less counts nothing."""


@dataclass(frozen=True, slots=True)
class Clue:
    """One measured fact and how far it alone convinces."""

    reason: Reason
    strength: float
    on_the_way: bool = False
    """Of the way down rather than of its end. Those alone are no fall: who crouches goes down as fast and as far."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All clues of one instant, fused."""

    confidence: float
    reasons: tuple[Reason, ...]
    rejected: tuple[Rejected, ...]
    against: tuple[Rejected, ...]
    """The alternatives that fit."""
    ended: float
    """0-1: how far the body is known to be down, at the end of whatever way."""
    moved: float
    """How far the way down alone would convince."""


NOTHING = Verdict(0.0, (), (), (), 0.0, 0.0)


def judge(limits: IncidentLimits, past: Past, person: Person) -> Verdict:
    """How surely this body has fallen, and why."""
    trust = 1.0 if person.track.pose is not None or person.track.lost else _DETECTED_ONLY
    clues = tuple(_clues(limits, past, person))
    is_down = fuse(clue.strength * trust for clue in clues if not clue.on_the_way)
    moved = fuse(clue.strength * trust for clue in clues if clue.on_the_way)
    fitting = tuple(_alternatives(limits, past, person))
    doubt = prod(1.0 - (_EXCUSED if each.alternative == "lying_in_bed" else _AGAINST) for each in fitting)
    doubt *= 1.0 - _AMBIGUOUS if person.track.ambiguous else 1.0
    # A way down counts as far as its end is seen; while the body cannot be read, as far as it was when it last could.
    ended = min(1.0, is_down / _DOWN_NOW)
    held = exp(-past.dt / limits.ended_s) if _readable(person) else 1.0
    ended = max(ended, held * past.ended)
    confidence = fuse((moved * ended, is_down)) * doubt
    ended *= doubt
    telling = tuple(
        clue.reason for clue in clues if clue.strength * 2.0 >= _WEIGHT.get(clue.reason.feature, _WEIGHT["lying"])
    )
    # What was ruled out is asked for only with a suspicion.
    suspicious = confidence >= limits.suspect_confidence - limits.suspect_width
    rejected = tuple(_ruled_out(limits, past, person)) if suspicious else ()
    return Verdict(confidence, telling, rejected, fitting, ended, moved)


def _readable(person: Person) -> bool:
    """Whether it can be told how the body is held: the trunk's angle."""
    return not person.track.lost and person.kinematics.trunk_inclination_deg.value is not None


def fuse(strengths: Iterable[float]) -> float:
    """Independent chances together.

    >>> fuse([0.5, 0.5])
    0.75
    """
    return float(1.0 - prod(1.0 - strength for strength in strengths))


def _clues(limits: IncidentLimits, past: Past, person: Person) -> Iterator[Clue]:
    descent, body, track = past.descent, person.kinematics, person.track
    yield from _over("hip_drop", descent.hip, "torso", limits.fall_hip_drop, on_the_way=True)
    yield from _over("head_drop", descent.head, "torso", limits.fall_head_drop, on_the_way=True)
    yield from _over("fall_speed", descent.speed, "torso/s", limits.fall_speed, on_the_way=True)
    if track.lost:
        if _vanished(limits, past, person):
            yield from _over("vanished_for", track.t - track.seen_at, "s", limits.vanished_s)
        return
    # A trunk that lies has its head low: one bent towards the camera only looks as short as a level one.
    low = 1.0 - _ramp((body.head_height.value or 0.0) / limits.least_seated_head)
    for clue in _over("trunk_inclination", body.trunk_inclination_deg.value, "deg", limits.lying_trunk_deg):
        yield replace(clue, strength=low * clue.strength)
    yield from _over("thigh_inclination", body.thigh_inclination_deg.value, "deg", limits.knees_up_deg)
    if (body.head_height.value or 0.0) < limits.seated_head:  # a head as high as on a chair belies a hip on the floor
        yield from _under("hip_height", body.hip_height, limits.low_hip)
    yield from _under("head_height", body.head_height, limits.low_head)
    yield from _over("below_seat", past.slid, "torso", limits.below_seat)
    if person.posture.kind is PostureKind.LYING:
        reason = word("posture", "lying")
        yield Clue(reason, _WEIGHT["lying"] * person.posture.confidence)
    if stance.down(limits, person) and (stance.trunk_down(limits, person) or _came_down(limits, past)):
        yield from _over("down_for", past.down_s, "s", limits.found_down_s)


def _vanished(limits: IncidentLimits, past: Past, person: Person) -> bool:
    """Whether it was lost as it went down like one that falls, and neither walked out nor was hidden by somebody.

    Bending and crouching are slower, and over before the body is lost.
    """
    track = person.track
    descent = past.descent
    going = descent.hip is not None and descent.hip > limits.hip_stayed
    sinking = track.seen_at - descent.deepest <= limits.sinking_s
    return going and _fast(limits, past) and sinking and not track.left_by_edge and not track.ambiguous


def _alternatives(limits: IncidentLimits, past: Past, person: Person) -> Iterator[Rejected]:
    """What else it would be, where that fits."""
    if person.track.lost:
        if person.track.left_by_edge:
            yield Rejected("left_the_view", fact("left_by_edge", so=True))
        elif past.rested_in is not None and past.off_bed_s == 0.0:  # under the blanket, or behind the bed's end
            yield Rejected("lying_in_bed", word("zone", past.rested_in))
        return
    yield from _on_its_feet(limits, past, person)
    if not _fast(limits, past) and (upright := _kneeling(limits, person)) is not None:
        yield Rejected("kneeling", upright)
    yield from _at_rest(limits, past, person)


def _on_its_feet(limits: IncidentLimits, past: Past, person: Person) -> Iterator[Rejected]:
    if (hanging := _hanging(limits, past, person)) is not None:
        yield Rejected("bending", hanging)
        return
    if person.posture.kind is PostureKind.LYING:
        return
    hip, head = person.kinematics.hip_height.value, person.kinematics.head_height.value
    up, crouched = stance.trunk_up(limits, person), person.posture.kind is PostureKind.OTHER
    if hip is not None and hip >= limits.high_hip:
        name = "bending" if stance.trunk_down(limits, person) else "on_feet"
        yield Rejected(name, measured("hip_height", hip, "torso", Relation.AT_LEAST, limits.high_hip))
    elif past.was_off_floor and not up and _stayed(limits, past.descent.hip) and past.slid is None:
        yield Rejected(
            "bending", measured("hip_drop", past.descent.hip or 0.0, "torso", Relation.BELOW, limits.hip_stayed)
        )
    elif (
        crouched
        and up
        and hip is not None
        and hip > limits.low_hip / 2.0
        and head is not None
        and head > limits.low_head
    ):
        yield Rejected("crouching", measured("head_height", head, "torso", Relation.ABOVE, limits.low_head))


def _hanging(limits: IncidentLimits, past: Past, person: Person) -> Reason | None:
    """Why a body with its shoulders below its hips hangs from its legs: it has come up again, or is too steep to lie.

    On hands and knees, or fallen on the knees and with the head on the floor, it is less steep and the hips stay low.
    """
    body = person.kinematics
    trunk, thigh, drop = body.trunk_inclination_deg.value, body.thigh_inclination_deg.value, body.hip_drop.value
    if trunk is None or trunk < limits.hanging_trunk_deg:
        return None
    recent = person.track.t - past.descent.deepest <= limits.came_up_s
    risen = max(limits.hip_stayed, (past.descent.hip or 0.0) / 2.0)
    if recent and drop is not None and drop < risen:
        return measured("hip_drop", drop, "torso", Relation.BELOW, risen)
    if trunk >= limits.stooped_trunk_deg and thigh is not None and thigh < limits.level_thigh_deg:
        return measured("thigh_inclination", thigh, "deg", Relation.BELOW, limits.level_thigh_deg)
    return None


def _fast(limits: IncidentLimits, past: Past) -> bool:
    """Whether it went down nearly as fast as one that falls."""
    return past.descent.speed is not None and _ramp(past.descent.speed / limits.fall_speed) > 0.0


def _kneeling(limits: IncidentLimits, person: Person) -> Reason | None:
    """Why a trunk that is down is held over the knees: upright thighs carry hips as high as they are long.

    People fall on hands and knees too: it speaks only against a body that was not seen to go down as fast as one falls.
    """
    body = person.kinematics
    hip, thigh = body.hip_height.value, body.thigh_inclination_deg.value
    if not stance.trunk_down(limits, person) or hip is None or thigh is None:
        return None
    if hip <= limits.low_hip or thigh >= limits.level_thigh_deg:
        return None
    return measured("thigh_inclination", thigh, "deg", Relation.BELOW, limits.level_thigh_deg)


def _at_rest(limits: IncidentLimits, past: Past, person: Person) -> Iterator[Rejected]:
    """In bed, lying or bent over on a seat, or sitting on it."""
    hip, slid, is_down = person.kinematics.hip_height.value, past.slid, stance.down(limits, person)
    lying = person.posture.kind is PostureKind.LYING
    seen_going_down = past.descent.hip is not None and not _stayed(limits, past.descent.hip)
    if past.rested_in is not None:
        yield Rejected("lying_in_bed", word("zone", past.rested_in))
    elif is_down and slid is not None and slid < limits.hip_stayed and not (past.off_seat or _fell_far(limits, past)):
        yield Rejected("lying_down_on_seat", measured("below_seat", slid, "torso", Relation.BELOW, limits.hip_stayed))
    elif (is_down or lying) and not past.was_off_floor and not seen_going_down and _above_floor(limits, hip):
        yield Rejected(
            "lying_down_on_seat", measured("hip_height", hip or 0.0, "torso", Relation.ABOVE, limits.low_hip)
        )
    elif hip is not None and sits(limits, past, person) and stance.trunk_up(limits, person):
        yield Rejected("sitting_down", measured("hip_height", hip, "torso", Relation.ABOVE, limits.low_hip))


def _stayed(limits: IncidentLimits, fallen: float | None) -> bool:
    """Whether the hip is known to have stayed where it was."""
    return fallen is not None and fallen < limits.hip_stayed


def _above_floor(limits: IncidentLimits, hip: float | None) -> bool:
    """Whether a body found lying is clearly too high for the floor: beyond the softness of the clue."""
    return hip is not None and hip > _ABOVE_FLOOR * limits.low_hip


def _came_down(limits: IncidentLimits, past: Past) -> bool:
    """Whether its hip was seen to go down, or to slide off its seat."""
    return any(drop is not None and drop > limits.hip_stayed for drop in (past.descent.hip, past.slid))


def _fell_far(limits: IncidentLimits, past: Past) -> bool:
    """Whether the hip came down farther than to any seat."""
    return past.descent.hip is not None and past.descent.hip >= limits.fall_hip_drop


def _ruled_out(limits: IncidentLimits, past: Past, person: Person) -> Iterator[Rejected]:
    """The usual look-alikes, and what tells them from this."""
    body, descent = person.kinematics, past.descent
    if person.track.lost:
        because = fact("left_by_edge", so=person.track.left_by_edge)
        yield Rejected("left_the_view", because)
        return
    hip, inclination = body.hip_height.value, body.trunk_inclination_deg.value
    if hip is not None and hip < limits.high_hip:
        yield Rejected("bending", measured("hip_height", hip, "torso", Relation.BELOW, limits.high_hip))
    elif descent.hip is not None and descent.hip >= limits.hip_stayed:
        yield Rejected("bending", measured("hip_drop", descent.hip, "torso", Relation.AT_LEAST, limits.hip_stayed))
    if inclination is not None and inclination > limits.upright_trunk_deg:
        because = measured("trunk_inclination", inclination, "deg", Relation.ABOVE, limits.upright_trunk_deg)
        yield Rejected("sitting_down", because)
    if past.rested_in is None:
        yield Rejected("lying_in_bed", fact("seen_lying_down_in_bed", so=False))


def _over(feature: str, value: float | None, unit: str, limit: float, *, on_the_way: bool = False) -> Iterator[Clue]:
    if value is not None and (share := _ramp(value / limit)) > 0.0:
        yield Clue(measured(feature, value, unit, Relation.AT_LEAST, limit), _WEIGHT[feature] * share, on_the_way)


def _under(feature: str, metric: Metric, limit: float) -> Iterator[Clue]:
    if metric.value is not None and (share := 1.0 - _ramp(metric.value / limit)) > 0.0:
        yield Clue(measured(feature, metric.value, "torso", Relation.AT_MOST, limit), _WEIGHT[feature] * share)


def _ramp(ratio: float) -> float:
    """0 up to a quarter below the limit, 1 from a quarter above."""
    return min(1.0, max(0.0, (ratio - 0.75) / 0.5))
