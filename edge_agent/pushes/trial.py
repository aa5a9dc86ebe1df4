"""Whether a box with a new configuration does what it did with the one before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class TrialLimits:
    """How long a box is given."""

    limit_s: float = 90.0
    """From the change until everything must be well again, seconds; [C]: a camera and a broker take half a minute."""
    hold_s: float = 10.0
    """How long it must stay well, seconds; [C]: a camera that gives a picture or two is not well."""


class Verdict(StrEnum):
    """How a trial ends."""

    KEEP = "keep"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Trial:
    """Of one configuration."""

    began: float
    """When it was put to use, seconds."""
    owed: frozenset[str]
    """Cameras, and the broker, that were well before: they must be well again."""
    well_since: float | None = None


def look(limits: TrialLimits, trial: Trial, t: float, well: frozenset[str]) -> tuple[Trial, Verdict | None]:
    """Take one look.

    Args:
        limits: how long the box is given.
        trial: as the look before left it.
        t: now, seconds.
        well: what is well now.

    Returns:
        The trial after it, and how it ended; None: not yet.
    """
    since = (t if trial.well_since is None else trial.well_since) if trial.owed <= well else None
    after = replace(trial, well_since=since)
    if since is not None and t - since >= limits.hold_s:
        return after, Verdict.KEEP
    over = t - trial.began
    if over >= limits.limit_s + limits.hold_s or (over >= limits.limit_s and since is None):
        return after, Verdict.GIVE_UP
    return after, None


def owed(cameras: frozenset[str], before: frozenset[str], well: frozenset[str]) -> frozenset[str]:
    """What must be well under a new configuration: all but what was not well before either.

    Args:
        cameras: of the new configuration, and the broker.
        before: the same of the one before.
        well: what of that was well.
    """
    return cameras - (before - well)
