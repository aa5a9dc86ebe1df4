"""Home Assistant's device discovery, as far as we use it: one retained message says what there is to show of a device.

Its keys are Home Assistant's, not ours; a field that is not needed is left out, for an unknown one would make Home
Assistant refuse the whole.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from edge_agent.messages.base import Message

Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\r\n]{1,100}$")]
ComponentId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,64}$")]
"""No blank: Home Assistant takes ids apart at it."""
Template: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""Jinja, rendered by Home Assistant with the payload as `value_json`. `None` stands for unknown; what renders to
nothing is ignored, and the old value stays."""

_CONFIG = re.compile(r"[^+#]+/device/[a-z0-9-]+/config")


class Availability(Message):
    """A topic that says `online` or `offline`, by itself or through a template."""

    topic: str
    value_template: Template | None = None


class Entity(Message):
    """One thing to show."""

    platform: Literal["sensor", "binary_sensor"] = Field(alias="p")
    unique_id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,160}$")]
    name: Name
    state_topic: str
    value_template: Template
    device_class: str | None = None
    unit_of_measurement: str | None = None
    state_class: Literal["measurement"] | None = None
    options: tuple[str, ...] | None = None
    """Of an enumeration: every value there is."""
    entity_category: Literal["diagnostic"] | None = None
    availability: tuple[Availability, ...] | None = None
    """Instead of the device's own."""


class Removed(Message):
    """A component that is no more: the platform alone."""

    platform: Literal["sensor", "binary_sensor"] = Field(alias="p")


class DeviceDescription(Message):
    """The device's card."""

    ids: tuple[str, ...]
    name: Name
    mf: Name
    """Manufacturer."""
    mdl: Name
    """Model: our profile."""
    sw: Name
    """Version of the software."""
    sa: Name | None = None
    """Suggested area, where the device watches one room alone."""


class Origin(Message):
    """Who announces."""

    name: Name
    sw: Name


class DiscoveryMessage(Message):
    """The announcement; `availability` holds for every component that has none of its own."""

    dev: DeviceDescription
    o: Origin
    availability: tuple[Availability, ...]
    availability_mode: Literal["all"]
    qos: Literal[1]
    cmps: dict[ComponentId, Entity | Removed]


def config_topic(prefix: str, facility: str, device: str) -> str:
    """Where a device is announced.

    >>> config_topic("homeassistant", "villa-rosa", "room-12")
    'homeassistant/device/villa-rosa-room-12/config'
    """
    return f"{prefix}/device/{facility}-{device}/config"


def birth_topic(prefix: str) -> str:
    """Where Home Assistant says `online` when it has started."""
    return f"{prefix}/status"


def is_config_topic(topic: str) -> bool:
    """Whether a topic is one of announcements, and not one of ours.

    >>> is_config_topic("home/assistant/device/a-b/config"), is_config_topic("care/v1/villa-rosa/room-12/info")
    (True, False)
    """
    return _CONFIG.fullmatch(topic) is not None
