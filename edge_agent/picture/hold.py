"""A verdict that comes and goes with seconds of proof, never with single pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Hold:
    """One fault: whether it is said, and since when the pictures have said otherwise."""

    said: bool = False
    against: float | None = None
    """Time of the first picture of the unbroken run that contradicts `said`."""


def follow(hold: Hold, t: float, after_s: float, leave_s: float, *, holds: bool | None) -> Hold:
    """Take in what one picture says.

    Args:
        hold: what is said so far.
        t: time of the picture, s.
        after_s: how long it must have been there before it is said.
        leave_s: how long it must have been gone before it is no longer said.
        holds: whether the fault is there; None where the picture cannot tell, which leaves things as they are.
    """
    if holds is None or holds == hold.said:
        return replace(hold, against=None)
    against = t if hold.against is None else hold.against
    if t - against >= (leave_s if hold.said else after_s):
        return Hold(said=holds)
    return replace(hold, against=against)
