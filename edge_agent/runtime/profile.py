"""How much processor time each stage takes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

LEFT_OUT = ("decode", "render")
"""Neither part of the agent's own work: a camera needs no video decoded, and only a replay draws."""


class CpuProfile:
    """A stopwatch over the process's CPU time, helper threads of the libraries included."""

    def __init__(self) -> None:
        """Nothing measured yet."""
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls: defaultdict[str, int] = defaultdict(int)
        self._within = 0.0

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Add the time inside to `stage`; a stage measured inside another is not counted to that other."""
        outer, self._within = self._within, 0.0
        start = time.process_time()
        try:
            yield
        finally:
            taken = time.process_time() - start
            self.seconds[stage] += taken - self._within
            self.calls[stage] += 1
            self._within = outer + taken

    def table(self) -> str:
        """One line a stage: calls, CPU ms in all and each, share of the models' invocation."""
        invoked = sum(seconds for stage, seconds in self.seconds.items() if stage.endswith(".invoke"))
        others = sum(
            seconds
            for stage, seconds in self.seconds.items()
            if not stage.endswith(".invoke") and stage not in LEFT_OUT
        )
        lines = [f"{'stage':<20}{'calls':>8}{'CPU ms':>11}{'ms each':>10}{'of invocation':>15}"]
        for stage, seconds in sorted(self.seconds.items(), key=lambda item: -item[1]):
            calls, share = self.calls[stage], _share(seconds, invoked)
            lines.append(f"{stage:<20}{calls:>8}{seconds * 1e3:>11.1f}{seconds * 1e3 / calls:>10.3f}{share:>15}")
        lines.append(f"{'all but invocation, decode, render':<39}{others * 1e3:>10.1f}{_share(others, invoked):>15}")
        return "\n".join(lines)


def _share(seconds: float, invoked: float) -> str:
    return f"{100 * seconds / invoked:.1f} %" if invoked else "-"
