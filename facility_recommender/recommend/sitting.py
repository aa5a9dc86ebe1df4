"""Whether somebody has been sitting for long without a break. Pure.

Two witnesses: a `prolonged_sitting` incident, which the device raises from every instant it sees, and the minutes of
the day, which also tell when the device's own limit is set higher. The incident goes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from edge_agent.types import Kind
from facility_recommender.alerts import Alert
from facility_recommender.day import RoomDay, Seconds, merged
from facility_recommender.limits import Limits

SITTING_FOR = "sitting_for"
"""The reason of the incident that carries the seconds and their limit."""


class Witness(StrEnum):
    """Who saw it."""

    INCIDENT = "incident"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody who sits, as far as was seen."""

    room: str
    subject: str | None
    """Whose traits apply; None: nobody's, so nothing is known."""
    since: datetime
    sat_s: float
    """Seconds seen sitting."""
    limit_s: float
    source: str
    """Where the limit is from."""
    coverage: float
    """Share 0-1 of the time since then in which it was seen."""
    witness: Witness


def from_alert(alert: Alert) -> Sitting | None:
    """What an open `prolonged_sitting` incident tells; None if it is over, or of something else."""
    message = alert.message
    if alert.kind is not Kind.PROLONGED_SITTING or alert.cleared:
        return None
    measured = [
        reason
        for reason in message.reasons
        if reason.feature == SITTING_FOR
        and isinstance(reason.value, int | float)
        and isinstance(reason.limit, int | float)
    ]
    if not measured:
        return None
    value, limit = float(measured[0].value), float(measured[0].limit)
    return Sitting(
        message.room,
        message.subject,
        alert.since,
        value,
        limit,
        "the limit set in the device; a convention, WHO 2020 names no length",
        message.data_quality.coverage,
        Witness.INCIDENT,
    )


def from_minutes(limits: Limits, name: str, room: RoomDay, now: datetime) -> Sitting | None:
    """Walk back from the latest minute to the last break; None when it ends too soon, or too little was seen.

    Only minutes in which one person alone was seen count, and all of the same subject: another's sitting is not added.
    """
    latest = max(room.minutes, default=None)
    if latest is None or now.timestamp() - (latest + 1) * 60 > limits.unseen_s:
        return None
    seconds, first, subjects = Seconds(), latest, set[str | None]()
    minute, unseen = latest, 0.0
    while unseen < limits.unseen_s:
        seen = room.minutes.get(minute, {}).values()
        one = merged(seen)
        if one.on_feet >= limits.on_feet_s or any(part.people > 1 for part in seen):
            break
        if one.sitting > 0:
            seconds, first, unseen = seconds + one, minute, 0.0
            subjects |= {part.subject for part in seen if part.seconds.sitting > 0}
        else:
            unseen += 60.0
        minute -= 1
    span = max((latest + 1 - first) * 60.0, 1.0)
    coverage = min(1.0, seconds.attributable / span)
    if seconds.sitting < limits.sitting_s or coverage < limits.coverage or len(subjects) != 1:
        return None
    return Sitting(
        name,
        subjects.pop(),
        now - timedelta(seconds=now.timestamp() - first * 60),
        seconds.sitting,
        limits.sitting_s,
        "a convention: WHO 2020 asks for less sitting and names no length",
        coverage,
        Witness.MINUTES,
    )


def one_per_person(sittings: Iterable[Sitting]) -> tuple[Sitting, ...]:
    """The first witness for each room and subject, by room."""
    kept: dict[tuple[str, str], Sitting] = {}
    for sitting in sittings:
        kept.setdefault((sitting.room, sitting.subject or ""), sitting)
    return tuple(kept[who] for who in sorted(kept))
