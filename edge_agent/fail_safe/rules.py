"""When to call: which falls wait for an acknowledgement for too long, and for how long they have been called out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UnheardFall:
    """A confirmed or escalated fall, of which nobody's system has said that it knows."""

    incident_id: str
    news: str
    """Names this phase of it: another one calls anew."""
    at: float
    """When it was handed over to be sent, monotonic seconds."""


@dataclass(frozen=True, slots=True)
class FailSafeLimits:
    """How patient the fail-safe is."""

    after_s: float = 60.0
    """Without an acknowledgement. [C] Well above a broker's or recommender's restart, far below the harm of lying."""
    hold_s: float = 60.0
    """How long each news is called out at most. [C]"""
    least_s: float = 2.0
    """A call, once begun, lasts this long, or a call system might miss it. [C]"""


@dataclass(frozen=True, slots=True)
class Called:
    """A fall that has been called out."""

    news: str
    since: float


@dataclass(frozen=True, slots=True)
class State:
    """What has been called out, and whether it is being called out now."""

    called: Mapping[str, Called] = field(default_factory=dict)
    """By incident id."""
    calling: tuple[UnheardFall, ...] = ()
    """The falls that are called out now, the one that waits longest first."""
    began: float | None = None
    """When the present call began; None: nothing is called out."""


def step(limits: FailSafeLimits, state: State, now: float, unheard: Sequence[UnheardFall]) -> State:
    """Decide what is called out now.

    A fall calls once the oldest of its news has waited for `after_s`, and stops when it is acknowledged or over, or
    has been called out for `hold_s`. News of the same fall that come after that call again, at once.

    Args:
        limits: how patient.
        state: as returned before; `State()` at first.
        now: monotonic seconds.
        unheard: everything that waits, in any order.
    """
    since: dict[str, float] = {}
    newest: dict[str, UnheardFall] = {}
    for fall in sorted(unheard, key=lambda fall: fall.at):
        since.setdefault(fall.incident_id, fall.at)
        newest[fall.incident_id] = fall
    due = {incident: fall for incident, fall in newest.items() if now - since[incident] >= limits.after_s}
    called = {incident: _called(state, fall, now) for incident, fall in due.items()}
    calling = tuple(
        UnheardFall(incident, fall.news, since[incident])
        for incident, fall in due.items()
        if now - called[incident].since < limits.hold_s
    )
    if calling:
        return State(called, calling, now if state.began is None else state.began)
    if state.began is not None and now - state.began < limits.least_s:
        return State(called, (), state.began)
    return State(called)


def _called(state: State, fall: UnheardFall, now: float) -> Called:
    before = state.called.get(fall.incident_id)
    return before if before is not None and before.news == fall.news else Called(fall.news, now)
