"""What a task hands over: figures beside their targets and the simple rules, tables, plots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Cell: TypeAlias = str | int | float | None


class Sense(StrEnum):
    """Which way a target is met."""

    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should reach."""

    sense: Sense
    limit: float

    def met(self, value: float) -> bool:
        """Whether a value reaches it."""
        return value >= self.limit if self.sense is Sense.AT_LEAST else value <= self.limit


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number."""

    data: str
    """The recordings it was measured on."""
    measure: str
    """What it says, with its unit: `falls reported`, `latency p95 s`."""
    value: float | None
    """None where it could not be measured; `note` says why."""
    n: int = 0
    """How many recordings, people or frames are behind it: `of` names which."""
    of: str = ""
    low: float | None = None
    """Ends of the 95 % interval."""
    high: float | None = None
    target: Target | None = None
    rule: float | None = None
    """What the simple rule beside it reaches on the same data."""
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether it reaches its target; None without a target or a value."""
        return None if self.target is None or self.value is None else self.target.met(self.value)


def absent(data: str, why: str = "not present") -> Figure:
    """The row of a set that is not on this machine."""
    return Figure(data, "-", None, note=why)


@dataclass(frozen=True, slots=True)
class Table:
    """Details behind the figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture of the figures, drawn when the report is written."""

    name: str
    """Of the file, without its ending."""
    title: str
    draw: Callable[[Any], None]
    """Draws on the `matplotlib.axes.Axes` it is given."""


@dataclass(frozen=True, slots=True)
class Section:
    """What one task measured."""

    task: str
    title: str
    about: str
    """What was done, on what, and what was tuned on it."""
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)
    """For the JSON alone."""
