"""Configurations pushed over the network: signed by the facility, tried, and kept or given up (docs/adr/0016)."""

from __future__ import annotations

from edge_agent.pushes.pushes import BROKER, Pushes
from edge_agent.pushes.trial import TrialLimits

__all__ = ["BROKER", "Pushes", "TrialLimits"]
