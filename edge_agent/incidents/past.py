"""What is remembered of one tracked body: how it went down, and from where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp

from edge_agent.incidents import stance
from edge_agent.incidents.dwell import dwell
from edge_agent.incidents.glide import Glide, glide
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.types import Person, Zone, ZoneKind

REST = frozenset({ZoneKind.BED, ZoneKind.SOFA})
STILL = 0.25
"""Torso lengths the hip or head may lie below its recent level while nothing goes down: more than jitter."""
SEATED = 1.25
"""Share of the limit of a hip on the floor above which a hip is clearly higher: beyond the softness of the clue."""
STOOD_S = 2.0
"""How long a body must be on its feet to have left a seat from which its hip was not seen to rise, seconds; [C]."""
SIT_DOWN_S = 3.0
"""How long after a seat was taken for one it may have been too early, still coming down, seconds; [C]."""
SAT_LOW_S = 1.0
"""How long it must sit as low as on the floor to have left its seat, however little it slid to see, seconds; [C]."""
SLIDE_S = 0.3
"""Time constant of how far a hip has slid, seconds: a slide off a chair takes 4; [C]."""
RESETTLE_S = 10.0
"""Time constant with which the seat goes with a hip that stays about there, seconds; [C]."""
OFF_BED_S = 2.0
"""How long a hip that moved there must be seen beside or below the bed it rested in to have left it, seconds; [C]: the
models place a body that lies wrong for half a second at a time (tools/evaluation/noise), and a fall must be suspected
within 5 s (Rules, 5)."""
UNSEEN_OFF_BED_S = 10.0
"""The same of one that was not seen to move there: it was probably misplaced, seconds; [C]: the models
misplace who lies in bed for up to eight seconds at a time."""
LEFT_S = 6.0
"""How long ago it may have moved to have left the bed by that, seconds; [C]: longer than it takes to be placed."""
PULSE_GAP_S = 4.0
"""Going down in several steps (to the knees, to the floor) within this time is one descent; [C]."""


@dataclass(frozen=True, slots=True)
class Descent:
    """The way down since the body was last off the floor: greatest values, torso lengths and torso lengths a second."""

    onset: float
    """Last instant before it."""
    until: float
    """Last instant at which it went on, or had just happened."""
    hip: float | None = None
    head: float | None = None
    speed: float | None = None
    deepest: float = float("-inf")
    """When the hip was lowest."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was seen of one body until now."""

    t: float
    """Of this memory's last instant, seen or not."""
    seen_at: float
    since: float
    """First seen."""
    dt: float
    """Since the instant before."""
    found_at: float
    """Since when it has been seen without a break."""
    descent: Descent
    dropped: tuple[float | None, float | None] = (None, None)
    """How far hip and head were below their recent levels at the instant before, torso lengths."""
    off_floor_s: float = 0.0
    """Seconds on its feet or on a seat."""
    was_off_floor: bool = False
    """Whether it ever was."""
    down_s: float = 0.0
    down_since: float | None = None
    seated_s: float = 0.0
    stood_s: float = 0.0
    """Seconds on its feet, at most as many as are needed for it to have left a seat."""
    seat: tuple[float, float, float] | None = None
    """Hip x, y (px) and torso length (px) on the seat it sat on last; None after it stood up."""
    seat_at: float = 0.0
    """When that was taken for its seat."""
    slid_from: float | None = None
    """Last instant at which the hip was at that seat's height."""
    slid: float | None = None
    """How far below that seat the hip has been since it last sat there, torso lengths."""
    off_seat: bool = False
    """Whether it has sat lower than on any seat since it sat on that one."""
    rested_in: str | None = None
    """The bed or sofa in which sitting down or lying down was seen, while it stays there."""
    off_bed_s: float = 0.0
    """Seconds for which the hip has been seen below it or beside it."""
    ended: float = 0.0
    """0-1: how far it was known to be down when it could last be read."""
    glide: Glide | None = None
    """How its hip moves."""
    convinced_s: float = 0.0
    """Seconds for which the clues were enough for a suspicion."""
    convincing: bool = False
    """Whether they were at the last instant."""


def risen(past: Past) -> Past:
    """The memory once a fall is over: what comes next has its own way down."""
    return replace(
        past, descent=Descent(past.t, past.t), down_s=0.0, down_since=None, seat=None, slid=None, off_seat=False
    )


def begin(person: Person) -> Past:
    """The memory of a body first seen."""
    track = person.track
    return Past(track.t, track.seen_at, track.since, 0.0, track.since, Descent(track.since, track.since))


def recall(limits: IncidentLimits, past: Past, person: Person, zones: Sequence[Zone]) -> Past:
    """Takes one instant in; a lost body's memory only grows older."""
    t = person.track.t
    dt = min(t - past.t, limits.gap_s)
    if not stance.seen(person):
        return replace(past, t=t, dt=dt)
    off_floor = sits(limits, past, person) or stance.on_feet(limits, person)
    off_floor = off_floor and stance.trunk_up(limits, person)
    after = replace(
        past,
        t=t,
        dt=dt,
        found_at=past.found_at if past.seen_at == past.t else t,
        seen_at=t,
        off_floor_s=dwell(past.off_floor_s, holds=off_floor, dt=dt, most=limits.up_s),
        descent=_descent(past, person),
        dropped=(person.kinematics.hip_drop.value, person.kinematics.head_drop.value),
        glide=glide(past.glide, t, t - past.seen_at, person.track.hip, person.track.torso_px),
    )
    after = _count_down(limits, after, person, dt)
    after = _sit(limits, after, person, dt)
    zone = next((zone for zone in zones if zone.name == person.posture.zone and zone.kind in REST), None)
    after = replace(after, off_bed_s=_off_bed(limits, after, person, zone, dt))
    after = replace(after, rested_in=_rest(limits, after, person, zone))
    # What is seen below or beside the bed may turn out to be the end of a fall from it: its beginning is kept.
    resting = after.rested_in is not None and after.off_bed_s == 0.0
    if resting and below_seat(after, person) is None:
        # It lies elsewhere than it sat: from here on it is the bed that it may slide off.
        after = replace(after, seat=(*person.track.hip, person.track.torso_px), seat_at=t, slid=0.0, slid_from=None)
    if resting or (after.slid is not None and after.slid <= STILL and not after.off_seat):
        after = replace(after, down_s=0.0, down_since=None)
    settled = after.off_floor_s >= limits.settled_s or resting
    if settled and (off_floor or resting) and not _going_down(*_drops(past, person)):
        return replace(after, was_off_floor=True, descent=Descent(t, t))
    return after


def below_seat(past: Past, person: Person) -> float | None:
    """How far the hip is below the seat it sat on, torso lengths; None where it sat on none, or has gone elsewhere."""
    if past.seat is None or not stance.seen(person):
        return None
    x, y, torso = past.seat
    hip_x, hip_y = person.track.hip
    elsewhere = abs(hip_x - x) > 2.0 * torso or not 0.8 <= person.track.torso_px / torso <= 1.25
    return None if elsewhere else (hip_y - y) / torso


def sits(limits: IncidentLimits, past: Past, person: Person) -> bool:
    """Whether it is on a seat as far as is known.

    Who came down farther than to any seat does not sit on one, unless the head is as high as on a chair; nor does
    anybody whose head is lower than that of a body sitting on the floor.
    """
    fallen, head = past.descent.hip, person.kinematics.head_height.value
    if not stance.on_seat(limits, person) or (head is not None and head < limits.least_seated_head):
        return False
    return fallen is None or fallen < limits.fall_hip_drop or (head is not None and head >= limits.seated_head)


def _drops(past: Past, person: Person) -> tuple[float | None, float | None]:
    """How far hip and head are down, by two looks: what one look alone says may be a joint seen wrong."""
    hip, head = person.kinematics.hip_drop.value, person.kinematics.head_drop.value
    return _least(past.dropped[0], hip), _least(past.dropped[1], head)


def _least(before: float | None, now: float | None) -> float | None:
    return now if before is None or now is None else min(before, now)


def _going_down(hip: float | None, head: float | None) -> bool:
    return any(drop is not None and drop > STILL for drop in (hip, head))


def _descent(past: Past, person: Person) -> Descent:
    descent, t = past.descent, person.track.t
    over = t - descent.until > PULSE_GAP_S
    hip, head = _drops(past, person)
    if not _going_down(hip, head):
        # Calm. What went down is kept while the body is down; else the next descent begins here.
        nothing = descent.hip is None and descent.head is None
        return Descent(t, t) if nothing or (over and past.down_s == 0.0) else descent
    deepest = _most(descent.hip, hip)
    return Descent(
        t if over else descent.onset,
        t,
        deepest,
        _most(descent.head, head),
        _most(descent.speed, person.kinematics.fall_speed.value),
        descent.deepest if deepest == descent.hip else t,
    )


def _most(before: float | None, now: float | None) -> float | None:
    if before is None or now is None:
        return now if before is None else before
    return max(before, now)


def _count_down(limits: IncidentLimits, past: Past, person: Person, dt: float) -> Past:
    is_down = stance.down(limits, person)
    down_s = dwell(past.down_s, holds=is_down, dt=dt, most=60.0)
    if down_s == 0.0:
        return replace(past, down_s=0.0, down_since=person.track.t if is_down else None)
    return replace(past, down_s=down_s, down_since=past.down_since if past.down_since is not None else person.track.t)


def _sit(limits: IncidentLimits, past: Past, person: Person, dt: float) -> Past:
    """Remembers the seat while the body sits there, and forgets it when it stands."""
    stands = stance.upright(limits, person)
    past = replace(past, stood_s=dwell(past.stood_s, holds=stands, dt=dt, most=STOOD_S))
    if stands and (past.stood_s >= STOOD_S or _has_left(limits, past, person)):
        return replace(past, seated_s=0.0, seat=None, slid_from=None, slid=None, off_seat=False)
    seated_s = dwell(past.seated_s, holds=sits(limits, past, person), dt=dt, most=limits.settled_s)
    track = person.track
    seat = past.seat
    if seat is not None and past.down_s >= SAT_LOW_S and _sits_low(limits, person):
        past = replace(past, off_seat=True)
    if seated_s >= limits.settled_s and (seat is None or _settled(limits, past, person)):
        # It may have been taken for seated while it was still coming down, or have moved on the seat since.
        since = track.t if seat is None else past.seat_at
        past = replace(past, slid=None, slid_from=None, off_seat=False, seat_at=since)
        seat = (*track.hip, track.torso_px)
    after = replace(past, seated_s=seated_s, seat=seat)
    depth = below_seat(after, person)
    if depth is None or after.seat is None:
        return after
    return _slide(limits, after, person, after.seat, depth, dt)


def _sits_low(limits: IncidentLimits, person: Person) -> bool:
    """Whether it sits upright with its hip as low as on the floor: of a trunk that is up the height is sure."""
    hip = person.kinematics.hip_height.value
    return hip is not None and hip < limits.low_hip and stance.trunk_up(limits, person)


def _slide(
    limits: IncidentLimits, past: Past, person: Person, seat: tuple[float, float, float], depth: float, dt: float
) -> Past:
    """How far it is below the seat, steadied: a hip seen wrong for a moment has not slid, nor has the seat risen.

    While it stays there the seat goes slowly with the hip (lying down moves it inwards, turning over to a side);
    leaving the seat for the floor is over before that counts.
    """
    track = person.track
    slid = depth if past.slid is None else past.slid + (1.0 - exp(-dt / SLIDE_S)) * (depth - past.slid)
    if past.slid is not None and past.slid > limits.hip_stayed and not stance.on_seat(limits, person):
        return replace(past, slid=max(slid, past.slid))
    slid_from = track.t if depth <= STILL else past.slid_from
    if slid > limits.hip_stayed:
        return replace(past, slid=slid, slid_from=slid_from)
    x, y, torso = seat
    share = 1.0 - exp(-dt / RESETTLE_S)
    moved = (x + share * (track.hip[0] - x), y + share * (track.hip[1] - y), torso)
    return replace(past, slid=slid, slid_from=slid_from, seat=moved)


def _has_left(limits: IncidentLimits, past: Past, person: Person) -> bool:
    """Whether the hip has risen from the seat, or is elsewhere: legs misread do not make a sitter stand."""
    depth = below_seat(past, person)
    if depth is None or past.seat is None:
        return True
    return depth <= -limits.hip_stayed or abs(person.track.hip[0] - past.seat[0]) > past.seat[2]


def _settled(limits: IncidentLimits, past: Past, person: Person) -> bool:
    """Whether it sits at its seat's height now, for all that is known, and goes no further down."""
    hip, depth = person.kinematics.hip_height.value, below_seat(past, person)
    early = person.track.t - past.seat_at <= SIT_DOWN_S
    return (
        (early or depth is None or depth <= limits.hip_stayed)
        and hip is not None
        and hip >= SEATED * limits.low_hip
        and sits(limits, past, person)
        and not _going_down(*_drops(past, person))
    )


def _off_bed(limits: IncidentLimits, past: Past, person: Person, zone: Zone | None, dt: float) -> float:
    """Seconds for which a body that rested has been seen below or beside its bed; enough at once if on its feet."""
    if past.rested_in is None:
        return 0.0
    beside = zone is None or zone.name != past.rested_in
    if beside and stance.upright(limits, person):
        return UNSEEN_OFF_BED_S
    depth = below_seat(past, person)
    below = depth is not None and depth > limits.below_seat and _moved(past)
    # One look alone, however long after the one before, does not say what held in between.
    spoken_for = dt if past.off_bed_s > 0.0 else min(dt, limits.look_s)
    return dwell(past.off_bed_s, holds=beside or below, dt=spoken_for, most=UNSEEN_OFF_BED_S)


def _came_down(limits: IncidentLimits, past: Past) -> bool:
    return past.descent.hip is not None and past.descent.hip > limits.hip_stayed


def _moved(past: Past) -> bool:
    return past.glide is not None and past.glide.at is not None and past.t - past.glide.at <= LEFT_S


def _rest(limits: IncidentLimits, past: Past, person: Person, zone: Zone | None) -> str | None:
    """The bed or sofa that excuses lying: sitting down there was seen, or lying at a height no floor has (Rules, 4)."""
    if past.rested_in is not None and past.off_bed_s < (OFF_BED_S if _moved(past) else UNSEEN_OFF_BED_S):
        return past.rested_in
    if zone is None or zone.name == past.rested_in:
        return None
    sat_down = past.seated_s >= limits.settled_s
    return zone.name if sat_down or above_floor(limits, past, person) else None


def above_floor(limits: IncidentLimits, past: Past, person: Person) -> bool:
    """Whether a body that lies in a bed or on a sofa is at its height: measured, or by how far the hip came down."""
    height = person.kinematics.hip_height.value
    if height is not None and height > limits.low_hip:
        return True
    if past.down_s < limits.settled_s:
        return False
    fallen = past.descent.hip
    if past.slid is not None and past.slid > limits.below_seat and _came_down(limits, past):
        return False
    # Never seen on its way down: nothing but the marked bed is known, and that is where people lie.
    return not past.was_off_floor if fallen is None else fallen < limits.fall_hip_drop
