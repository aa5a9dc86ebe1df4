"""A minute of one camera."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from edge_agent.messages.base import Count, Id, Message, Seconds, Share, Utc
from edge_agent.messages.envelope import DataQualityBody, Envelope, Lane, ReasonBody
from edge_agent.types import Intensity, Level, PostureKind, SeatedKind


class AngleBody(Message):
    """Median of an angle and how many seconds of valid data stand behind it."""

    median_deg: float
    valid_s: Seconds


class PostureVector(Message):
    """16 joint angles in a fixed order: a vector, or with `edges` the weights of a graph."""

    version: int = Field(ge=1)
    edges: tuple[str, ...]
    """Name of the skeleton's edge behind each entry."""
    median_deg: tuple[float | None, ...]
    spread_deg: tuple[Annotated[float, Field(ge=0)] | None, ...]
    """Interquartile range."""

    @model_validator(mode="after")
    def _same_length(self) -> PostureVector:
        if not len(self.edges) == len(self.median_deg) == len(self.spread_deg):
            raise ValueError("edges, median_deg and spread_deg differ in length")
        return self


class PersonBody(Message):
    """One person's share of the minute; the seconds are of `attributable_s` alone and may sum to less: unknown."""

    track: Count
    subject: Id | None
    attributable_s: Seconds
    intensity_s: dict[Intensity, Seconds]
    level_s: dict[Level, Seconds]
    posture_s: dict[PostureKind, Seconds]
    seated_s: dict[SeatedKind, Seconds] = Field(default_factory=dict)
    """Of the seconds of sitting: how; less where it cannot be told, and nothing from a device that does not tell it."""
    met: Annotated[float, Field(gt=0)] | None
    steps: Count
    cadence_spm: Annotated[float, Field(gt=0)] | None
    sit_to_stands: Count
    angles: dict[str, AngleBody]
    vector: PostureVector | None
    reasons: tuple[ReasonBody, ...]
    confidence: Share
    data_quality: DataQualityBody


Lost: TypeAlias = Literal[
    "starting", "no_pictures", "camera_missing", "camera_refused", "unreachable", "reconnecting", "camera_stalled",
    "paused", "recording_ended", "frozen", "dark", "over_exposed", "covered", "gap", "unusable",
]  # fmt: skip
"""Why nothing was observed; docs/mqtt.md says what each means."""


class ObservationMessage(Envelope):
    """`observation`: lane routine, QoS 1, not retained. `track` and `subject` are set when one person was seen."""

    schema_: Literal["care/observation/1"] = Field(alias="schema")
    lane: Literal[Lane.ROUTINE]
    start: Utc
    observed_s: Seconds
    occupied_s: Seconds
    lost_s: dict[Lost, Seconds]
    """Time not observed by reason; with `observed_s` it makes up the time from `start`."""
    people: Count
    persons: tuple[PersonBody, ...]
