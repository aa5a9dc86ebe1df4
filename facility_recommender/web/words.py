"""The page's words and numbers: from keys, instants and seconds to what is read."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from markupsafe import Markup

from edge_agent.messages.envelope import ReasonBody
from edge_agent.types import Kind
from facility_recommender.alerts import Standing
from facility_recommender.rooms import Status

KINDS = {
    Kind.FALL: "Suspected fall",
    Kind.SLUMP: "Slumped in the chair",
    Kind.LATERAL_LEAN: "Leaning to one side",
    Kind.FORWARD_HEAD: "Head held forward",
    Kind.PROLONGED_SITTING: "Long sitting",
    Kind.IMMOBILITY: "Hardly any movement",
    Kind.BED_EXIT: "Out of bed",
    Kind.CHAIR_EXIT: "Up from the chair",
    Kind.ABSENCE: "Out of the room",
    Kind.WANDERING: "Walking to and fro",
    Kind.UNUSUAL_INACTIVITY: "Less active than usual",
    Kind.CAMERA_BLIND: "Camera cannot see",
}

STANDINGS = {
    Standing.ALARM: "Go now",
    Standing.SUSPECTED: "Not certain yet",
    Standing.ANSWERED: "Somebody is on the way",
    Standing.ARRIVING: "Arriving late",
    Standing.CHECK: "Look in, then close",
    Standing.WORK: "To do",
    Standing.REPORT: "For the report",
    Standing.OVER: "Over",
}

STATUSES = {
    Status.ALARM: "Alarm",
    Status.ATTENTION: "Needs attention",
    Status.UNREACHED: "Not known",
    Status.OFFLINE: "Offline",
    Status.BLIND: "Blind",
    Status.PAUSED: "Paused",
    Status.CLOCK_UNSURE: "Clock unsure",
    Status.DEGRADED: "Sees poorly",
    Status.NOTHING_DETECTED: "Nothing detected",
}

POSTURES = {
    "lying": "Lying",
    "sitting": "Sitting",
    "standing": "Standing",
    "walking": "Walking",
    "other": "In view, posture unclear",
    "unknown": "In view, posture not known",
}

NOTES = {
    "offline": "The device is offline: it cannot say whether this is over.",
    "silent": "The device has gone silent: it cannot say whether this is over.",
    "restarted": "The device has restarted since: it cannot say whether this is over.",
    "clock_unsure": "The device's clock was not set: the times may be wrong.",
    "another_person": "Another person is beside them.",
}

UNITS = {"deg": "°", "1": "", "": "", "torso": " torso lengths", "torso/s": " torso lengths/s", "spm": " steps/min"}


def name(id_: str) -> str:
    """An id as a name.

    >>> name("room-12")
    'Room 12'
    """
    return id_.replace("-", " ").capitalize()


def words(key: str) -> str:
    """A key nobody wrote words for.

    >>> words("trunk_inclination")
    'trunk inclination'
    """
    return key.replace("_", " ")


def short(text: str) -> str:
    """The first two sentences of a message's text: what is read while running; the rest is under "Why".

    >>> short("Suspected fall: has not got up. Down for 1.5 min. Seen: upper body 87° from upright.")
    'Suspected fall: has not got up. Down for 1.5 min.'
    """
    return " ".join(re.split(r"(?<=[.!?])\s+", text.strip(), maxsplit=2)[:2])


def duration(seconds: float) -> str:
    """Hours and minutes.

    >>> duration(3725), duration(59), duration(7200)
    ('1 h 2 min', '0 min', '2 h')
    """
    hours, minutes = divmod(int(seconds) // 60, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def percent(share: float) -> str:
    """A share in whole percent, never rounded up over a limit.

    >>> percent(0.5999)
    '59 %'
    """
    return f"{int(share * 100 + 1e-9)} %"


def clock(moment: datetime, zone: tzinfo) -> str:
    """The time of day where the facility is, to the minute."""
    return f"{moment.astimezone(zone):%H:%M}"


def ago(moment: datetime, zone: tzinfo) -> Markup:
    """An instant that the browser turns into "12 s ago" and keeps true; the time of day without scripts."""
    return _time(moment, zone, "ago", "at ")


def until(moment: datetime, zone: tzinfo) -> Markup:
    """An instant that the browser counts down to: "in 8 min"."""
    return _time(moment, zone, "until", "at ")


def _time(moment: datetime, zone: tzinfo, way: str, before: str) -> Markup:
    there = moment.astimezone(zone)
    return Markup('<time datetime="{}" data-{}="" title="{}">{}{}</time>').format(
        moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        Markup(way),  # noqa: S704 - one of our two words
        f"{there:%d %b %H:%M:%S}",
        before,
        f"{there:%H:%M}",
    )


def reason(body: ReasonBody) -> str:
    """A measured fact in words: `trunk inclination 82° (limit > 60°)`."""
    value, limit = _value(body.value, body.unit), _value(body.limit, body.unit)
    return f"{words(body.feature)} {value} (limit {body.relation.value} {limit})"


def _value(value: float | str | bool, unit: str) -> str:  # noqa: FBT001 - a measured value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return words(value)
    if unit == "s" and value >= 120:
        return duration(value)
    number = f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    return number + UNITS.get(unit, f" {unit}")
