"""The watchdog: systemd is fed only while every thread makes progress, and a lasting stall ends the process."""

from __future__ import annotations

import faulthandler
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from edge_agent.errors import Exit
from edge_agent.runtime.clock import Clock
from edge_agent.runtime.heartbeats import Heartbeats

log = logging.getLogger(__name__)

STDERR = 2
SAY_S = 1.0
"""How long a log that hangs may hold up what follows. [C]"""


@dataclass(frozen=True, slots=True)
class StallLimits:
    """How long each part may make no progress. The main thread has no limit here: systemd alone sees it hang."""

    capture_s: float = 20.0
    """A read waits 1 s and an attempt to reconnect 10 s, and each ends in a beat, pictures or not; twice that. [C]"""
    pipeline_s: float = 10.0
    """It turns each second, pictures or not; an instant takes 0.1-0.4 s, on a hot box several times that. [C]"""
    publisher_s: float = 10.0
    """It turns every 0.2 s, broker or not; a worn SD card holds one commit up for seconds. [C]"""
    network_s: float = 120.0
    """It turns twice a second while connected. That dialling takes long is no stall: a resolver without a network asks
    three servers twice for 5 s each (resolv.conf(5)), perhaps for several domains; then come 5 s for the connection,
    and 30 s of pause. [C]"""
    end_after_s: float = 20.0
    """How long a stall is said in `health` before the process ends; shorter than systemd's patience (`WatchdogSec`,
    30 s), so that the end is ours and has its own exit code. [C]"""


class Notifier:
    """systemd's notification socket (sd_notify(3), sd_watchdog_enabled(3)); outside systemd it does nothing."""

    def __init__(self, environment: Mapping[str, str], pid: int) -> None:
        """Read where and how often systemd wants to hear from process `pid`."""
        path = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + path[1:] if path.startswith("@") else path
        self.watchdog_s = _watchdog_s(environment, pid)
        """A `WATCHDOG=1` is due at least this often, seconds; None where no watchdog waits for one."""

    def ready(self, status: str) -> None:
        """Started, or done with a reload; `status` is one line for `systemctl status`."""
        self._send(f"READY=1\nSTATUS={_line(status)}")

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        self._send(f"STATUS={_line(text)}")

    def reloading(self) -> None:
        """A new configuration is being read; `ready` ends it. Type=notify-reload wants the time as well."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """On the way to a wanted end."""
        self._send("STOPPING=1")

    def alive(self) -> None:
        """Put the watchdog off once more."""
        self._send("WATCHDOG=1")

    def _send(self, text: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
                # Never wait here: if systemd does not read, that must not become a hang of ours.
                door.sendto(text.encode(), socket.MSG_DONTWAIT, self._address)
        except OSError as fault:
            log.debug("systemd cannot be told: %s", fault)


def _watchdog_s(environment: Mapping[str, str], pid: int) -> float | None:
    microseconds = environment.get("WATCHDOG_USEC", "")
    for_us = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
    return int(microseconds) / 1e6 if for_us and microseconds.isdecimal() and int(microseconds) else None


def _line(text: str) -> str:
    return " ".join(text.split())


@dataclass(slots=True)
class Watchdog:
    """Asks the heartbeats at each look of the main thread, and acts."""

    hearts: Heartbeats
    notifier: Notifier
    clock: Clock
    limits: StallLimits = field(default_factory=StallLimits)
    end: Callable[[int], NoReturn] = os._exit
    _since: dict[str, float] = field(default_factory=dict)
    """When a look first found each stalled. Counted from there and not from the last beat, so that a process that was
    stopped as a whole (a debugger, a frozen machine) and goes on again is not ended for it."""
    _fed_at: float = float("-inf")

    def look(self) -> tuple[str, ...]:
        """Feed systemd if nobody is stalled; end the process when a stall has lasted too long.

        Returns:
            Who is stalled, for `health`.
        """
        now = self.clock.monotonic()
        stalled = self.hearts.stalled()
        if new := [name for name in stalled if name not in self._since]:
            _say(
                f"no progress of {', '.join(new)}; unless that changes, the agent ends in {self.limits.end_after_s:g} s"
            )
        self._since = {name: self._since.get(name, now) for name in stalled}
        if any(now - since >= self.limits.end_after_s for since in self._since.values()):
            self._give_up(stalled)
        if not stalled:
            self._feed(now)
        return stalled

    def _feed(self, now: float) -> None:
        """Three times in each of systemd's intervals: its manual asks for two."""
        every_s = self.notifier.watchdog_s
        if every_s is not None and now - self._fed_at >= every_s / 3.0:
            self.notifier.alive()
            self._fed_at = now

    def _give_up(self, stalled: tuple[str, ...]) -> NoReturn:
        """End at once, whatever hangs: a thread inside a C call can neither be interrupted nor joined.

        Everything committed is in the outbox; what was only put is lost, as in any crash.
        """
        text = f"no progress of {', '.join(stalled)} for too long: the agent ends, to be started again"
        self.notifier.status(text)
        _say(text, stacks=True)
        self.end(Exit.STALLED)


def _say(text: str, *, stacks: bool = False) -> None:
    """Log from a thread of its own, and wait a moment for it: what hangs may hold the log's lock, or be the log."""

    def say() -> None:
        log.error(text)
        if stacks:
            faulthandler.dump_traceback(STDERR)  # functions and lines of every thread, never values

    teller = threading.Thread(target=say, name="teller", daemon=True)
    teller.start()
    teller.join(SAY_S)
