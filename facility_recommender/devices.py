"""The last that is known of a device, and when it can no longer be counted on. Pure.

All that is shown as an age is measured on our clock: an instant of the device's counts as so long before the arrival of
the `health` that names it as it lies before that message's own time. A device's clock may be free, or wrong by hours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from edge_agent.messages.availability import Availability
from edge_agent.messages.commissioning import CommissioningMessage
from edge_agent.messages.envelope import TimeQuality
from edge_agent.messages.health import HealthMessage
from edge_agent.messages.info import InfoMessage
from edge_agent.messages.state import StateMessage
from facility_recommender.ingest import Present
from facility_recommender.instant import instant
from facility_recommender.limits import Limits


@dataclass(frozen=True, slots=True)
class Device:
    """The last that is known of a device."""

    id: str
    availability: Availability | None = None
    """None: not known since we were last connected; a will may have been missed."""
    info: InfoMessage | None = None
    health: HealthMessage | None = None
    health_heard_at: datetime | None = None
    """When that was heard; None where the broker had retained it, for nobody knows how long."""
    state: StateMessage | None = None
    tested: CommissioningMessage | None = None
    """The report of the last test of its room."""
    heard_at: datetime | None = None
    """When it last said something itself; what the broker had retained is not a sign of life."""


def present(device: Device | None, news: Present, received_at: datetime, *, retained: bool) -> Device:
    """Take in what a device says of itself; `retained`: the broker had kept it, for nobody knows how long."""
    known = device or Device(news.device)
    of_agent = not isinstance(news.message, CommissioningMessage)  # a report comes while the agent is stopped
    if not retained and of_agent and news.message is not Availability.OFFLINE:
        known = replace(known, heard_at=received_at)
    match news.message:
        case Availability():
            return replace(known, availability=news.message)
        case InfoMessage():
            return replace(known, info=news.message)
        case HealthMessage():
            return _with_health(known, news.message, None if retained else received_at)
        case StateMessage():
            return replace(known, state=news.message)
        case CommissioningMessage():
            return replace(known, tested=news.message)


def _with_health(known: Device, health: HealthMessage, heard_at: datetime | None) -> Device:
    """The same report again, as after each connection, is as old as it was when it came first."""
    if known.health_heard_at is not None and known.health == health:
        return known
    return replace(known, health=health, health_heard_at=heard_at)


def spoke(device: Device | None, id_: str, received_at: datetime) -> Device:
    """An event arrived that was not replayed: the device is alive."""
    return replace(device or Device(id_), heard_at=received_at)


def cut_off(device: Device) -> Device:
    """We lost the broker, and with it any will: the device must show itself again."""
    return replace(device, availability=None)


def lost(limits: Limits, device: Device, now: datetime) -> tuple[str, datetime | None] | None:
    """Why the device cannot be counted on at `now`, and when it was last heard; None when it can."""
    if device.availability is not Availability.ONLINE:
        return "offline", _last_sign(device, now)
    if not within(limits.silent_s, device.heard_at, now):
        return "silent", _last_sign(device, now)
    return None


def _last_sign(device: Device, now: datetime) -> datetime | None:
    """For display alone: heard by us, or told by a retained `health` whose clock was set and not ahead of ours."""
    told = device.health and device.health.clock is TimeQuality.SYNCED and instant(device.health.observed_at)
    return max((moment for moment in (device.heard_at, told) if moment and moment <= now), default=None)


def reported(limits: Limits, device: Device, now: datetime) -> bool:
    """Whether its last `health` was heard, and lately: events alone do not tell that a camera sees."""
    return within(limits.silent_s, device.health_heard_at, now)


def clock_fault(limits: Limits, device: Device) -> str | None:
    """Why the device's clock is not to be believed: `clock_free`, `clock_wrong`; None when it is."""
    if device.health is None or device.health.clock is TimeQuality.FREE:
        return "clock_free"
    if device.health_heard_at is None or within(
        limits.clock_s, instant(device.health.observed_at), device.health_heard_at
    ):
        return None
    return "clock_wrong"


def on_our_clock(device: Device, moment: str | None, now: datetime) -> datetime | None:
    """An instant that the device's `health` names; None where it cannot be told.

    Of a report that nobody heard come, a clock that was set is believed for what is past, so that the page can say when
    something was last seen; nothing counts as watched by it.
    """
    if device.health is None or moment is None:
        return None
    if device.health_heard_at is not None:
        return device.health_heard_at - (instant(device.health.observed_at) - instant(moment))
    believed = device.health.clock is TimeQuality.SYNCED and instant(moment) <= now
    return instant(moment) if believed else None


def within(limit_s: float, moment: datetime | None, now: datetime) -> bool:
    """Whether `moment` is known and less than the limit from `now`; later than now: our own clock was set back."""
    return moment is not None and abs(now - moment) <= timedelta(seconds=limit_s)


def open_now(limits: Limits, device: Device, now: datetime) -> frozenset[tuple[str, str, str]]:
    """(boot, camera, incident id) of what the device itself says is open at this moment; nothing once it is lost."""
    if device.state is None or lost(limits, device, now):
        return frozenset()
    boot = device.state.boot_id
    return frozenset(
        (boot, camera.camera, incident.incident_id)
        for camera in device.state.cameras
        for incident in camera.open_incidents
    )
