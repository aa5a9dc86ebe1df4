"""systemd as far as a service sees it: the notification socket, restarts, the watchdog."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class Door:
    """Hears what a service says; `address` is a path, or starts with a zero byte for an abstract socket."""

    def __init__(self, address: str) -> None:
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._listening.bind(address)
        self._listening.settimeout(0.0)

    def heard(self) -> list[str]:
        """Everything said since the last call."""
        said = []
        while True:
            try:
                said.append(self._listening.recv(4096).decode())
            except BlockingIOError:
                return said

    def close(self) -> None:
        self._listening.close()


STOP_S = 30.0
"""`TimeoutStopSec`."""


@dataclass(frozen=True, slots=True)
class Ended:
    """One run of a service."""

    at: float
    """Monotonic seconds."""
    code: int
    """Negative for a signal."""
    starved: bool
    """The watchdog killed it."""


class Service:
    """A command under `Type=notify`, `Restart=on-failure`, `RestartPreventExitStatus=78` and a watchdog."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], watchdog_s: float, start_s: float
    ) -> None:
        """Start it, and look after it in a thread until `close`.

        Args:
            command: what is run.
            folder: for its log and the notification socket.
            environment: what it gets beside ours.
            watchdog_s: `WatchdogSec`; from READY=1 on.
            start_s: `TimeoutStartSec`.
        """
        self.ended: list[Ended] = []
        self.ready: list[float] = []
        self.said: list[tuple[float, str]] = []
        self.log = folder / "service.log"
        address = str(folder / "notify")
        self._door = Door(address)
        self._command = list(command)
        ours = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": str(round(1e6 * watchdog_s)), "PYTHONFAULTHANDLER": "1"}
        self._environment = {**os.environ, **environment, **ours}
        self._watchdog_s, self._start_s = watchdog_s, start_s
        self._process: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._supervise, daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def _supervise(self) -> None:
        while not self._stop.is_set():
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log)
            starved = self._look_after(self._process)
            code = self._process.wait()
            self.said += [(time.monotonic(), last) for last in self._door.heard()]  # what it said while it ended
            self.ended.append(Ended(time.monotonic(), code, starved))
            if code in (0, 78):
                return

    def _look_after(self, process: subprocess.Popen[bytes]) -> bool:
        due = time.monotonic() + self._start_s
        while process.poll() is None:
            for said in self._door.heard():
                now = time.monotonic()
                self.said.append((now, said))
                if said.startswith("READY=1"):
                    self.ready.append(now)
                    due = now + self._watchdog_s
                elif said == "WATCHDOG=1":
                    due = now + self._watchdog_s
                elif said == "STOPPING=1":
                    due = now + STOP_S
            if self._stop.is_set():
                process.terminate()
                try:
                    process.wait(15.0)
                except subprocess.TimeoutExpired:
                    process.kill()
                return False
            if time.monotonic() > due:
                process.kill()  # systemd's own first word is SIGABRT; the end is the same
                return True
            time.sleep(0.02)
        return False

    def close(self) -> None:
        self._stop.set()
        self._thread.join(30.0)
        self._door.close()
