"""The rules that every message keeps, and the small types they share."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
"""Facility, device, room, camera, consumer, subject."""

BootId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,32}$")]
"""One run of the agent. No hyphen, so that an event id can be taken apart again."""

EventId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,128}$")]
"""device-boot-lane-seq; of a gap device-boot-lane-from-to."""

IncidentId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]
"""The same through all phases of an incident; unique for the device."""

Transaction: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]
"""Chosen by whoever asks, returned in the response."""

Utc: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
"""UTC, ISO 8601, milliseconds."""

Seconds: TypeAlias = Annotated[float, Field(ge=0)]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
"""0-1."""


class Message(BaseModel):
    """A closed, frozen value: what is not named in the model is refused, and so are NaN and infinity."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, populate_by_name=True, use_enum_values=False
    )

    def to_json(self) -> str:
        """The message as it is sent: compact JSON, fields in the order of the model."""
        return self.model_dump_json(by_alias=True)
