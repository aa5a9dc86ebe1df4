"""The wall clock: whether something keeps it right, and whether what it says can be."""

from __future__ import annotations

from datetime import UTC, datetime

from edge_agent.doctor.finding import Finding, fail, ok, warn
from edge_agent.doctor.situation import Situation

EARLIEST, LATEST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)
"""This program did not exist before; nor will this version run for twenty years. [C]"""
SET = "let it reach a time server (UDP port 123): sudo timedatectl set-ntp true; timedatectl shows whether it did"


def synchronised(situation: Situation) -> Finding:
    """Whether it is known to be right."""
    if situation.world.clock.synchronised():
        return ok("kept right by a time server")
    return warn("not synchronised: events carry a time that may be wrong, and say so", SET)


def plausible(situation: Situation) -> Finding:
    """Whether the year can be."""
    now = situation.world.clock.utc()
    said = f"it says {now:%Y-%m-%d %H:%M} UTC"
    if EARLIEST <= now < LATEST:
        return ok(said)
    return fail(f"{said}: that cannot be, and certificates are refused with it", SET)
