"""Slumping or sliding in the chair: away from how the same person sat there at first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import atan2, degrees, exp, hypot
from typing import TypeAlias

from edge_agent.incidents import stance
from edge_agent.incidents.dwell import dwell
from edge_agent.incidents.finding import Reading
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.reasons import measured
from edge_agent.types import Person, PostureKind, Reason, Relation, SeatedKind

Axis: TypeAlias = tuple[float, float, float]

_ELSEWHERE = 2.0
"""Torso lengths from the seat at which the body is not on it any more; [C]."""


@dataclass(frozen=True, slots=True)
class Held:
    """How a body is held, smoothed; None where it has not been seen."""

    trunk: Axis | None = None
    """Mean of unit vectors from the hips to the shoulders. Its turn from an earlier one says the same whichever way
    the camera is tilted, and neither noise nor a reclined seat hides it as they hide what an inclination gains."""
    head: float | None = None
    """Above the hip, torso lengths: how far the trunk has sunk together, wherever the camera stands."""
    x: float | None = None
    y: float | None = None
    """Of the hip, px."""


@dataclass(frozen=True, slots=True)
class Seated:
    """How it sat down, and how it sits now."""

    baseline_s: float = 0.0
    baseline: Held = Held()
    now: Held = Held()
    on_feet_s: float = 0.0
    slouched_s: float = 0.0
    """Of the baseline: seconds in which it was said to slouch."""
    upright_s: float = 0.0
    """For how long one who slouched at first has been sitting upright."""


def recall(limits: IncidentLimits, seated: Seated, person: Person, dt: float) -> Seated:
    """Takes one instant in: the first seated seconds are the baseline, standing up forgets it.

    Who slouched in them, and later sits upright for as long, is measured against that from then on. Who always slouches
    keeps the first baseline: it is their own way to sit.
    """
    if not stance.seen(person) or person.track.ambiguous:
        return seated
    # A flat picture from the front shows a seated hip as high as a standing one: the posture knows better.
    sits = person.posture.kind is PostureKind.SITTING
    standing = not sits and stance.upright(limits, person)
    on_feet_s = dwell(seated.on_feet_s, holds=standing, dt=dt, most=limits.settled_s)
    if on_feet_s >= limits.settled_s:
        return Seated(on_feet_s=on_feet_s)
    seated = replace(seated, on_feet_s=on_feet_s)
    held = _held(person)
    how = None if person.posture.seated is None else person.posture.seated.kind
    if seated.baseline_s < limits.baseline_s:
        if not sits:
            return seated
        share = dt / (seated.baseline_s + dt) if dt > 0 else 0.0
        mean = _towards(seated.baseline, held, share)
        slouched_s = seated.slouched_s + (dt if how is SeatedKind.SLOUCHING else 0.0)
        return replace(seated, baseline=mean, now=mean, baseline_s=seated.baseline_s + dt, slouched_s=slouched_s)
    if seated.slouched_s > seated.baseline_s / 2:
        upright_s = dwell(seated.upright_s, holds=how is SeatedKind.UPRIGHT, dt=dt, most=limits.baseline_s)
        if upright_s >= limits.baseline_s:
            return Seated()
        seated = replace(seated, upright_s=upright_s)
    return replace(seated, now=_towards(seated.now, held, 1.0 - exp(-dt / limits.steady_s)))


def read(limits: IncidentLimits, seated: Seated, person: Person, *, said: bool) -> Reading:
    """Whether the hip has drifted, the trunk has turned and the head has sunk, as far as each is known.

    All three: the hip stays when one leans over a plate. Without the hip and one of the others nothing can be said.
    Once said, it takes a clear change back to be over.
    """
    unclear = not stance.seen(person) or person.track.ambiguous or stance.down(limits, person)
    if unclear or seated.baseline_s < limits.baseline_s:
        # On its feet it does not slump; before the baseline is known, or on the floor, nothing can be said.
        return Reading(holds=False if seated.on_feet_s >= limits.settled_s else None)
    first, now = seated.baseline, seated.now
    shift = None
    if first.x is not None and first.y is not None and now.x is not None and now.y is not None:
        shift = hypot(now.x - first.x, now.y - first.y) / person.track.torso_px
    if shift is not None and shift > _ELSEWHERE:
        return Reading(holds=False)
    share = limits.slump_over if said else 1.0
    changes = (
        ("hip_shift", shift, "torso", share * limits.slump_hip_shift),
        ("trunk_change", _between(first.trunk, now.trunk), "deg", share * limits.slump_trunk_deg),
        ("head_below_baseline", _minus(first.head, now.head), "torso", share * limits.slump_head_drop),
    )
    known = sum(value is not None for _, value, _, _ in changes)
    reasons = tuple(_exceeded(changes))
    return Reading(len(reasons) == known if shift is not None and known >= 2 else None, reasons)


def _exceeded(changes: tuple[tuple[str, float | None, str, float], ...]) -> Iterator[Reason]:
    for feature, value, unit, limit in changes:
        if value is not None and value >= limit:
            yield measured(feature, round(value, 2), unit, Relation.AT_LEAST, limit)


def _held(person: Person) -> Held:
    body, track = person.kinematics, person.track
    return Held(
        body.trunk,
        _minus(body.head_height.value, body.hip_height.value),
        track.hip[0],
        track.hip[1],
    )


def _towards(held: Held, new: Held, share: float) -> Held:
    def mix(old: float | None, value: float | None) -> float | None:
        if old is None or value is None:
            return value if old is None else old
        return old + share * (value - old)

    trunk = new.trunk if held.trunk is None else held.trunk
    if held.trunk is not None and new.trunk is not None:
        (x, y, z), (to_x, to_y, to_z) = held.trunk, new.trunk
        trunk = x + share * (to_x - x), y + share * (to_y - y), z + share * (to_z - z)
    return Held(trunk, mix(held.head, new.head), mix(held.x, new.x), mix(held.y, new.y))


def _between(a: Axis | None, b: Axis | None) -> float | None:
    """Degrees from one direction to the other."""
    if a is None or b is None:
        return None
    across = hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
    return degrees(atan2(across, a[0] * b[0] + a[1] * b[1] + a[2] * b[2]))


def _minus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b
