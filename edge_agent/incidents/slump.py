"""Slumping or sliding in the chair: away from how the same person sat there at first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import exp, hypot

from edge_agent.incidents import stance
from edge_agent.incidents.dwell import dwell
from edge_agent.incidents.finding import Reading
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.reasons import measured
from edge_agent.types import Person, PostureKind, Reason, Relation

_ELSEWHERE = 2.0
"""Torso lengths from the seat at which the body is not on it any more; [C]."""


@dataclass(frozen=True, slots=True)
class Held:
    """How a body is held, smoothed; None where it has not been seen."""

    trunk_deg: float | None = None
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


def recall(limits: IncidentLimits, seated: Seated, person: Person, dt: float) -> Seated:
    """Takes one instant in: the first seated seconds are the baseline, standing up forgets it."""
    if not stance.seen(person) or person.track.ambiguous:
        return seated
    standing = stance.on_feet(limits, person) and stance.trunk_up(limits, person)
    on_feet_s = dwell(seated.on_feet_s, holds=standing, dt=dt, most=limits.settled_s)
    if on_feet_s >= limits.settled_s:
        return Seated(on_feet_s=on_feet_s)
    seated = replace(seated, on_feet_s=on_feet_s)
    held = _held(person)
    if seated.baseline_s < limits.baseline_s:
        if person.posture.kind is not PostureKind.SITTING:
            return seated
        share = dt / (seated.baseline_s + dt) if dt > 0 else 0.0
        mean = _towards(seated.baseline, held, share)
        return replace(seated, baseline=mean, now=mean, baseline_s=seated.baseline_s + dt)
    return replace(seated, now=_towards(seated.now, held, 1.0 - exp(-dt / limits.steady_s)))


def read(limits: IncidentLimits, seated: Seated, person: Person) -> Reading:
    """Whether the hip has drifted, the trunk leans more and the head has sunk, as far as each is known.

    All three: the hip stays when one leans over a plate. Without the hip and one of the others nothing can be said.
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
    changes = (
        ("hip_shift", shift, "torso", limits.slump_hip_shift),
        ("trunk_inclination_growth", _minus(now.trunk_deg, first.trunk_deg), "deg", limits.slump_trunk_deg),
        ("head_below_baseline", _minus(first.head, now.head), "torso", limits.slump_head_drop),
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
        body.trunk_inclination_deg.value,
        _minus(body.head_height.value, body.hip_height.value),
        track.hip[0],
        track.hip[1],
    )


def _towards(held: Held, new: Held, share: float) -> Held:
    def mix(old: float | None, value: float | None) -> float | None:
        if old is None or value is None:
            return value if old is None else old
        return old + share * (value - old)

    return Held(mix(held.trunk_deg, new.trunk_deg), mix(held.head, new.head), mix(held.x, new.x), mix(held.y, new.y))


def _minus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b
