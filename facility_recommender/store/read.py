"""What is read back: at the start, for the page, and for the export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from edge_agent.messages import topics
from edge_agent.messages.availability import Availability
from edge_agent.messages.commissioning import CommissioningMessage
from edge_agent.messages.decode import decode_as
from edge_agent.messages.health import HealthMessage
from edge_agent.messages.incident import IncidentMessage
from edge_agent.messages.info import InfoMessage
from edge_agent.messages.observation import ObservationMessage
from edge_agent.messages.stamp import utc_text
from edge_agent.messages.state import StateMessage
from facility_recommender import ingest
from facility_recommender.alerts import Action
from facility_recommender.ingest import Present, PresentMessage, Unread
from facility_recommender.instant import instant
from facility_recommender.store import schema

PAGE_ROWS = 500
"""Rows fetched at a time, so that a large store need not fit into memory."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A stored incident."""

    device: str
    message: IncidentMessage
    received_at: datetime


def export(connection: Connection) -> Iterator[str]:
    """The body of every stored event in the order of arrival: a later export only adds lines at the end."""
    rows = connection.execution_options(yield_per=PAGE_ROWS).execute(
        select(schema.event.c.body).order_by(schema.event.c.id)
    )
    for (body,) in rows:
        yield body


def incidents(connection: Connection) -> Iterator[Heard]:
    """The phases of every alert that somebody may still need."""
    row = schema.event
    wanted = select(schema.unsettled.c.alert)
    for device, body, received_at in connection.execute(
        select(row.c.device, row.c.body, row.c.received_at).where(row.c.alert.in_(wanted)).order_by(row.c.id)
    ):
        yield Heard(device, decode_as(IncidentMessage, body), instant(received_at))


def actions(connection: Connection) -> Iterator[tuple[str, Action, datetime]]:
    """What was done about those alerts, in order."""
    row = schema.action
    wanted = select(schema.unsettled.c.alert)
    for alert, action, at in connection.execute(
        select(row.c.alert, row.c.action, row.c.at).where(row.c.alert.in_(wanted)).order_by(row.c.id)
    ):
        yield alert, Action(action), instant(at)


def observations(connection: Connection, since: datetime) -> Iterator[ObservationMessage]:
    """Observations of minutes that ended at `since` or later."""
    row = schema.event
    for (body,) in connection.execute(
        select(row.c.body).where(row.c.kind == "observation", row.c.observed_at >= utc_text(since)).order_by(row.c.id)
    ):
        yield decode_as(ObservationMessage, body)


def rooms(connection: Connection, since: datetime) -> Iterator[tuple[str, datetime]]:
    """The rooms of events observed since then, and when the last of each came."""
    row = schema.event
    for room, last in connection.execute(
        select(row.c.room, func.max(row.c.received_at)).where(row.c.observed_at >= utc_text(since)).group_by(row.c.room)
    ):
        yield room, instant(last)


def presents(connection: Connection) -> Iterator[tuple[Present, datetime]]:
    """The last that each device said of itself, and when it came."""
    row = schema.latest
    for device, kind, body, received_at in connection.execute(
        select(row.c.device, row.c.kind, row.c.body, row.c.received_at).order_by(row.c.received_at)
    ):
        yield Present(device, _present(kind, body)), instant(received_at)


def _present(kind: str, body: str) -> PresentMessage:
    match kind:
        case topics.AVAILABILITY:
            return Availability(body)
        case topics.INFO:
            return decode_as(InfoMessage, body)
        case topics.HEALTH:
            return decode_as(HealthMessage, body)
        case ingest.COMMISSIONING:
            return decode_as(CommissioningMessage, body)
        case _:
            return decode_as(StateMessage, body)


def unread(connection: Connection, since: datetime) -> tuple[Unread, ...]:
    """What could not be read since then, by device and lane, counting what was sent again once."""
    row = schema.quarantine
    groups = (
        select(row.c.device, row.c.alarm, func.count(), func.max(row.c.last_at), func.max(row.c.reason))
        .where(row.c.last_at >= utc_text(since))
        .group_by(row.c.device, row.c.alarm)
        .order_by(row.c.alarm.desc(), row.c.device)
    )
    return tuple(
        Unread(device, bool(alarm), count, instant(last), reason)
        for device, alarm, count, last, reason in connection.execute(groups)
    )
