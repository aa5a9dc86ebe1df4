"""What the process is told from outside: to end, or to read its configuration again."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Signals:
    """Set by signals, read by main."""

    stop: threading.Event = field(default_factory=threading.Event)
    """SIGTERM or SIGINT."""
    reload: threading.Event = field(default_factory=threading.Event)
    """SIGHUP; whoever heeds it clears it."""


@contextmanager
def heeded() -> Iterator[Signals]:
    """Heed signals in the main thread until the end of the block."""
    signals = Signals()
    wanted = {signal.SIGTERM: signals.stop, signal.SIGINT: signals.stop, signal.SIGHUP: signals.reload}
    before = {number: signal.signal(number, lambda *_, event=event: event.set()) for number, event in wanted.items()}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
