"""Time that jumps from one thing to do to the next, and the waits of the agent's threads in it.

One thread runs at a time: whoever waits hands over to the one that is due first, and the clock goes to that instant.
The agent's own code runs unchanged; only its event, its slots and the start of its threads are these. The publisher and
its network thread stay outside, in real time: they speak to a real broker.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from edge_agent.runtime.latest import End, LatestSlots
from edge_agent.runtime.workers import Workers
from edge_agent.sources.recording import Instant

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Waiting:
    due: float
    number: int
    key: object
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


class VirtualTime:
    """A `Clock` that stands still while anybody works."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._now, self._asleep, self._set_by = 1000.0, 0.0, 0.0
        self.synced = True
        self._numbers = itertools.count()
        self._waiting: list[_Waiting] = []
        self._free_since: float | None = None

    def monotonic(self) -> float:
        """While everybody ends, time goes by as it does outside."""
        return self._now if self._free_since is None else self._now + time.monotonic() - self._free_since

    def boottime(self) -> float:
        """Suspends included."""
        return self.monotonic() + self._asleep

    def utc(self) -> datetime:
        """The wall clock."""
        return BEGIN + timedelta(seconds=self.boottime() + self._set_by)

    def synchronised(self) -> bool:
        """As the script says."""
        return self.synced

    def sleep(self, seconds: float) -> None:
        """Suspend the machine."""
        self._asleep += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock."""
        self._set_by += seconds

    def wait(self, seconds: float, key: object = None) -> None:
        """Let the others work until `seconds` later, or until `wake(key)`."""
        if self._free_since is None:
            mine = self.enter(seconds, key)
            self.leave()
            mine.acquire()

    def wake(self, key: object) -> None:
        """Whoever waits for `key` is due now."""
        for each in self._waiting:
            if each.key is key:
                each.due = self._now

    def enter(self, seconds: float = 0.0, key: object = None) -> threading.Semaphore:
        """Somebody will be due `seconds` later."""
        waiting = _Waiting(self._now + max(0.0, seconds), next(self._numbers), key)
        self._waiting.append(waiting)
        return waiting.go

    def leave(self) -> None:
        """Hand over to whoever is due first."""
        if self._free_since is not None or not self._waiting:
            return
        first = min(self._waiting, key=lambda each: (each.due, each.number))
        self._waiting.remove(first)
        self._now = max(self._now, first.due)
        first.go.release()

    def let_go(self) -> None:
        """Nobody waits any more: everybody is to end, and real time passes meanwhile."""
        self._free_since = time.monotonic()
        while self._waiting:
            self._waiting.pop().go.release()

    def hold_again(self, after_s: float) -> None:
        """Everybody has ended; go on at `after_s` after `let_go`, whatever it took."""
        self._free_since = None
        self._now += after_s


class VirtualStop(threading.Event):
    """The agent's order to end."""

    def __init__(self, clock: VirtualTime) -> None:
        """Not given yet."""
        super().__init__()
        self._clock = clock

    def set(self) -> None:
        """Give it."""
        super().set()
        self._clock.let_go()

    def wait(self, timeout: float | None = None) -> bool:
        """In virtual time."""
        if not self.is_set():
            self._clock.wait(timeout or 0.0)
        return self.is_set()


class VirtualSlots(LatestSlots):
    """The real slots; only the waiting is virtual."""

    def __init__(self, cameras: tuple[str, ...], clock: VirtualTime) -> None:
        """Empty."""
        super().__init__(cameras)
        self._clock = clock

    def put(self, item: Instant | End) -> None:
        """As ever, and wake the pipeline."""
        super().put(item)
        self._clock.wake(self)

    def take(self, timeout: float) -> Instant | End | None:
        """As ever."""
        item = super().take(0.0)
        if item is None:
            self._clock.wait(timeout, self)
            item = super().take(0.0)
        return item


class VirtualWorkers(Workers):
    """Threads that take their turns; the publisher's does not."""

    def __init__(self, clock: VirtualTime) -> None:
        """No thread yet."""
        super().__init__()
        self._clock = clock

    def start(self, name: str, body: Callable[[], None]) -> None:
        """Run `body` from its first turn on."""
        if name == "publisher":
            super().start(name, body)
            return
        go = self._clock.enter()

        def taking_turns() -> None:
            go.acquire()
            try:
                body()
            finally:
                self._clock.leave()

        super().start(name, taking_turns)
