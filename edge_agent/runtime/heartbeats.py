"""Who made real progress lately: each thread beats when it did, the main thread asks who has not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Monotonic(Protocol):
    """The only thing asked of a clock here."""

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...


@dataclass(slots=True)
class _Heart:
    limit_s: float
    beat_at: float


class Heartbeats:
    """Beats of named threads; any thread may register, beat and ask.

    A beat means progress (a picture read or its absence noticed, an instant analysed, the outbox served), never that
    a timer went off: a timer goes on beside a hang and hides it.
    """

    def __init__(self, clock: Monotonic) -> None:
        """Nobody is listened to yet."""
        self._clock = clock
        self._lock = threading.Lock()
        self._hearts: dict[str, _Heart] = {}

    def register(self, name: str, limit_s: float) -> Callable[[], None]:
        """Expect a beat of `name` at least every `limit_s` seconds from now on; returns the beat.

        Registering a name again starts it afresh, under the new limit.
        """
        heart = _Heart(limit_s, self._clock.monotonic())
        with self._lock:
            self._hearts[name] = heart

        def beat() -> None:
            heart.beat_at = self._clock.monotonic()

        return beat

    def release(self, name: str) -> None:
        """Expect nothing more of `name`: it came to its proper end."""
        with self._lock:
            self._hearts.pop(name, None)

    def stalled(self) -> tuple[str, ...]:
        """The names whose last beat is longer ago than their limit, sorted."""
        return tuple(name for name, over in self._over().items() if over > 0.0)

    def stalled_for(self) -> float:
        """How long the longest stall has lasted beyond its limit, seconds; 0 when nothing is stalled."""
        return max((0.0, *self._over().values()))

    def _over(self) -> dict[str, float]:
        """Seconds beyond the limit, by name; below 0 where there is time left."""
        with self._lock:
            now = self._clock.monotonic()
            return {name: now - heart.beat_at - heart.limit_s for name, heart in sorted(self._hearts.items())}
