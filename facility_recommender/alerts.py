"""From the phases of incidents to what a caregiver should do about them. Pure.

The phases of one incident may arrive twice, late and out of order: an alert follows the highest number heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from edge_agent.messages.envelope import TimeQuality
from edge_agent.messages.incident import IncidentMessage
from edge_agent.types import Kind, Phase
from facility_recommender.instant import instant
from facility_recommender.limits import Limits

REPORTED = frozenset({Kind.FORWARD_HEAD, Kind.PROLONGED_SITTING})
"""Goes to the day's reports, asks nobody to run (Rules, 10)."""


class Action(StrEnum):
    """What a caregiver does about an alert."""

    ACKNOWLEDGE = "acknowledge"
    """Somebody is on the way."""
    CLOSE = "close"
    """Somebody has looked."""


class Standing(StrEnum):
    """What an alert asks for, most urgent first."""

    ALARM = "alarm"
    SUSPECTED = "suspected"
    """Not confirmed yet: it may still turn out to be nothing."""
    ANSWERED = "answered"
    """Acknowledged a moment ago; rings again when it lasts."""
    ARRIVING = "arriving"
    """Late; whether it is over is about to be heard."""
    CHECK = "check"
    """Over: a human has to look and close it."""
    WORK = "work"
    REPORT = "report"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Alert:
    """One incident as heard so far, and what was done about it."""

    key: str
    device: str
    message: IncidentMessage
    """The latest phase: the one with the highest number."""
    since: datetime
    received_at: datetime
    """When that phase arrived."""
    confirmed: bool = False
    """It was confirmed or escalated at some time."""
    live: bool = False
    """Some phase arrived when it was news."""
    acknowledged_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def kind(self) -> Kind:
        """What it is about."""
        return self.message.kind

    @property
    def cleared(self) -> bool:
        """Whether the device says that it is over."""
        return self.message.phase is Phase.CLEARED


Alerts: TypeAlias = Mapping[str, Alert]
"""By key."""


def key(device: str, message: IncidentMessage) -> str:
    """What is the same for all phases of an incident, and for no other: ids repeat between cameras and boots."""
    return f"{device}/{message.boot_id}/{message.camera}/{message.incident_id}"


def heard(limits: Limits, alerts: Alerts, device: str, message: IncidentMessage, received_at: datetime) -> Alerts:
    """Take in one phase of an incident."""
    name = key(device, message)
    known = alerts.get(name)
    live = not _late(limits, message, received_at)
    confirmed = message.phase in {Phase.CONFIRMED, Phase.ESCALATED}
    since = instant(message.since)
    if known is None:
        alert = Alert(name, device, message, since, received_at, confirmed, live)
    else:
        alert = replace(
            known,
            since=min(known.since, since),
            confirmed=known.confirmed or confirmed,
            live=known.live or live,
        )
        if message.seq > known.message.seq:
            alert = replace(alert, message=message, received_at=received_at)
    return {**alerts, name: alert}


def _late(limits: Limits, message: IncidentMessage, received_at: datetime) -> bool:
    """Whether a phase is old news. Without a set clock its age is unknown, and only `replayed` tells."""
    if message.time_quality is TimeQuality.FREE:
        return message.replayed
    return received_at - instant(message.observed_at) > timedelta(seconds=limits.late_after_s)


def acted(alerts: Alerts, name: str, action: Action, at: datetime) -> Alerts:
    """Take in what a caregiver did; an alert that is not known changes nothing."""
    alert = alerts.get(name)
    if alert is None:
        return alerts
    match action:
        case Action.ACKNOWLEDGE:
            return {**alerts, name: replace(alert, acknowledged_at=at)}
        case Action.CLOSE:
            return {**alerts, name: replace(alert, acknowledged_at=at, closed_at=at)}


def pages(alert: Alert, bed_exit_rooms: frozenset[str]) -> bool:
    """Whether it may call somebody: falls, and bed exits in the rooms that opted in (Rules, 10)."""
    return alert.kind is Kind.FALL or (alert.kind is Kind.BED_EXIT and alert.message.room in bed_exit_rooms)


def standing(
    limits: Limits, alert: Alert, now: datetime, *, still_open: bool, bed_exit_rooms: frozenset[str] = frozenset()
) -> Standing:
    """What the alert asks for at `now`; `still_open`: the device itself says so at this moment."""
    if _closed(limits, alert, now, still_open=still_open):
        return Standing.OVER
    if alert.kind in REPORTED:
        return Standing.REPORT
    if not pages(alert, bed_exit_rooms):
        return Standing.OVER if alert.cleared and not alert.message.check_required else Standing.WORK
    return _paging(limits, alert, now, still_open=still_open)


def _closed(limits: Limits, alert: Alert, now: datetime, *, still_open: bool) -> bool:
    """Closing holds, unless the person is still down minutes later (Rules, 5)."""
    if alert.closed_at is None:
        return False
    if alert.cleared:
        return True
    patience = alert.closed_at + timedelta(seconds=limits.quiet_s)
    return alert.received_at < patience and not (still_open and now >= patience)


def _paging(limits: Limits, alert: Alert, now: datetime, *, still_open: bool) -> Standing:
    if alert.cleared:
        nothing_was_wrong = alert.live and not alert.confirmed and not alert.message.check_required
        return Standing.OVER if nothing_was_wrong else Standing.CHECK
    if alert.acknowledged_at and now - alert.acknowledged_at < timedelta(seconds=limits.quiet_s):
        return Standing.ANSWERED
    settled = now - alert.received_at >= timedelta(seconds=limits.settle_s)
    if not (alert.live or still_open or settled):
        return Standing.ARRIVING
    return Standing.ALARM if alert.confirmed else Standing.SUSPECTED


def forgotten(limits: Limits, alert: Alert, stands: Standing, now: datetime) -> bool:
    """Whether nobody will need it any more: long over, or a report of the day before."""
    last = max(alert.received_at, alert.closed_at or alert.received_at)
    return stands in {Standing.OVER, Standing.REPORT} and now - last > timedelta(seconds=limits.keep_over_s)
