"""The fail-safe: a confirmed fall that nobody's system acknowledges is called out on the spot (docs/adr/0006)."""

from __future__ import annotations

from edge_agent.fail_safe.contact import Contact
from edge_agent.fail_safe.fail_safe import FailSafe, try_out
from edge_agent.fail_safe.rules import FailSafeLimits, UnheardFall
from edge_agent.fail_safe.tone import Tone, ToneSettings

__all__ = ["Contact", "FailSafe", "FailSafeLimits", "Tone", "ToneSettings", "UnheardFall", "try_out"]
