"""What a device can be asked over `request/<name>`, and its answer on `response/<name>`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from edge_agent.messages.base import BootId, Id, IncidentId, Message, Transaction, Utc

MANIFEST_MOST = 16 * 1024
CONFIGURATION_MOST = 256 * 1024
CERTIFICATE_MOST = 16 * 1024
"""Characters."""


class Rebirth(Message):
    """`request/rebirth`: send availability, info, health and state again."""

    schema_: Literal["care/request/1"] = Field(alias="schema")
    transaction: Transaction


class Acknowledge(Message):
    """`request/acknowledge`: somebody has seen to an incident. Who it was stays at the recommender."""

    schema_: Literal["care/request/1"] = Field(alias="schema")
    transaction: Transaction
    incident_id: IncidentId


class Pause(Message):
    """`request/pause`: stop watching for a while, cameras switched off. It always ends (docs/adr/0005)."""

    schema_: Literal["care/request/1"] = Field(alias="schema")
    transaction: Transaction
    cameras: Annotated[tuple[Id, ...], Field(min_length=1)] | None
    """Null for all of the device."""
    for_s: Annotated[float, Field(gt=0)]
    """Made shorter where it is longer than the configuration allows."""
    sent_at: Utc | None = None
    """With it, a request that was held up on its way is refused instead of surprising somebody later."""


class Resume(Message):
    """`request/resume`: watch again, whatever paused, also a window of the schedule."""

    schema_: Literal["care/request/1"] = Field(alias="schema")
    transaction: Transaction
    cameras: Annotated[tuple[Id, ...], Field(min_length=1)] | None
    """Null for all of the device."""
    sent_at: Utc | None = None
    """As for a pause."""


class SelfTest(Message):
    """`request/self-test`: say in words whether the device can do its work."""

    schema_: Literal["care/request/1"] = Field(alias="schema")
    transaction: Transaction


class Config(Message):
    """`request/config`: use another configuration, signed by the facility (docs/bundles.md). It holds no secret.

    Answered twice where it is taken: at once that it is tried, and within two minutes how that ended.
    """

    schema_: Literal["care/request/1"] = Field(alias="schema")
    transaction: Transaction
    manifest: Annotated[str, Field(max_length=MANIFEST_MOST)]
    """The text that was signed, byte for byte."""
    signature: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]
    """Ed25519, hexadecimal."""
    configuration: Annotated[str, Field(max_length=CONFIGURATION_MOST)]
    """The YAML text."""
    certificate: Annotated[str, Field(max_length=CERTIFICATE_MOST)] | None = None
    """The device's own, renewed for the key that it has (PEM)."""


class Result(StrEnum):
    """How a request ended."""

    DONE = "done"
    UNSUPPORTED = "unsupported"
    """This version does not know the request."""
    INVALID = "invalid"
    """The payload does not fit the request's schema."""
    NOT_FOUND = "not_found"
    """There is no such open incident, or no such camera."""
    REFUSED = "refused"
    """It was understood and there is a reason not to do it; nothing has changed."""
    ACCEPTED = "accepted"
    """A configuration is being tried; another answer says how that ended."""
    ROLLED_BACK = "rolled_back"
    """It was tried, the box was not well with it, and what was before is in use again."""


class Response(Message):
    """`response/<name>`: QoS 1, not retained, one for each request; the same again where a transaction comes again.

    For a configuration that is tried there are two.
    """

    schema_: Literal["care/response/1"] = Field(alias="schema")
    boot_id: BootId
    transaction: Transaction | None
    """Null when the request's could not be read."""
    request: str
    """The name in the topic."""
    result: Result
    text: str
    until: Utc | None
    """When the first of the paused cameras watches again; null for every other answer."""
