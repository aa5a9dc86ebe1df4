"""Everything the page shows, from everything that was heard. Pure: state in, state out, and a view at an instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType

from edge_agent.messages.envelope import TimeQuality
from edge_agent.messages.incident import IncidentMessage
from edge_agent.messages.observation import ObservationMessage
from edge_agent.types import Kind, Severity
from facility_recommender import alerts as alerting
from facility_recommender import day as days
from facility_recommender.alerts import Action, Alert, Alerts, Standing
from facility_recommender.day import Day, Seconds
from facility_recommender.devices import Device, cut_off, lost, open_now, present, spoke
from facility_recommender.ingest import Arrival, Event, Present, Unread
from facility_recommender.limits import Limits
from facility_recommender.recommend.advise import Recommendation, advise
from facility_recommender.recommend.catalogue import Catalogue
from facility_recommender.recommend.residents import Residents
from facility_recommender.recommend.sitting import from_alert, from_minutes, one_per_person
from facility_recommender.rooms import Room, Status, natural, rooms

UNREAD_SHOWN = timedelta(days=1)
"""How long a message that could not be read is spoken of; [C]."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What does not change while we run."""

    facility: str
    zone: tzinfo
    catalogue: Catalogue
    residents: Residents = field(default_factory=lambda: MappingProxyType({}))
    bed_exit_rooms: frozenset[str] = frozenset()
    """Rooms where a bed exit may call somebody."""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Link:
    """How it stands with the broker."""

    connected: bool
    since: datetime
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """All that was heard and matters now."""

    day: Day
    link: Link
    devices: Mapping[str, Device] = field(default_factory=lambda: MappingProxyType({}))
    alerts: Alerts = field(default_factory=lambda: MappingProxyType({}))
    told_of: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    """When an event last told of each room."""
    unread: tuple[Unread, ...] = ()
    store_problem: str | None = None
    """Why nothing can be stored at present."""


@dataclass(frozen=True, slots=True)
class Card:
    """An alert on the page."""

    alert: Alert
    standing: Standing
    late: bool
    """No phase of it arrived when it was news."""
    notes: tuple[str, ...]
    """Keys: `offline`, `silent`, `restarted`, `clock_unsure`, `another_person`."""
    rings_again_at: datetime | None


@dataclass(frozen=True, slots=True)
class RoomToday:
    """The day's activity of a room, and how much of the day stands behind it."""

    room: str
    elapsed_s: float
    total: Seconds
    coverage: float
    enough: bool
    """Enough was seen to conclude anything; otherwise every figure is "at least"."""
    hours: tuple[Seconds, ...]


@dataclass(frozen=True, slots=True)
class Now:
    """One view of the board. Two are equal when a reader would see no difference."""

    facility: str
    zone: tzinfo
    link: Link
    store_problem: str | None
    unread: tuple[Unread, ...]
    paging: tuple[Card, ...]
    """`ALARM`, `SUSPECTED`, `ANSWERED`, `ARRIVING`, in this order, the newest first."""
    checks: tuple[Card, ...]
    work: tuple[Card, ...]
    reports: tuple[Card, ...]
    rooms: tuple[Room, ...]
    recommendations: tuple[Recommendation, ...]
    day: tuple[RoomToday, ...]


def empty(settings: Settings, now: datetime) -> Board:
    """The board before anything was heard."""
    today = now.astimezone(settings.zone).date()
    return Board(Day(today, settings.zone), Link(connected=False, since=now))


def arrived(settings: Settings, board: Board, arrival: Arrival, at: datetime, *, retained: bool = False) -> Board:
    """Take in one arrival; the same one again changes nothing but the device's sign of life."""
    match arrival:
        case Event(lane, message):
            if not message.replayed:
                board = _device(board, spoke(board.devices.get(lane.device), lane.device, at))
            return heard(settings, board, lane.device, message, at)
        case Present():
            news = present(board.devices.get(arrival.device), arrival, at, retained=retained)
            return _device(board, news)
        case _:
            return board


def heard(
    settings: Settings, board: Board, device: str, message: IncidentMessage | ObservationMessage, at: datetime
) -> Board:
    """Take in an event's content."""
    board = told_of(board, {message.room: at})
    if isinstance(message, IncidentMessage):
        return replace(board, alerts=alerting.heard(settings.limits, board.alerts, device, message, at))
    return replace(board, day=days.observe(days.at(board.day, at), message))


def told_of(board: Board, rooms_: Mapping[str, datetime]) -> Board:
    """Remember that there were events of these rooms, and when."""
    return replace(board, told_of={**board.told_of, **rooms_})


def _device(board: Board, device: Device) -> Board:
    return replace(board, devices={**board.devices, device.id: device})


def acted(board: Board, alert: str, action: Action, at: datetime) -> Board:
    """Take in what a caregiver did."""
    return replace(board, alerts=alerting.acted(board.alerts, alert, action, at))


def linked(board: Board, link: Link) -> Board:
    """Take in how it stands with the broker; the same again keeps its `since`.

    While we are away a will may be sent and forgotten: each device must show itself again.
    """
    if (link.connected, link.problem) == (board.link.connected, board.link.problem):
        return board
    devices = board.devices if link.connected else {id_: cut_off(one) for id_, one in board.devices.items()}
    return replace(board, link=link, devices=devices)


def tidy(settings: Settings, board: Board, now: datetime) -> tuple[Board, frozenset[str]]:
    """Let go of yesterday and of alerts that nobody needs; tell which alerts those were."""
    gone = frozenset(
        name
        for name, alert in board.alerts.items()
        if alerting.forgotten(settings.limits, alert, _standing(settings, board, alert, now), now)
    )
    kept = {name: alert for name, alert in board.alerts.items() if name not in gone}
    return replace(board, day=days.at(board.day, now), alerts=kept if gone else board.alerts), gone


def _told_of_lately(settings: Settings, board: Board, now: datetime) -> tuple[str, ...]:
    limit = timedelta(seconds=settings.limits.unwatched_s)
    return tuple(room for room, at in board.told_of.items() if now - at < limit)


def view(settings: Settings, board: Board, now: datetime) -> Now:
    """What the page shows at `now`."""
    cards = [_card(settings, board, alert, now) for alert in board.alerts.values()]
    return Now(
        settings.facility,
        settings.zone,
        board.link,
        board.store_problem,
        tuple(unread for unread in board.unread if now - unread.last_at < UNREAD_SHOWN),
        _listed(cards, Standing.ALARM, Standing.SUSPECTED, Standing.ANSWERED, Standing.ARRIVING),
        _listed(cards, Standing.CHECK),
        _listed(cards, Standing.WORK),
        tuple(card for card in _listed(cards, Standing.REPORT) if card.alert.received_at >= board.day.start),
        rooms(
            settings.limits,
            board.devices,
            now,
            reached=board.link.connected,
            urgent=_urgent(cards),
            heard_of=_told_of_lately(settings, board, now),
        ),
        _recommendations(settings, board, now),
        _today(settings, board, now),
    )


def _standing(settings: Settings, board: Board, alert: Alert, now: datetime) -> Standing:
    device = board.devices.get(alert.device)
    here = (alert.message.boot_id, alert.message.camera, alert.message.incident_id)
    still_open = device is not None and board.link.connected and here in open_now(settings.limits, device, now)
    return alerting.standing(settings.limits, alert, now, still_open=still_open, bed_exit_rooms=settings.bed_exit_rooms)


def _card(settings: Settings, board: Board, alert: Alert, now: datetime) -> Card:
    stands = _standing(settings, board, alert, now)
    again = alert.acknowledged_at and alert.acknowledged_at + timedelta(seconds=settings.limits.quiet_s)
    return Card(
        alert,
        stands,
        not alert.live,
        _notes(settings, board.devices.get(alert.device), alert, now),
        again if stands is Standing.ANSWERED else None,
    )


def _notes(settings: Settings, device: Device | None, alert: Alert, now: datetime) -> tuple[str, ...]:
    """What a caregiver must know of the alert's witness: lost or restarted, it can no longer say that it is over."""
    notes: list[str] = []
    gone = lost(settings.limits, device, now) if device else None
    if gone:
        notes.append(gone[0])
    boot = device.health.boot_id if device and device.health else alert.message.boot_id
    if boot != alert.message.boot_id:
        notes.append("restarted")
    if alert.message.time_quality is TimeQuality.FREE:
        notes.append("clock_unsure")
    if alert.message.another_person:
        notes.append("another_person")
    return tuple(notes)


def _listed(cards: list[Card], *standings: Standing) -> tuple[Card, ...]:
    """The most urgent first, then the newest."""
    rank = {stands: position for position, stands in enumerate(standings)}
    listed = [card for card in cards if card.standing in rank]
    return tuple(sorted(listed, key=lambda card: (rank[card.standing], -card.alert.since.timestamp(), card.alert.key)))


def _urgent(cards: list[Card]) -> dict[str, Status]:
    """The rooms where somebody should look, and how urgently; a blind camera's room says so by its own status."""
    urgent: dict[str, Status] = {}
    for card in cards:
        if card.alert.kind is Kind.CAMERA_BLIND:
            continue
        room, severity = card.alert.message.room, card.alert.message.severity
        if card.standing is Standing.ALARM:
            urgent[room] = Status.ALARM
        elif card.standing in _ATTENTION or (card.standing is Standing.WORK and severity is not Severity.INFO):
            urgent.setdefault(room, Status.ATTENTION)
    return urgent


_ATTENTION = frozenset({Standing.SUSPECTED, Standing.ANSWERED, Standing.ARRIVING, Standing.CHECK})


def _recommendations(settings: Settings, board: Board, now: datetime) -> tuple[Recommendation, ...]:
    told = [from_alert(alert) for alert in board.alerts.values() if _current(settings, board, alert, now)]
    counted = [from_minutes(settings.limits, name, room, now) for name, room in board.day.rooms.items()]
    made = (
        advise(
            settings.limits,
            settings.catalogue,
            sitting,
            settings.residents.get((sitting.room, sitting.subject or ""), MappingProxyType({})),
            days.total(board.day.rooms[sitting.room]).walking if sitting.room in board.day.rooms else 0.0,
        )
        for sitting in one_per_person([*filter(None, told), *filter(None, counted)])
    )
    return tuple(recommendation for recommendation in made if recommendation)


def _current(settings: Settings, board: Board, alert: Alert, now: datetime) -> bool:
    """Whether the alert tells of now: a break for a sitting of which nothing more is known helps nobody."""
    device = board.devices.get(alert.device)
    if device is None or not board.link.connected or lost(settings.limits, device, now):
        return False
    return device.health is None or device.health.boot_id == alert.message.boot_id


def _today(settings: Settings, board: Board, now: datetime) -> tuple[RoomToday, ...]:
    elapsed = max(60.0, (now - board.day.start).total_seconds() // 60 * 60)
    return tuple(_room_today(settings, board.day, name, elapsed) for name in sorted(board.day.rooms, key=natural))


def _room_today(settings: Settings, day: Day, name: str, elapsed: float) -> RoomToday:
    room = day.rooms[name]
    total = days.total(room)
    coverage = min(1.0, total.observed / elapsed)
    return RoomToday(name, elapsed, total, coverage, coverage >= settings.limits.coverage, days.by_hour(day, room))
