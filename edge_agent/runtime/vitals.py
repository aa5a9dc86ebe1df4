"""What the box knows of itself beside its cameras: heat, voltage, clocks, memory, disk; the main thread's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edge_agent.messages.envelope import TimeQuality
from edge_agent.messages.health import LINE_MAX, ClockJump, DeviceReason
from edge_agent.messages.stamp import utc_text
from edge_agent.outbox import Counts
from edge_agent.runtime.adaptation import HeatLimits, HeatState, allowed_fps, step
from edge_agent.runtime.board import Board, Readings
from edge_agent.runtime.clock import Clock
from edge_agent.runtime.memory import Kept, may_swap_to_disk, resident_bytes
from edge_agent.runtime.timekeeping import Timekeeping

READ_EVERY_S = 5.0
"""How often board and memory are read: heat moves slowly, and a firmware is not to be asked without end. [C]"""
DISK_LOW_BYTES = 256 * 1024 * 1024
"""Four times what the outbox may hold: its write-ahead log and a system's own logs need some too. [C]"""
DROPPING_S = 600.0
"""How long dropped events are spoken of. [C]"""


@dataclass(frozen=True, slots=True)
class Vital:
    """The box as `health` tells it; the fields are those of the message."""

    temperature_c: float | None = None
    throttled: bool | None = None
    under_voltage: bool | None = None
    slowed_to_fps: float | None = None
    stalled: tuple[str, ...] = ()
    clock_jump: ClockJump | None = None
    suspended_s: float = 0.0
    woke_at: str | None = None
    configuration_refused: str | None = None
    memory_bytes: int | None = None
    reasons: tuple[str, ...] = ()

    @property
    def news(self) -> tuple[object, ...]:
        """What is worth telling at once when it changes."""
        return (
            self.reasons,
            self.stalled,
            self.slowed_to_fps,
            self.clock_jump,
            self.suspended_s,
            self.configuration_refused,
        )


class Vitals:
    """Looks after the box; every call from the main thread."""

    def __init__(
        self,
        clock: Clock,
        board: Board,
        kept: Kept,
        limits: HeatLimits | None = None,
        root: Path = Path("/"),
    ) -> None:
        """Nothing is known before the first look.

        Args:
            clock: of this machine.
            board: its sensors.
            kept: what `keep_in_memory` achieved at the start.
            limits: of heat; the usual ones where None.
            root: where `proc` lies.
        """
        self._clock = clock
        self._board = board
        self._kept = kept
        self._limits = limits or HeatLimits()
        self._root = root
        self._times = Timekeeping(clock)
        self._read_at = float("-inf")
        self._readings = Readings()
        self._heat = HeatState()
        self._swaps: bool | None = None
        self._memory: int | None = None
        self._dropped: int | None = None
        self._dropped_at = float("-inf")

    def look(self, full_fps: float) -> float:
        """Look at the clocks, and every few seconds at board and memory.

        Args:
            full_fps: the configured rate, pictures a second.

        Returns:
            The rate that the box can stand now.
        """
        self._times.look()
        now = self._clock.monotonic()
        if now - self._read_at >= READ_EVERY_S:
            self._read_at = now
            self._read(now, full_fps)
        return allowed_fps(self._heat, full_fps)

    def _read(self, now: float, full_fps: float) -> None:
        self._readings = read = self._board.read()
        self._heat = step(
            self._limits, self._heat, now, full_fps, temperature_c=read.temperature_c, throttled=read.throttled
        )
        self._swaps = may_swap_to_disk(self._kept, self._root)
        self._memory = resident_bytes()

    def report(
        self,
        full_fps: float,
        counts: Counts,
        disk_free_bytes: int | None,
        clock: TimeQuality,
        *,
        stalled: tuple[str, ...] = (),
        configuration_refused: str | None = None,
    ) -> Vital:
        """The box now.

        Args:
            full_fps: the configured rate.
            counts: of the outbox.
            disk_free_bytes: where the outbox lies.
            clock: whether the wall clock is set.
            stalled: what the watchdog's last look returned.
            configuration_refused: why the configuration read last is not in use, without secrets; made one short line.
        """
        jump, naps = self._times.jump, self._times.naps
        read = self._readings
        wrong = {
            DeviceReason.CLOCK_FREE: clock is TimeQuality.FREE,
            DeviceReason.CONFIGURATION_REFUSED: configuration_refused is not None,
            DeviceReason.DISK_LOW: disk_free_bytes is not None and disk_free_bytes < DISK_LOW_BYTES,
            DeviceReason.HOT: self._heat.hot,
            DeviceReason.OUTBOX_DROPPING: self._dropping(counts.dropped),
            DeviceReason.STALLED: bool(stalled),
            DeviceReason.SWAP: self._swaps is True,
            DeviceReason.UNDER_VOLTAGE: read.under_voltage is True,
        }
        return Vital(
            temperature_c=read.temperature_c,
            throttled=read.throttled,
            under_voltage=read.under_voltage,
            slowed_to_fps=round(allowed_fps(self._heat, full_fps), 1) if self._heat.factor < 1.0 else None,
            stalled=stalled,
            clock_jump=ClockJump(at=utc_text(jump.at), by_s=round(jump.by_s, 1)) if jump else None,
            suspended_s=round(naps.total_s, 1) if naps else 0.0,
            woke_at=utc_text(naps.woke_at) if naps else None,
            configuration_refused=None if configuration_refused is None else _line(configuration_refused),
            memory_bytes=self._memory,
            reasons=tuple(sorted(reason.value for reason, is_so in wrong.items() if is_so)),
        )

    def _dropping(self, dropped: int) -> bool:
        """What an earlier run had dropped is no news."""
        now = self._clock.monotonic()
        if self._dropped is not None and dropped > self._dropped:
            self._dropped_at = now
        self._dropped = dropped
        return now - self._dropped_at < DROPPING_S


def _line(text: str) -> str:
    """All faults of a configuration may be many lines: enough of them to know where to look."""
    joined = " ".join(text.split())
    return joined if len(joined) <= LINE_MAX else joined[: LINE_MAX - 1] + "…"
