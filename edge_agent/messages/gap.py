"""Events that the outbox had to drop, said in their place."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from edge_agent.messages.base import BootId, EventId, Message, Utc
from edge_agent.messages.envelope import Lane


class GapReason(StrEnum):
    """Why events were dropped."""

    FULL = "full"
    """The outbox had reached its bound of rows or bytes."""
    EXPIRED = "expired"
    """They had waited longer than the outbox keeps anything."""
    SEVERAL = "several"
    """Some for the one reason, some for the other."""


class GapMessage(Message):
    """Sent on the lane's own topic. Whoever has some of `from`..`to` keeps them; the others are lost for good."""

    schema_: Literal["care/gap/1"] = Field(alias="schema")
    event_id: EventId
    boot_id: BootId
    lane: Lane
    from_: int = Field(alias="from", ge=1)
    to: int = Field(ge=1)
    """Inclusive."""
    reason: GapReason
    observed_at: Utc
    """When the last of them was dropped."""
    replayed: bool

    @model_validator(mode="after")
    def _in_order(self) -> GapMessage:
        if self.to < self.from_:
            raise ValueError("`to` comes before `from`")
        return self
