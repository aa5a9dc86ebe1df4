"""Who made real progress lately: each thread beats when it did, the main thread asks who has not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from edge_agent.runtime.clock import Clock


@dataclass(slots=True)
class _Heart:
    limit_s: float
    beat_at: float


class Heartbeats:
    """Beats of named threads; any thread may register, beat and ask.

    A beat means progress (a picture read or its absence noticed, an instant analysed, the outbox served), never that
    a timer went off: a timer goes on beside a hang and hides it. The monotonic clock stands while the machine sleeps,
    so a suspend is no stall.
    """

    def __init__(self, clock: Clock) -> None:
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
        with self._lock:
            now = self._clock.monotonic()
            return tuple(sorted(name for name, heart in self._hearts.items() if now - heart.beat_at > heart.limit_s))
