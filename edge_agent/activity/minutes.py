"""What a camera saw in each minute, and what of it belongs to one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import floor

from edge_agent.activity.limits import ActivityLimits
from edge_agent.activity.summary import Sample, summarise, to_ms
from edge_agent.types import ON_FEET, Minute, Person, PictureQuality, PostureKind

_BETWEEN = frozenset({PostureKind.OTHER})
GAP = "gap"
"""No instant came at all: the source left a hole, or the machine slept."""
UNUSABLE = "unusable"
"""A picture that cannot be believed, for no reason that was given."""


@dataclass(frozen=True, slots=True)
class State:
    """The minute that is open, and how everybody was at the last instant."""

    t: float | None = None
    """The last instant."""
    start: float = 0.0
    """Of the open minute; minutes are counted from the first instant."""
    observed_s: float = 0.0
    occupied_s: float = 0.0
    people: int = 0
    lost_s: Mapping[str, float] = field(default_factory=dict)
    """Of the open minute, by reason."""
    blind: str | None = None
    """Why nothing could be seen at the last instant."""
    samples: Mapping[int, tuple[Sample, ...]] = field(default_factory=dict)
    """By track: the pieces of the open minute."""
    came_from: Mapping[int, PostureKind] = field(default_factory=dict)
    """By track: the last posture that was not in between two others."""
    on_feet_since: Mapping[int, float | None] = field(default_factory=dict)
    """By track: since when it has been on its feet without rising, as far as is known."""


def step(
    limits: ActivityLimits,
    state: State,
    camera: str,
    t: float,
    quality: PictureQuality,
    persons: Iterable[Person],
) -> tuple[State, tuple[Minute, ...]]:
    """Adds one instant, which stands for the time since the one before unless that is longer than a gap.

    Every second of a minute is either observed or lost, for one reason. It is observed where both its ends can be
    believed: when a lost camera came back between two instants, nobody can say. Minutes in which no instant fell at all
    are one `Minute`, as long as they are together.

    Args:
        limits: The thresholds.
        state: What the instant before left.
        camera: Whose minutes these are.
        t: The instant, s.
        quality: Whether the picture can be believed; time with pictures that cannot is not observed.
        persons: Everybody tracked and confirmed, lost ones included.

    Returns:
        The new state and the minutes that ended.
    """
    since, state = (t, State(t=t, start=t)) if state.t is None else (state.t, state)
    present = tuple(person for person in persons if person.track.confirmed)
    seen = tuple(person for person in present if not person.track.lost) if quality.usable else ()
    lost = _why_lost(limits, quality, t - since) or state.blind
    ended: list[Minute] = []
    while t >= state.start + limits.minute_s:
        boundary = state.start + limits.minute_s
        if lost is not None and state.start == since:
            boundary = state.start + limits.minute_s * floor((t - state.start) / limits.minute_s)
        state = _add(limits, state, boundary - since, seen, lost, last=False)
        since = boundary
        ended.append(_minute(limits, state, camera, boundary))
        state = _open(state, boundary)
    state = _add(limits, state, t - since, seen, lost, last=True)
    on_feet = {person.track.id: _on_feet_since(limits, state, person) for person in present}
    came_from = {person.track.id: _definite(state, person) for person in present}
    people = max(state.people, len(seen))
    blind = _why_lost(limits, quality, 0.0)
    state = replace(state, t=max(t, since), people=people, came_from=came_from, on_feet_since=on_feet, blind=blind)
    return state, tuple(ended)


def _why_lost(limits: ActivityLimits, quality: PictureQuality, dt: float) -> str | None:
    """Why the time up to this instant was not observed; None where it was."""
    if dt > limits.gap_s:
        return GAP
    if quality.usable:
        return None
    return quality.reasons[0] if quality.reasons else UNUSABLE


def finish(limits: ActivityLimits, state: State, camera: str) -> tuple[State, tuple[Minute, ...]]:
    """Ends the open minute at its last instant; none where nothing was begun."""
    if state.t is None or state.t <= state.start:
        return State(), ()
    return State(), (_minute(limits, state, camera, state.t),)


def _open(state: State, start: float) -> State:
    return replace(state, start=start, observed_s=0.0, occupied_s=0.0, people=0, samples={}, lost_s={})


def _add(
    limits: ActivityLimits, state: State, dt: float, seen: tuple[Person, ...], lost: str | None, *, last: bool
) -> State:
    """Adds `dt` seconds in which these were seen, or were lost.

    What happens at an instant happens in its last piece.
    """
    if dt <= 0:
        return state
    if lost is not None:
        return replace(state, lost_s={**state.lost_s, lost: state.lost_s.get(lost, 0.0) + dt})
    samples = dict(state.samples)
    for person in seen:
        own = len(seen) == 1 and not person.track.ambiguous
        rose = last and _rose(limits, state, person)
        steps = person.kinematics.steps if last else 0
        sample = Sample(dt, own, person.kinematics, person.posture, person.activity, person.subject, steps, rose)
        samples[person.track.id] = (*samples.get(person.track.id, ()), sample)
    return replace(
        state,
        observed_s=state.observed_s + dt,
        occupied_s=state.occupied_s + (dt if seen else 0.0),
        samples=samples,
    )


def _rose(limits: ActivityLimits, state: State, person: Person) -> bool:
    """Whether the person has stood up from a seat: came from sitting, or came up who had long been told to stand.

    Seen from ahead, who sits on a high edge shows nearly the legs of who stands; the rise is then the first to tell.
    """
    if person.posture.kind not in ON_FEET:
        return False
    since, body = state.on_feet_since.get(person.track.id), person.kinematics
    if state.came_from.get(person.track.id) is PostureKind.SITTING:
        return body.lift.value is None or body.lift.value >= limits.rise_lift
    came_up = body.ascent.value is not None and body.ascent.value >= limits.rise_ascent
    return came_up and since is not None and body.t - since >= limits.rise_s


def _on_feet_since(limits: ActivityLimits, state: State, person: Person) -> float | None:
    """Since when the person has been on their feet and not risen; None where they are not."""
    if person.posture.kind not in ON_FEET:
        return None
    since = None if _rose(limits, state, person) else state.on_feet_since.get(person.track.id)
    return person.kinematics.t if since is None else since


def _definite(state: State, person: Person) -> PostureKind:
    """Half risen is neither: what counts is where the person came from."""
    kind = person.posture.kind
    return state.came_from.get(person.track.id, kind) if kind in _BETWEEN else kind


def _minute(limits: ActivityLimits, state: State, camera: str, end: float) -> Minute:
    return Minute(
        camera=camera,
        start=state.start,
        t=end,
        observed_s=to_ms(state.observed_s),
        occupied_s=to_ms(state.occupied_s),
        people=state.people,
        persons=tuple(
            summarise(limits, track, samples, state.observed_s) for track, samples in sorted(state.samples.items())
        ),
        lost_s={reason: to_ms(seconds) for reason, seconds in sorted(state.lost_s.items())},
    )
