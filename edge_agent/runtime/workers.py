"""Threads whose death is the process's death: systemd restarts, nothing is resurrected in here."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


class Workers:
    """Starts named threads and remembers the first that failed."""

    def __init__(self) -> None:
        """No thread yet."""
        self._threads: list[threading.Thread] = []
        self.failed = threading.Event()
        self.failure: BaseException | None = None

    def start(self, name: str, body: Callable[[], None]) -> None:
        """Run `body` in a thread of its own."""
        thread = threading.Thread(target=self._guarded, args=(name, body), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _guarded(self, name: str, body: Callable[[], None]) -> None:
        try:
            body()
        except BaseException as failure:  # whatever ends a thread must end the process, or a dead camera looks alive
            if self.failure is None:
                self.failure = failure
            log.debug("the %s thread ended", name, exc_info=failure)
            self.failed.set()

    def join(self, timeout: float) -> bool:
        """Wait for all threads together at most `timeout` seconds; whether all have ended."""
        until = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)
