"""How long to wait before the next attempt."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Pauses that double up to a bound, each drawn from the upper half of its range."""

    first_s: float
    most_s: float
    attempts: int = 0

    def next(self) -> float:
        """The next pause, seconds."""
        bound = min(self.most_s, self.first_s * 2.0 ** min(self.attempts, 30))
        self.attempts += 1
        return random.uniform(bound / 2, bound)  # noqa: S311 - only so that devices don't come back in step

    def reset(self) -> None:
        """Begin with short pauses again."""
        self.attempts = 0
