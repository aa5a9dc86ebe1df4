"""How stages let themselves be timed without knowing a clock."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Stopwatch(Protocol):
    """Measures what runs inside `with stopwatch.measure(stage):`."""

    def measure(self, stage: str) -> AbstractContextManager[None]:
        """Add the time spent inside to `stage`."""
        ...


class Unmeasured:
    """The stopwatch of every run that asks for no profile."""

    def measure(self, stage: str) -> AbstractContextManager[None]:
        """Measure nothing."""
        del stage
        return nullcontext()


UNMEASURED = Unmeasured()
