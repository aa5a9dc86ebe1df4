"""When one camera is paused: several sources at once, the latest end wins, and there is always an end.

A pause has a beginning, so an unbroken run of pauses has one: no run lasts longer than `longest_s`, and two pauses with
less than `watch_s` of watching between them are one run. Whatever is asked, and however often, a camera that was
silenced for `longest_s` looks again for long enough to find somebody on the floor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

SPENT_MOST = 32
"""Causes remembered as used; a day has fewer windows than that. [C]"""


By: TypeAlias = Literal["request", "file", "schedule", "button"]
"""Who or what paused."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A camera is not watching now."""

    until: float
    """Monotonic seconds."""
    by: By
    """Whose end is the latest."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that lasts, and asks for one pause: a file that lies there, a window of the schedule."""

    key: str
    """The same as long as it is the same one."""
    pause: Pause


@dataclass(frozen=True, slots=True)
class PauseLimits:
    """What bounds every pause."""

    longest_s: float = 3600.0
    """An unbroken run of pauses, whoever asked for them. [C]"""
    watch_s: float = 60.0
    """Watching that ends a run: a fall is confirmed 15 to 25 s after a body is seen down (design.md, rule 5). [C]"""


@dataclass(frozen=True, slots=True)
class Held:
    """How one camera stands; times are monotonic seconds."""

    ends: Mapping[By, float] = field(default_factory=dict)
    """The end that each source asked for, of those not yet reached."""
    since: float | None = None
    """When the present or the last run of pauses began."""
    ended: float | None = None
    """When the last pause ended; None during the first."""
    spent: tuple[str, ...] = ()
    """Causes that have had their pause, oldest first."""


def active(held: Held, now: float) -> Pause | None:
    """The pause that holds now: the one with the latest end."""
    ahead = [Pause(until, by) for by, until in held.ends.items() if until > now]
    return max(ahead, key=lambda pause: pause.until, default=None)


def settled(held: Held, now: float) -> Held:
    """The same without what has ended by itself."""
    ends = {by: until for by, until in held.ends.items() if until > now}
    if len(ends) == len(held.ends):
        return held
    return replace(held, ends=ends, ended=held.ended if ends else max(held.ends.values()))


def restored(limits: PauseLimits, held: Held, now: float) -> Held:
    """What an earlier run of the agent wrote down, as far as the limits allow: whatever it says, it ends."""
    held = settled(held, now)
    since = None if held.since is None else min(held.since, now)
    bound = now if since is None else since + limits.longest_s
    ends = {by: min(until, bound) for by, until in held.ends.items()}
    ended = None if held.ended is None else min(held.ended, now)
    return settled(Held(ends, since, ended, held.spent), now)


def latest_end(limits: PauseLimits, held: Held, now: float) -> float:
    """Up to when a pause may last that is asked for now; `now` or before: none may."""
    return _began(limits, settled(held, now), now) + limits.longest_s


def paused(limits: PauseLimits, held: Held, now: float, wanted: Pause) -> Held:
    """With one more pause, as far as it may last; a source that asks twice keeps the later end, a file the last."""
    held = settled(held, now)
    until = min(wanted.until, latest_end(limits, held, now))
    before = held.ends.get(wanted.by)
    if before is not None and wanted.by != "file":
        until = max(until, before)
    if until <= now:
        return held
    return replace(held, ends={**held.ends, wanted.by: until}, since=_began(limits, held, now))


def offered(limits: PauseLimits, held: Held, now: float, cause: Cause) -> Held:
    """With the pause a lasting cause asks for, once; one that may not begin yet can be offered again."""
    if cause.key in held.spent or latest_end(limits, held, now) <= now:
        return held
    after = paused(limits, held, now, cause.pause)
    return replace(after, spent=(*after.spent, cause.key)[-SPENT_MOST:])


def resumed(held: Held, now: float, by: By | None = None) -> Held:
    """Without the pause of one source, or of all."""
    held = settled(held, now)
    if not held.ends or (by is not None and by not in held.ends):
        return held
    ends = {other: until for other, until in held.ends.items() if by is not None and other != by}
    return replace(held, ends=ends, ended=held.ended if ends else now)


def _began(limits: PauseLimits, held: Held, now: float) -> float:
    """When the run began that a pause from now on belongs to."""
    if held.since is None:
        return now
    watched = now - held.ended if not held.ends and held.ended is not None else 0.0
    return held.since if watched < limits.watch_s else now
