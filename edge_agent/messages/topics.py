"""Topics: `care/v1/<facility>/<device>/...`."""

from __future__ import annotations

import re
from dataclasses import dataclass

PREFIX = "care/v1"

AVAILABILITY = "availability"
INFO = "info"
HEALTH = "health"
STATE = "state"
OBSERVATION = "observation"
INCIDENT = "incident"
ACK = "ack"
REQUEST = "request"
RESPONSE = "response"

RETAINED = frozenset({AVAILABILITY, INFO, HEALTH, STATE})
PLAIN = frozenset({*RETAINED, OBSERVATION, INCIDENT, ACK})
NAMED = frozenset({REQUEST, RESPONSE})
"""Followed by a name: `request/rebirth`."""

_ID = re.compile(r"[a-z0-9-]{1,32}")


class TopicError(ValueError):
    """A topic or an id that is not of this protocol."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic taken apart."""

    facility: str
    device: str
    kind: str
    """One of `PLAIN` or `NAMED`."""
    name: str | None = None
    """Of a request or response."""

    def __str__(self) -> str:
        """The topic as MQTT wants it."""
        return "/".join(part for part in (PREFIX, self.facility, self.device, self.kind, self.name) if part)


def topic(facility: str, device: str, kind: str, name: str | None = None) -> str:
    """Build a topic.

    Raises:
        TopicError: an id is not `[a-z0-9-]{1,32}`, or the kind is unknown or lacks (or has) a name.

    >>> topic("villa-rosa", "room-12", "incident")
    'care/v1/villa-rosa/room-12/incident'
    """
    for part in (facility, device, *((name,) if name is not None else ())):
        if not _ID.fullmatch(part):
            raise TopicError(f"{part!r} is not an id: 1 to 32 of a-z, 0-9 and -")
    if kind not in (PLAIN if name is None else NAMED):
        raise TopicError(f"there is no topic {kind!r}" + (f" with a name ({name!r})" if name else ""))
    return str(Topic(facility, device, kind, name))


def every_request(facility: str, device: str) -> str:
    """What to subscribe to for all requests to a device."""
    return f"{topic(facility, device, REQUEST, 'x').rpartition('/')[0]}/+"


def parse(text: str) -> Topic:
    """Take a topic apart.

    Raises:
        TopicError: it is not one of ours.
    """
    parts = text.split("/")
    if parts[:2] != PREFIX.split("/") or len(parts) not in (5, 6):
        raise TopicError(f"{text!r} is not a topic of {PREFIX}")
    result = Topic(parts[2], parts[3], parts[4], parts[5] if len(parts) == 6 else None)
    topic(result.facility, result.device, result.kind, result.name)
    return result
