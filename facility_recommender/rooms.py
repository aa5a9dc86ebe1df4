"""How things are in a room, as far as its cameras can tell. Pure. Never "safe": silence is not safety (Rules, 8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from edge_agent.messages.availability import Availability
from edge_agent.messages.envelope import TimeQuality
from edge_agent.messages.health import CameraHealth, CameraStatus, HealthMessage
from edge_agent.messages.info import InfoMessage
from edge_agent.messages.state import PersonNow, StateMessage
from facility_recommender.ingest import Present
from facility_recommender.instant import instant
from facility_recommender.limits import Limits


class Status(StrEnum):
    """The one word for a room, most urgent first."""

    ALARM = "alarm"
    ATTENTION = "attention"
    UNREACHED = "unreached"
    """The recommender itself is cut off from the broker: nothing is known of any room."""
    OFFLINE = "offline"
    BLIND = "blind"
    PAUSED = "paused"
    CLOCK_UNSURE = "clock_unsure"
    DEGRADED = "degraded"
    NOTHING_DETECTED = "nothing_detected"


URGENCY = {status: rank for rank, status in enumerate(Status)}


@dataclass(frozen=True, slots=True)
class Device:
    """The last that is known of a device."""

    id: str
    availability: Availability | None = None
    info: InfoMessage | None = None
    health: HealthMessage | None = None
    health_heard_at: datetime | None = None
    """When that was heard; None where the broker had retained it, for nobody knows how long."""
    state: StateMessage | None = None
    heard_at: datetime | None = None
    """When it last said something itself; what the broker had retained is not a sign of life."""


@dataclass(frozen=True, slots=True)
class Room:
    """One room on the page."""

    id: str
    status: Status
    reasons: tuple[str, ...] = ()
    """Keys of why: `dark`, `silent`, `offline`, ..."""
    since: datetime | None = None
    """Of an offline device: when it was last heard."""
    until: datetime | None = None
    """Of a pause: when it ends."""
    seen_at: datetime | None = None
    """When the last usable picture was taken, of the camera that is furthest behind."""
    people: tuple[PersonNow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What one camera adds."""

    status: Status
    reasons: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    seen_at: datetime | None = None
    people: tuple[PersonNow, ...] = ()


def present(device: Device | None, news: Present, received_at: datetime, *, retained: bool) -> Device:
    """Take in what a device says of itself; `retained`: the broker had kept it, for nobody knows how long."""
    known = device or Device(news.device)
    if not retained and news.message is not Availability.OFFLINE:
        known = replace(known, heard_at=received_at)
    match news.message:
        case Availability():
            return replace(known, availability=news.message)
        case InfoMessage():
            return replace(known, info=news.message)
        case HealthMessage():
            return replace(known, health=news.message, health_heard_at=None if retained else received_at)
        case StateMessage():
            return replace(known, state=news.message)


def spoke(device: Device | None, id_: str, received_at: datetime) -> Device:
    """An event arrived that was not replayed: the device is alive."""
    return replace(device or Device(id_), heard_at=received_at)


def lost(limits: Limits, device: Device, now: datetime) -> tuple[str, datetime | None] | None:
    """Why the device cannot be counted on at `now`, and when it was last heard; None when it can."""
    last = _alive_at(device)
    if device.availability is not Availability.ONLINE:
        return "offline", last
    if last is None or now - last > timedelta(seconds=limits.silent_s):
        return "silent", last
    return None


def _alive_at(device: Device) -> datetime | None:
    """The last sign of life: heard by us, or told by a retained `health` whose clock was set."""
    told = device.health and device.health.clock is TimeQuality.SYNCED and instant(device.health.observed_at)
    return max((moment for moment in (device.heard_at, told) if moment), default=None)


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


def rooms(
    limits: Limits,
    devices: Mapping[str, Device],
    now: datetime,
    *,
    reached: bool,
    urgent: Mapping[str, Status],
    heard_of: Iterable[str] = (),
) -> tuple[Room, ...]:
    """Every room that any device speaks of, by id.

    Args:
        limits: Thresholds.
        devices: The last known of each device, by id.
        now: The present.
        reached: Whether the broker is connected.
        urgent: Rooms with an alert that asks for somebody, and how urgently: `ALARM` or `ATTENTION`.
        heard_of: Rooms known from events alone.
    """
    verdicts: dict[str, list[_Verdict]] = {room: [] for room in (*urgent, *heard_of)}
    for device in devices.values():
        for room, camera, health in _cameras(device):
            verdict = _camera(limits, device, camera, health, now)
            verdicts.setdefault(room, []).append(verdict)
    return tuple(
        _room(name, verdicts[name], urgent.get(name), reached=reached) for name in sorted(verdicts, key=natural)
    )


def natural(id_: str) -> tuple[tuple[int, str], ...]:
    """A sorting key that puts `room-3` before `room-12`."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", id_))


def _cameras(device: Device) -> list[tuple[str, str, CameraHealth | None]]:
    """(room, camera, its health) of a device: what `info` names, and what `health` speaks of."""
    health = {camera.camera: camera for camera in (device.health.cameras if device.health else ())}
    named = {camera: room.room for room in (device.info.rooms if device.info else ()) for camera in room.cameras}
    return [
        (named[camera] if camera in named else health[camera].room, camera, health.get(camera))
        for camera in sorted({*named, *health})
    ]


def _camera(limits: Limits, device: Device, camera: str, health: CameraHealth | None, now: datetime) -> _Verdict:
    seen_at = _seen_at(device, health)
    gone = lost(limits, device, now)
    if gone:
        return _Verdict(Status.OFFLINE, (gone[0],), since=gone[1], seen_at=seen_at)
    if health is None:
        return _Verdict(Status.BLIND, ("no_health",))
    status, reasons, until = _health(health, now)
    if status is Status.NOTHING_DETECTED and device.health and device.health.clock is TimeQuality.FREE:
        status, reasons = Status.CLOCK_UNSURE, (*reasons, "clock_unsure")
    people = () if status in {Status.BLIND, Status.PAUSED} else _people(device, camera)
    return _Verdict(status, reasons, until=until, seen_at=seen_at, people=people)


def _seen_at(device: Device, health: CameraHealth | None) -> datetime | None:
    """When a camera last saw; a clock that was never set still tells how long before its own `health` that was."""
    if device.health is None or health is None or health.seen_at is None:
        return None
    seen_at = instant(health.seen_at)
    if device.health.clock is TimeQuality.SYNCED:
        return seen_at
    if device.health_heard_at is None:
        return None
    return device.health_heard_at - (instant(device.health.observed_at) - seen_at)


def _health(health: CameraHealth, now: datetime) -> tuple[Status, tuple[str, ...], datetime | None]:
    until = instant(health.until) if health.until else None
    match health.status:
        case CameraStatus.OK:
            return Status.NOTHING_DETECTED, (), None
        case CameraStatus.DEGRADED:
            return Status.DEGRADED, health.reasons, None
        case CameraStatus.BLIND:
            return Status.BLIND, health.reasons, None
        case CameraStatus.STOPPING:
            return Status.OFFLINE, (*health.reasons, "stopping"), None
        case CameraStatus.PAUSED:
            overdue = ("pause_overdue",) if until is None or until < now else ()
            return Status.PAUSED, (*health.reasons, *overdue), until


def _people(device: Device, camera: str) -> tuple[PersonNow, ...]:
    return tuple(
        person
        for now in (device.state.cameras if device.state else ())
        if now.camera == camera
        for person in now.people
    )


def _room(name: str, cameras: list[_Verdict], urgent: Status | None, *, reached: bool) -> Room:
    """The most urgent of all that is known; the reasons of every camera are kept."""
    if not cameras:
        cameras = [_Verdict(Status.OFFLINE, ("unknown",))]
    worst = min(cameras, key=lambda verdict: URGENCY[verdict.status])
    seen = [verdict.seen_at for verdict in cameras]
    status = worst.status if reached else Status.UNREACHED
    return Room(
        name,
        urgent or status,
        tuple(dict.fromkeys(reason for verdict in cameras for reason in verdict.reasons))
        + (() if reached else ("no_broker",)),
        worst.since,
        worst.until,
        min((moment for moment in seen if moment), default=None) if all(seen) else None,
        tuple(person for verdict in cameras for person in verdict.people) if reached else (),
    )
