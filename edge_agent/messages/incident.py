"""One phase of something a person should know of."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from edge_agent.messages.base import IncidentId, Share, Utc
from edge_agent.messages.envelope import Envelope, Lane
from edge_agent.types import Kind, Phase, Severity


class IncidentMessage(Envelope):
    """`incident`: lane alarm, QoS 1, not retained."""

    schema_: Literal["care/incident/1"] = Field(alias="schema")
    lane: Literal[Lane.ALARM]
    confidence: Share
    incident_id: IncidentId
    kind: Kind
    phase: Phase
    severity: Severity
    since: Utc
    """When it began, as far as could be seen."""
    seen_at: Utc
    """When the person was last seen; `observed_at` while in sight."""
    check_required: bool
    """A human must look and close it."""
    another_person: bool
    """Somebody came after the fall and is beside the person."""
