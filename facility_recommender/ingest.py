"""From what the broker hands over to a typed arrival or a typed refusal. Pure.

What cannot be read is kept whole in quarantine and counted, never dropped. When its topic, boot, lane and number can
still be read, that number counts as stored: the bytes are safe, and one event that this version does not understand
must not hold back the watermark, and with it the device's outbox, for ever. The page says so loudly, because a fall may
be among them. When not even the number can be read, nothing is acknowledged: the device sends it again until its
outbox's bound turns it into a gap. A gap that cannot be read covers nothing: it could skip events never sent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from edge_agent.messages import topics
from edge_agent.messages.availability import Availability
from edge_agent.messages.commissioning import CommissioningMessage
from edge_agent.messages.decode import MAX_BYTES, MessageError, decode
from edge_agent.messages.envelope import Lane
from edge_agent.messages.gap import GapMessage
from edge_agent.messages.health import HealthMessage
from edge_agent.messages.incident import IncidentMessage
from edge_agent.messages.info import InfoMessage
from edge_agent.messages.observation import ObservationMessage
from edge_agent.messages.state import StateMessage
from edge_agent.messages.topics import Topic, TopicError
from facility_recommender.watermark import LaneKey

MAX_SEQ = 2**53
"""The largest number that JSON carries everywhere unharmed; a device counts that far in a million years."""

LANE_OF = {topics.INCIDENT: Lane.ALARM, topics.OBSERVATION: Lane.ROUTINE}

COMMISSIONING = "commissioning"
"""Name of the response that reports a room's test; the last of a device is kept."""

PresentMessage: TypeAlias = Availability | InfoMessage | HealthMessage | StateMessage | CommissioningMessage


@dataclass(frozen=True, slots=True)
class Event:
    """An observation or incident."""

    lane: LaneKey
    message: IncidentMessage | ObservationMessage


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that the device says it dropped."""

    lane: LaneKey
    message: GapMessage


@dataclass(frozen=True, slots=True)
class Present:
    """How things are with a device now: what it retains, and how its room's test ended."""

    device: str
    message: PresentMessage

    @property
    def kind(self) -> str:
        """The topic it is retained under."""
        return kind_of(self.message)


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be read, and why, in one line without its content."""

    topic: str
    payload: bytes
    reason: str
    device: str | None = None
    lane: LaneKey | None = None
    seq: int | None = None
    """With `lane`: the number it would have had."""


@dataclass(frozen=True, slots=True)
class Unread:
    """How much was refused of one device (None: of none that could be told)."""

    device: str | None
    alarm: bool
    """A fall may be among it."""
    messages: int
    last_at: datetime
    reason: str
    """Of one of them."""


Arrival: TypeAlias = Event | Gap | Present | Refused


def ingest(facility: str, topic: str, payload: bytes) -> Arrival:
    """Read one MQTT message that was published for `facility`."""
    try:
        where = topics.parse(topic)
    except TopicError:
        return Refused(topic, payload, "not a topic of ours")
    if where.facility != facility:
        return Refused(topic, payload, f"not of facility {facility}")
    try:
        return _availability(where, payload) if where.kind == topics.AVAILABILITY else _message(where, payload)
    except MessageError as error:
        lane, seq = _position(where, payload)
        return Refused(topic, payload, str(error), where.device, lane, seq)


def _availability(where: Topic, payload: bytes) -> Present:
    try:
        return Present(where.device, Availability(payload.decode()))
    except ValueError:
        raise MessageError("neither online nor offline") from None


def _message(where: Topic, payload: bytes) -> Arrival:
    message = decode(payload)
    match message:
        case IncidentMessage() | ObservationMessage():
            lane = LaneKey(where.device, message.boot_id, message.lane)
            _check(message.lane is LANE_OF.get(where.kind), "came on another lane's topic")
            _check(message.seq <= MAX_SEQ, "seq: too large")
            _check(message.event_id == _event_id(lane, message.seq), "event_id: not device-boot-lane-seq")
            return Event(lane, message)
        case GapMessage():
            _check(message.lane is LANE_OF.get(where.kind), "came on another lane's topic")
            _check(message.to <= MAX_SEQ, "to: too large")
            return Gap(LaneKey(where.device, message.boot_id, message.lane), message)
        case InfoMessage() | HealthMessage() | StateMessage():
            _check(kind_of(message) == where.kind, f"a message of another kind than {where.kind}")
            return Present(where.device, message)
        case CommissioningMessage():
            _check((where.kind, where.name) == (topics.RESPONSE, COMMISSIONING), "a report on another topic")
            named = (message.facility, message.device)
            _check(named == (where.facility, where.device), "a report of another device")
            return Present(where.device, message)
        case _:
            raise MessageError("not for the recommender")


def kind_of(message: PresentMessage) -> str:
    """The topic that such a message is retained under; of a report, its name."""
    match message:
        case Availability():
            return topics.AVAILABILITY
        case InfoMessage():
            return topics.INFO
        case HealthMessage():
            return topics.HEALTH
        case StateMessage():
            return topics.STATE
        case CommissioningMessage():
            return COMMISSIONING


def _check(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - it reads as the sentence it is
    if not holds:
        raise MessageError(otherwise)


def _event_id(lane: LaneKey, seq: int) -> str:
    return f"{lane.device}-{lane.boot_id}-{lane.lane}-{seq}"


def _position(where: Topic, payload: bytes) -> tuple[LaneKey | None, int | None]:
    """The number an unreadable event would have had; its id must agree, so that no other number is taken for it."""
    lane = LANE_OF.get(where.kind)
    if lane is None or len(payload) > MAX_BYTES:
        return None, None
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(body, dict) or body.get("lane") != lane:
        return None, None
    boot_id, seq = body.get("boot_id"), body.get("seq")
    if not isinstance(boot_id, str) or type(seq) is not int or not 1 <= seq <= MAX_SEQ:
        return None, None
    key = LaneKey(where.device, boot_id, lane)
    return (key, seq) if body.get("event_id") == _event_id(key, seq) else (None, None)
