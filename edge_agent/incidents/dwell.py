"""Seconds for which something holds, forgiving short lapses."""

from __future__ import annotations


def dwell(seconds: float, *, holds: bool, dt: float, most: float) -> float:
    """Grows by `dt` while it holds and shrinks as fast while not; between 0 and `most`.

    One doubtful instant neither starts nor ends anything, and how many instants there are in a second does not matter.

    >>> dwell(0.5, holds=True, dt=0.25, most=3.0), dwell(0.5, holds=False, dt=0.25, most=3.0)
    (0.75, 0.25)
    """
    return min(most, seconds + dt) if holds else max(0.0, seconds - dt)
