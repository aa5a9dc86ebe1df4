"""What pauses are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

from edge_agent.pause.rules import PauseLimits
from edge_agent.pause.windows import Window


@dataclass(frozen=True, slots=True)
class PauseSettings:
    """Which sources there are beside requests and a button, and what bounds them all."""

    limits: PauseLimits = field(default_factory=PauseLimits)
    file: Path | None = None
    """All cameras are paused from when it appears, at most until it is removed; its text may say for how many
    seconds."""
    schedule: tuple[Window, ...] = ()
    zone: tzinfo = UTC
    """Of the schedule: an IANA time zone (`zoneinfo.ZoneInfo`)."""
