"""Whether the device is there: retained, `offline` by its will."""

from __future__ import annotations

from enum import StrEnum


class Availability(StrEnum):
    """The payload of `availability`: the bare word, no JSON around it, as Home Assistant expects by default."""

    ONLINE = "online"
    OFFLINE = "offline"
