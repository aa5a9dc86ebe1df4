"""What an event says to a caregiver, in the facility's language."""

from __future__ import annotations

from edge_agent.messages.texts.incident import incident_text
from edge_agent.messages.texts.minute import minute_text
from edge_agent.messages.texts.words import Language

__all__ = ["Language", "incident_text", "minute_text"]
