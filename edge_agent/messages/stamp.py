"""Instants as messages carry them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from edge_agent.messages.envelope import TimeQuality


@dataclass(frozen=True, slots=True)
class Stamp:
    """One instant of a source's clock, told in the world's."""

    observed_at: str
    """UTC, ISO 8601, milliseconds; `utc_text` makes it."""
    uptime_ms: int
    """Since the agent started."""
    time_quality: TimeQuality


def utc_text(moment: datetime) -> str:
    """Write an aware instant in the one form that messages use; below a millisecond is cut off.

    >>> utc_text(datetime(1970, 1, 1, 0, 0, 1, 500_999, tzinfo=UTC))
    '1970-01-01T00:00:01.500Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
