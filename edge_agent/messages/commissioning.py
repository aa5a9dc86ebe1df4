"""What the guided test of a room found: signed by the box, on `response/commissioning`."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from edge_agent.messages.base import BootId, Count, Id, Message, Seconds, Utc
from edge_agent.messages.envelope import TimeQuality

WHO_MAX = 60
Who = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,60}$")]
"""Who tested, as they wrote it."""
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]


class StepResult(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not_done"
    NOT_APPLICABLE = "not_applicable"
    """No bed is marked in this room."""


class StepTested(Message):
    """One step."""

    step: Literal["walk", "sit", "floor", "bed", "empty", "lights_off"]
    result: StepResult
    reason: Word | None
    """What was seen instead where it failed; a later version may know more."""
    held_s: Seconds | None
    """For how long what was asked for was seen."""
    took_s: Seconds | None


class ViewTested(Message):
    """How the camera looked, as the test knew it."""

    tilt_deg: float | None
    roll_deg: float | None
    height_m: float | None
    estimated: bool


class Signature(Message):
    """By the key of the box's certificate, over `signed_bytes`."""

    algorithm: Literal["ecdsa-sha256", "ed25519"]
    value: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/=]{1,400}$")]
    """Base64."""
    certificate: Annotated[str, StringConstraints(max_length=8000)]
    """PEM; that it is the box's, its issuer tells."""


class CommissioningMessage(Message):
    """The report of one camera's test."""

    schema_: Literal["care/commissioning/1"] = Field(alias="schema")
    facility: Id
    device: Id
    room: Id
    camera: Id
    boot_id: BootId
    tested_at: Utc
    time_quality: TimeQuality
    who: Who
    version: Annotated[str, StringConstraints(max_length=40)]
    config_generation: Count
    proposed: bool
    """Zones, masks or view were those of a proposal that is not in effect yet."""
    view: ViewTested
    steps: tuple[StepTested, ...]
    passed: bool
    """Every step that applies."""
    signature: Signature | None
    """None where the box has no certificate."""

    def signed_bytes(self) -> bytes:
        """What is signed: everything but the signature, as JSON with sorted keys and no spaces, UTF-8."""
        body = self.model_dump(mode="json", by_alias=True, exclude={"signature"})
        return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
