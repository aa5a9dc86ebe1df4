"""What a device can be asked over `request/<name>`, and its answer on `response/<name>`."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from edge_agent.messages.base import BootId, IncidentId, Message, Transaction


class Rebirth(Message):
    """`request/rebirth`: send availability, info, health and state again."""

    schema_: Literal["care/request/1"] = Field(alias="schema")
    transaction: Transaction


class Acknowledge(Message):
    """`request/acknowledge`: somebody has seen to an incident. Who it was stays at the recommender."""

    schema_: Literal["care/request/1"] = Field(alias="schema")
    transaction: Transaction
    incident_id: IncidentId


class Result(StrEnum):
    """How a request ended."""

    DONE = "done"
    UNSUPPORTED = "unsupported"
    """This version does not know the request."""
    INVALID = "invalid"
    """The payload does not fit the request's schema."""
    NOT_FOUND = "not_found"
    """There is no such open incident."""


class Response(Message):
    """`response/<name>`: QoS 1, not retained, one for each request."""

    schema_: Literal["care/response/1"] = Field(alias="schema")
    boot_id: BootId
    transaction: Transaction | None
    """Null when the request's could not be read."""
    request: str
    """The name in the topic."""
    result: Result
    text: str
