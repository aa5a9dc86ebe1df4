"""The guided test: what is asked for, and whether the box saw it; counted in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from edge_agent.types import PostureKind


class Step(StrEnum):
    """What the installer is asked to do, in this order."""

    WALK = "walk"
    SIT = "sit"
    FLOOR = "floor"
    BED = "bed"
    EMPTY = "empty"
    LIGHTS_OFF = "lights_off"


@dataclass(frozen=True, slots=True)
class GuideLimits:
    """How long each must be seen, and how long is waited for it; seconds. [C] but where said."""

    needed_s: Mapping[Step, float] = field(
        default_factory=lambda: {
            Step.WALK: 5.0,
            Step.SIT: 5.0,
            Step.FLOOR: 20.0,
            Step.BED: 10.0,
            Step.EMPTY: 15.0,
            Step.LIGHTS_OFF: 5.0,
        }
    )
    """On the floor for 20 s: by then a fall must be confirmed (design.md, rule 5)."""
    longest_s: float = 90.0
    """A step that was not seen by then has failed."""
    forgiven_s: float = 1.0
    """A shorter interruption does not begin it anew."""
    gap_s: float = 2.0
    """Time between two glimpses beyond this does not count."""


@dataclass(frozen=True, slots=True)
class Body:
    """One person as the test sees them."""

    posture: PostureKind
    in_bed: bool = False


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One instant of the camera."""

    t: float
    usable: bool
    reasons: tuple[str, ...] = ()
    """Why it is not usable."""
    bodies: tuple[Body, ...] = ()
    """Everybody in sight."""
    fall: bool = False
    """A fall is open that was confirmed."""
    dim: bool = False
    """The light is off: the camera works in infra-red, or sees little."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one step ended."""

    step: Step
    passed: bool
    reason: str
    """`seen`, or what was seen instead: `nobody`, `several`, `sitting`, `in_bed`, `no_fall`, `dark`, `not_dark`, ..."""
    held_s: float
    took_s: float


@dataclass(frozen=True, slots=True)
class State:
    """One step under way, or ended."""

    step: Step
    began: float
    t: float
    held_s: float = 0.0
    """Of the present run."""
    broken_s: float = 0.0
    """How long the run has been interrupted."""
    instead_s: Mapping[str, float] = field(default_factory=dict)
    """What was seen instead, and how long."""
    verdict: Verdict | None = None


def begun(step: Step, t: float) -> State:
    """The step begins at `t`, seconds."""
    return State(step, t, t)


def seen(limits: GuideLimits, state: State, glimpse: Glimpse) -> State:
    """Take one instant in; once there is a verdict nothing changes any more."""
    if state.verdict is not None or glimpse.t <= state.t:
        return state
    dt = min(glimpse.t - state.t, limits.gap_s)
    needed = limits.needed_s[state.step]
    instead = _instead(state.step, glimpse)
    if instead is None or (instead == "no_fall" and state.held_s < needed):
        state = replace(state, t=glimpse.t, held_s=state.held_s + dt, broken_s=0.0)
    else:
        counted = {**state.instead_s, instead: state.instead_s.get(instead, 0.0) + dt}
        waits = instead == "no_fall"  # lying is seen; the alarm is what is waited for
        broken = 0.0 if waits else state.broken_s + dt
        held = 0.0 if broken > limits.forgiven_s else state.held_s
        state = replace(state, t=glimpse.t, held_s=held, broken_s=broken, instead_s=counted)
    if instead is None and state.held_s >= needed:
        return _ended(state, "seen", passed=True)
    if glimpse.t - state.began >= limits.longest_s:
        mostly = max(state.instead_s, key=lambda reason: state.instead_s[reason], default="too_short")
        return _ended(state, mostly, passed=False)
    return state


def _ended(state: State, reason: str, *, passed: bool) -> State:
    verdict = Verdict(state.step, passed, reason, round(state.held_s, 1), round(state.t - state.began, 1))
    return replace(state, verdict=verdict)


def _instead(step: Step, glimpse: Glimpse) -> str | None:  # noqa: PLR0911  a table of what is wanted
    """What is seen in place of what is asked for; None: just that."""
    if not glimpse.usable:
        return glimpse.reasons[0] if glimpse.reasons else "no_pictures"
    if step is Step.EMPTY:
        return None if not glimpse.bodies else "somebody"
    if step is Step.LIGHTS_OFF and not glimpse.dim:
        return "not_dark"
    if len(glimpse.bodies) != 1:
        return "several" if glimpse.bodies else "nobody"
    body = glimpse.bodies[0]
    wanted = _WANTED.get(step)
    if wanted is not None and body.posture is not wanted:
        return body.posture.value
    if step is Step.BED and not body.in_bed:
        return "not_in_bed"
    if step is Step.BED and glimpse.fall:
        return "false_fall"
    if step is Step.FLOOR and body.in_bed:
        return "in_bed"
    return "no_fall" if step is Step.FLOOR and not glimpse.fall else None


_WANTED: Mapping[Step, PostureKind] = {
    Step.WALK: PostureKind.WALKING,
    Step.SIT: PostureKind.SITTING,
    Step.FLOOR: PostureKind.LYING,
    Step.BED: PostureKind.LYING,
}
