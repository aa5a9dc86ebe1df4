"""Thinning a recording to the rate of analysis, by its own clock."""

from __future__ import annotations

from dataclasses import dataclass

SLACK = 1e-6
"""Seconds by which an instant may be early: decoders round times to microseconds."""


@dataclass(slots=True)
class Pace:
    """Chooses the instants to analyse: the first at or after each due time."""

    fps: float
    _due: float | None = None

    @property
    def due(self) -> float:
        """No instant before this time is wanted, seconds."""
        return float("-inf") if self._due is None else self._due - SLACK

    def wants(self, t: float) -> bool:
        """Whether the instant at `t` seconds is to be analysed."""
        if self._due is None:
            self._due = t
        if t < self.due:
            return False
        period = 1.0 / self.fps
        self._due += period * (1 + int((t + SLACK - self._due) / period))
        return True
