"""Whether the device can do its work: retained, every 30 s and on change."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from edge_agent.messages.base import BootId, Count, Id, Message, Seconds, Utc
from edge_agent.messages.envelope import TimeQuality

Part = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]
"""A thread or the child process: `pipeline`, `publisher`, `capture-<camera>`."""
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
"""A key that a reader may know words for."""
LINE_MAX = 300
"""Characters. [C]"""
Line = Annotated[str, StringConstraints(pattern=r"^[^\r\n]*$", max_length=LINE_MAX)]
"""One line for people."""


class CameraStatus(StrEnum):
    """How far a camera can be relied on."""

    OK = "ok"
    DEGRADED = "degraded"
    BLIND = "blind"
    PAUSED = "paused"
    STOPPING = "stopping"


class DeviceReason(StrEnum):
    """What is wrong with the box as a whole."""

    CLOCK_FREE = "clock_free"
    """The wall clock was never set."""
    CONFIGURATION_REFUSED = "configuration_refused"
    """The last good one goes on."""
    DISK_LOW = "disk_low"
    HOT = "hot"
    OUTBOX_DROPPING = "outbox_dropping"
    """Events were dropped by the bound in the last ten minutes."""
    STALLED = "stalled"
    """A part makes no progress; the agent ends itself if that lasts."""
    SWAP = "swap"
    """Pictures may be swapped to a disk."""
    UNDER_VOLTAGE = "under_voltage"
    """The supply is too weak: faults of any kind follow."""


class ClockJump(Message):
    """The wall clock was set, not by a trifle."""

    at: Utc
    """What it showed afterwards."""
    by_s: float
    """Forward positive."""


class CameraHealth(Message):
    """One camera."""

    camera: Id
    room: Id
    status: CameraStatus
    reasons: tuple[str, ...]
    """Why it is not `ok`: `starting`, `no_pictures`, `camera_missing`, `camera_refused`, `unreachable`, `reconnecting`,
    `camera_stalled`, `recording_ended`, `frozen`, `dark`, `over_exposed`, `covered`, `blurred`, `moved`, `hot`,
    `blanket`, `too_far`, `weak_keypoints`, `falls_off`."""
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
    paused_by: Literal["request", "file", "schedule", "button"] | None = None
    """Whose the pause is."""


class OutboxHealth(Message):
    """What waits to be acknowledged, and what was lost."""

    alarm: Count
    """Events waiting in the lane."""
    routine: Count
    bytes: Count
    dropped: Count
    """Events dropped by the bound, ever."""


class HealthMessage(Message):
    """`health`: unknown is null. What has a default came later than the first version of the schema."""

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
    reasons: tuple[Word, ...] = ()
    """What is wrong with the box as a whole, a `DeviceReason` each; a later version may know more."""
    stalled: tuple[Part, ...] = ()
    """Which parts have made no progress within their limits."""
    under_voltage: bool | None = None
    """Now."""
    slowed_to_fps: Annotated[float, Field(gt=0)] | None = None
    """Pictures analysed a second at most, because of heat; null: as many as configured."""
    clock_jump: ClockJump | None = None
    """The last since the start."""
    suspended_s: Seconds = 0.0
    """How long the machine has slept since the start. It saw nothing then, and no minute counts that time."""
    woke_at: Utc | None = None
    """When it last did."""
    configuration_refused: Line | None = None
    """Why the configuration that was to be loaded last is not in use."""
    memory_bytes: Count | None = None
    """Memory the agent occupies."""
