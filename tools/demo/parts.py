"""One part of the demonstration: a process with a log, a `.pid` file and a restart when it dies."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP_GRACE_S = 15.0
MOST_RESTARTS = 20
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Part:
    """A child process; what systemd does on a box, the demonstration does for it here."""

    name: str
    command: Sequence[str]
    data: Path
    restarts: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it, its output going to `logs/NAME.log`."""
        logs = self.data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        with (logs / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  no threads here
            )
        self._pid_file.write_text(f"{self.process.pid}\n", encoding="ascii")

    def ended(self) -> int | None:
        """The exit code once it has ended, negative for a signal; None while it runs."""
        return None if self.process is None else self.process.poll()

    def restart(self) -> bool:
        """Start it again after it died; False when it has died too often."""
        self.restarts += 1
        if self.restarts > MOST_RESTARTS:
            return False
        self.start()
        return True

    def stop(self) -> None:
        """Ask it to end, insist after a grace, and take its pid file away."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_GRACE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._pid_file.unlink(missing_ok=True)

    def last_words(self) -> str:
        """The last line of its log."""
        log = self.data / "logs" / f"{self.name}.log"
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
        return lines[-1] if lines else "no output"

    def still_running(self) -> int | None:
        """The pid of one left over from an earlier run with the same data folder."""
        try:
            pid = int(self._pid_file.read_text(encoding="ascii"))
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        program = Path(self.command[0]).name
        return pid if program in {Path(os.fsdecode(word)).name for word in command[:2]} else None

    @property
    def _pid_file(self) -> Path:
        return self.data / f"{self.name}.pid"


def _end_with_parent() -> None:
    """In the child: end when the demonstration is killed, or its ports would stay taken."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def wait_until(ready: Callable[[], bool], timeout_s: float, step_s: float = 0.1) -> bool:
    """Ask `ready()` until it says yes or the time is over."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        if ready():
            return True
        time.sleep(step_s)
    return False
