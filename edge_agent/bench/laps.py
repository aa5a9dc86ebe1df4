"""How long things take: a stopwatch by the wall, and medians that a busy machine disturbs least."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import fmean, median, quantiles


@dataclass(frozen=True, slots=True)
class Times:
    """Of many runs of one thing, milliseconds."""

    runs: int
    mean_ms: float
    median_ms: float
    p95_ms: float


def times(seconds: Sequence[float]) -> Times:
    """Of at least one run.

    >>> times([0.002, 0.001, 0.009])
    Times(runs=3, mean_ms=4.0, median_ms=2.0, p95_ms=9.0)
    """
    most = quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) >= 20 else max(seconds)
    return Times(len(seconds), 1000.0 * fmean(seconds), 1000.0 * median(seconds), 1000.0 * most)


class Laps:
    """A stopwatch that keeps the seconds of each stage, picture by picture."""

    def __init__(self) -> None:
        """Nothing measured yet."""
        self.pictures: list[dict[str, float]] = []
        self._within = 0.0
        self._open: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Add the time inside to `stage`; a stage measured inside another is not counted to that other."""
        outer, self._within = self._within, 0.0
        start = time.perf_counter()
        try:
            yield
        finally:
            taken = time.perf_counter() - start
            self._open[stage] += taken - self._within
            self._within = outer + taken

    @contextmanager
    def picture(self) -> Iterator[None]:
        """Everything that happens to one picture."""
        self._open.clear()
        self._within = 0.0
        start = time.perf_counter()
        yield
        taken = time.perf_counter() - start
        self.pictures.append({**self._open, "rest": max(0.0, taken - self._within)})

    @property
    def whole(self) -> Times:
        """Of a picture."""
        return times([sum(stages.values()) for stages in self.pictures])

    def shares(self) -> dict[str, tuple[Times, float]]:
        """Of each stage: its times over all pictures, and its share 0-1 of all the time; the longest first.

        A stage that is not at work on every picture counts as 0 on the others.
        """
        total = sum(sum(stages.values()) for stages in self.pictures)
        by_stage = {
            stage: [stages.get(stage, 0.0) for stages in self.pictures]
            for stage in {stage for stages in self.pictures for stage in stages}
        }
        ordered = sorted(by_stage.items(), key=lambda item: (-sum(item[1]), item[0]))
        return {stage: (times(seconds), sum(seconds) / total if total > 0 else 0.0) for stage, seconds in ordered}
