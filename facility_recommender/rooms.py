"""How things are in a room, as far as its cameras can tell. Pure. Never "safe": silence is not safety (Rules, 8)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from edge_agent.messages.commissioning import CommissioningMessage
from edge_agent.messages.health import CameraHealth, CameraStatus
from edge_agent.messages.state import PersonNow
from facility_recommender.devices import Device, clock_fault, lost, on_our_clock, reported, within
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


AIMING = "aiming"
"""An installer's page is open in the agent's place."""


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
    language: str = "en"
    """Of its devices: of what they say, and so of why they do not see."""
    tested: CommissioningMessage | None = None
    """The last report of an installer's test of it. That it worked then says nothing of now."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What one camera adds."""

    status: Status
    reasons: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    seen_at: datetime | None = None
    people: tuple[PersonNow, ...] = ()


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
        heard_of: Rooms that events told of lately; one that no device names any more is not watched.
    """
    verdicts: dict[str, list[_Verdict]] = {room: [] for room in (*urgent, *heard_of)}
    languages: dict[str, str] = {}
    tested = _tested(devices.values())
    for device in devices.values():
        for room, camera, health in _cameras(device):
            verdict = _camera(limits, device, camera, health, now)
            verdicts.setdefault(room, []).append(verdict)
            languages[room] = device.info.language if device.info else languages.get(room, "en")
    return tuple(
        replace(
            _room(name, verdicts[name], urgent.get(name), languages.get(name, "en"), reached=reached),
            tested=tested.get(name),
        )
        for name in sorted(verdicts, key=natural)
    )


def _tested(devices: Iterable[Device]) -> dict[str, CommissioningMessage]:
    """The last report of each room; that of a device that looks elsewhere by now counts no more."""
    found: dict[str, CommissioningMessage] = {}
    for device in devices:
        report = device.tested
        if report is None or report.room not in {room for room, _, _ in _cameras(device)}:
            continue
        before = found.get(report.room)
        if before is None or before.tested_at <= report.tested_at:
            found[report.room] = report
    return found


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
    seen_at = on_our_clock(device, health.seen_at if health else None, now)
    gone = lost(limits, device, now)
    if gone:
        aiming = (AIMING,) if AIMING in _of_device(device) else ()
        return _Verdict(Status.OFFLINE, (gone[0], *aiming), since=gone[1], seen_at=seen_at)
    if health is None or not reported(limits, device, now):
        return _Verdict(Status.BLIND, ("no_report",), seen_at=seen_at)
    status, reasons, until = _told(device, health, now)
    reasons = (*reasons, *_of_device(device))
    if status is Status.NOTHING_DETECTED and device.health and device.health.stalled:
        status = Status.DEGRADED
    if status in _WATCHED and not within(limits.seen_s, seen_at, now):
        status, reasons = Status.BLIND, (*reasons, "not_seen")
    doubt = clock_fault(limits, device)
    if doubt:
        status, reasons = (Status.CLOCK_UNSURE if status in _WATCHED else status), (*reasons, doubt)
    people = _people(device, camera) if status in _WATCHED else ()
    return _Verdict(status, reasons, until=until, seen_at=seen_at, people=people)


_WATCHED = frozenset({Status.NOTHING_DETECTED, Status.DEGRADED, Status.CLOCK_UNSURE})
"""A camera sees: what it does not report is not there to be seen."""


def _told(device: Device, health: CameraHealth, now: datetime) -> tuple[Status, tuple[str, ...], datetime | None]:
    """What the device says of a camera. A pause that should be over, or has no end, is a camera that sees nothing."""
    match health.status:
        case CameraStatus.OK:
            return Status.NOTHING_DETECTED, health.reasons, None
        case CameraStatus.DEGRADED:
            return Status.DEGRADED, health.reasons, None
        case CameraStatus.BLIND:
            return Status.BLIND, health.reasons, None
        case CameraStatus.STOPPING:
            return Status.OFFLINE, (*health.reasons, "stopping"), None
        case CameraStatus.PAUSED:
            until = on_our_clock(device, health.until, now)
            if until is None or until <= now:
                return Status.BLIND, (*health.reasons, "pause_overdue"), None
            by = (health.paused_by,) if health.paused_by else ()
            return Status.PAUSED, (*health.reasons, *by), until


def _of_device(device: Device) -> tuple[str, ...]:
    """What is wrong with the box as a whole; it says so of each of its rooms."""
    return device.health.reasons if device.health else ()


def _people(device: Device, camera: str) -> tuple[PersonNow, ...]:
    """Whom the camera sees; a `state` of an earlier run, left over at the broker, tells of nobody."""
    if device.state is None or device.health is None or device.state.boot_id != device.health.boot_id:
        return ()
    return tuple(person for now in device.state.cameras if now.camera == camera for person in now.people)


def _room(name: str, cameras: list[_Verdict], urgent: Status | None, language: str, *, reached: bool) -> Room:
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
        language,
    )
