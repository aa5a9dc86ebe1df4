"""What the device is: retained, no secret in it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from edge_agent.messages.base import BootId, Count, Id, Message, Utc

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256, hexadecimal."""


class RoomInfo(Message):
    """A room and the cameras in it."""

    room: Id
    cameras: tuple[Id, ...]


class InfoMessage(Message):
    """`info`: sent at each connection and on `request/rebirth`."""

    schema_: Literal["care/info/1"] = Field(alias="schema")
    facility: Id
    device: Id
    boot_id: BootId
    started_at: Utc
    versions: dict[str, str]
    """Of the agent and what it stands on: `carepose`, `python`, `numpy`, ..."""
    models: dict[str, Digest]
    """Digest of each model file in use by its name."""
    profile: str
    config_generation: Count
    language: Literal["en", "it"]
    rooms: tuple[RoomInfo, ...]
    schemas: tuple[str, ...]
    """The message schemas this device speaks, e.g. `care/incident/1`."""
    consumer: Id | None
    """Whose `ack` makes the outbox forget; null: the broker's."""
