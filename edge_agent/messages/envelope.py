"""What every observation and incident carries."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from edge_agent.messages.base import BootId, Count, EventId, Id, Message, Share, Utc
from edge_agent.types import Relation, Value

MET_BASIS = "MET60+ 2024 older-adult compendium"
"""1 MET60+ = 2.7 mL/kg/min [R 2024 Older Adult Compendium]; an adult table would call the same walk lighter."""


class Lane(StrEnum):
    """A stream with its own numbering and watermark."""

    ALARM = "alarm"
    ROUTINE = "routine"


class TimeQuality(StrEnum):
    """Whether the wall clock was known to be set when `observed_at` was taken."""

    SYNCED = "synced"
    FREE = "free"


class ReasonBody(Message):
    """One measured fact behind a verdict."""

    feature: str
    value: Value
    unit: str
    relation: Relation
    limit: Value


class RejectedBody(Message):
    """A verdict that was considered and ruled out, and the fact that did so."""

    alternative: str
    because: ReasonBody


class DataQualityBody(Message):
    """How far the data behind the verdict can be trusted."""

    coverage: Share
    """Share of the time looked at in which something could be seen."""
    mean_score: Share | None
    """Mean keypoint score; null where no landmarks were seen."""
    view: Literal["frontal", "side", "oblique", "unknown"]


class Envelope(Message):
    """The fields common to observations and incidents."""

    schema_: str = Field(alias="schema")
    event_id: EventId
    boot_id: BootId
    lane: Lane
    seq: int = Field(ge=1)
    room: Id
    camera: Id
    track: Count | None
    subject: Id | None
    observed_at: Utc
    uptime_ms: Count
    time_quality: TimeQuality
    replayed: bool
    met_basis: Literal["MET60+ 2024 older-adult compendium"] | None
    reasons: tuple[ReasonBody, ...]
    rejected: tuple[RejectedBody, ...]
    text: str
    confidence: Share | None
    """Null only in an observation of nobody: there is no verdict to be sure of."""
    data_quality: DataQualityBody
