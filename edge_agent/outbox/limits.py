"""How much the outbox keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutboxLimits:
    """Beyond any of these, events are dropped and said as a gap: routine before alarm, oldest first."""

    rows: int = 50_000
    """Events; a month of one camera's minutes and more incidents than that. [C]"""
    bytes: int = 64 * 1024 * 1024
    """Of the events' JSON. [C] Leaves the rest of a small card alone and is checked at start within seconds."""
    age_s: float = 30 * 86_400.0
    """Of the agent's running time, so that a clock that is set late expires nothing. [C]"""
