"""From the edges of a push-button's line to presses: contacts bounce, and sleeves brush."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

STEADY_S = 0.05
"""A press holds at least this long; contacts bounce for some 10 ms. [C]"""
AGAIN_S = 1.0
"""Between two presses at least: a second push within it is a tremor, not a change of mind. [C]"""


@dataclass(frozen=True, slots=True)
class Edge:
    """The line changed."""

    t: float
    """Monotonic seconds."""
    down: bool


class Button(Protocol):
    """A push-button on the box."""

    def edges(self) -> Sequence[Edge]:
        """What happened since the last call, in order; never blocks.

        Raises:
            OSError: the line cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of the button; a fresh one is up."""

    down_since: float | None = None
    counted: bool = False
    """Whether the present push has been counted: one that is held, or jams, counts once."""
    last: float = float("-inf")
    """When the last press was counted."""


def presses(line: Line, edges: Iterable[Edge], now: float) -> tuple[Line, int]:
    """How many presses there were, up to now.

    Args:
        line: as returned before.
        edges: since then, in order.
        now: monotonic seconds, not before the last edge.
    """
    count = 0
    for edge in edges:
        line, pressed = _counted(line, edge.t)
        count += pressed
        if edge.down != (line.down_since is not None):
            line = replace(line, down_since=edge.t if edge.down else None, counted=False)
    line, pressed = _counted(line, now)
    return line, count + pressed


def _counted(line: Line, now: float) -> tuple[Line, bool]:
    if line.down_since is None or line.counted or now - line.down_since < STEADY_S:
        return line, False
    taken = line.down_since - line.last >= AGAIN_S
    return replace(line, counted=True, last=line.down_since if taken else line.last), taken
