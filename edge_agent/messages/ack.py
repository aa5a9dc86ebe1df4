"""The consumer's word that it has stored events."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from edge_agent.messages.base import BootId, Count, Id, Message
from edge_agent.messages.envelope import Lane


class Ack(Message):
    """Published by the consumer to `ack`, QoS 1, not retained."""

    schema_: Literal["care/ack/1"] = Field(default="care/ack/1", alias="schema")
    consumer: Id
    """Must be the one named in the device's configuration."""
    boot_id: BootId
    lane: Lane
    upto: Count
    """Contiguous watermark: every number from 1 to here is stored, or was covered by a gap."""
