"""Whether the device can do its work: retained, every 30 s and on change."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from edge_agent.messages.base import BootId, Count, Id, Message, Utc
from edge_agent.messages.envelope import TimeQuality


class CameraStatus(StrEnum):
    """How far a camera can be relied on."""

    OK = "ok"
    DEGRADED = "degraded"
    BLIND = "blind"
    PAUSED = "paused"
    STOPPING = "stopping"


class CameraHealth(Message):
    """One camera."""

    camera: Id
    room: Id
    status: CameraStatus
    reasons: tuple[str, ...]
    """Why it is not `ok`, e.g. `dark`, `frozen`, `no_frames`."""
    until: Utc | None
    """When a pause ends."""
    seen_at: Utc | None
    """When the last usable picture was taken; null before the first."""
    fps: Annotated[float, Field(ge=0)] | None
    """Pictures analysed per second."""
    latency_ms: Annotated[float, Field(ge=0)] | None
    """From picture to verdict, median."""
    dropped: Count
    """Pictures replaced by a later one before they could be analysed, since the start."""


class OutboxHealth(Message):
    """What waits to be acknowledged, and what was lost."""

    alarm: Count
    """Events waiting in the lane."""
    routine: Count
    bytes: Count
    dropped: Count
    """Events dropped by the bound, ever."""


class HealthMessage(Message):
    """`health`: unknown is null."""

    schema_: Literal["care/health/1"] = Field(alias="schema")
    boot_id: BootId
    observed_at: Utc
    uptime_ms: Count
    cameras: tuple[CameraHealth, ...]
    temperature_c: float | None
    throttled: bool | None
    """The processor was slowed down for heat or voltage."""
    disk_free_bytes: Count | None
    outbox: OutboxHealth
    clock: TimeQuality
