"""The last word on something that is over."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.types import Incident, Phase, Reason, Severity


def cleared(last: Incident, t: float, *why: Reason) -> Incident:
    """What was said last, as over now; nothing is ruled out any more."""
    return replace(last, phase=Phase.CLEARED, severity=Severity.INFO, t=t, reasons=why, rejected=())
