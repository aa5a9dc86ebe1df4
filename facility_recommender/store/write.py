"""What is written: everything of one batch in one transaction. The caller begins and commits it.

`insert ... on conflict` is the one thing here that belongs to a dialect; PostgreSQL's has the same form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from edge_agent.messages.availability import Availability
from edge_agent.messages.envelope import Lane
from edge_agent.messages.incident import IncidentMessage
from edge_agent.messages.stamp import utc_text
from facility_recommender import alerts
from facility_recommender.alerts import Action
from facility_recommender.ingest import LANE_OF, Arrival, Event, Gap, Present, Refused
from facility_recommender.store import schema
from facility_recommender.watermark import LaneKey, Spans, cover, upto

UNCOUNTED_KEPT = 1000
"""Unreadable messages without a number that are kept: whoever floods us must not fill the disk; [C]."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch."""

    new: frozenset[str]
    """Ids of the events that were not there before."""
    watermarks: dict[LaneKey, int]
    """Of every lane the batch touched, duplicates included: whoever sends again has missed the acknowledgement."""


def write(connection: Connection, batch: Iterable[tuple[Arrival, datetime]]) -> Written:
    """Store arrivals with the instants they came at.

    Raises:
        sqlalchemy.exc.DBAPIError: they cannot be stored; nothing of the batch is.
    """
    new: set[str] = set()
    covered: dict[LaneKey, list[tuple[int, int]]] = {}
    for arrival, at in batch:
        match arrival:
            case Event(lane, message):
                covered.setdefault(lane, []).append((message.seq, message.seq))
                if _event(connection, arrival, at):
                    new.add(message.event_id)
            case Gap(lane, message):
                covered.setdefault(lane, []).append((message.from_, message.to))
                _gap(connection, arrival, at)
            case Present():
                _present(connection, arrival, at)
            case Refused(lane=lane, seq=seq):
                if lane is not None and seq is not None:
                    covered.setdefault(lane, []).append((seq, seq))
                _refused(connection, arrival, at)
    return Written(frozenset(new), {lane: upto(_progress(connection, lane, spans)) for lane, spans in covered.items()})


def _event(connection: Connection, event: Event, at: datetime) -> bool:
    """Store an event unless it is there; tell whether it was not."""
    message = event.message
    name = alerts.key(event.lane.device, message) if isinstance(message, IncidentMessage) else None
    inserted = connection.execute(
        insert(schema.event)
        .values(
            event_id=message.event_id,
            device=event.lane.device,
            kind="observation" if name is None else "incident",
            room=message.room,
            observed_at=message.observed_at,
            received_at=utc_text(at),
            alert=name,
            body=message.to_json(),
        )
        .on_conflict_do_nothing(index_elements=["event_id"])
    )
    if inserted.rowcount and name is not None:
        connection.execute(insert(schema.unsettled).values(alert=name).on_conflict_do_nothing())
    return bool(inserted.rowcount)


def _gap(connection: Connection, gap: Gap, at: datetime) -> None:
    connection.execute(
        insert(schema.gap)
        .values(
            event_id=gap.message.event_id,
            device=gap.lane.device,
            received_at=utc_text(at),
            body=gap.message.to_json(),
        )
        .on_conflict_do_nothing()
    )


def _present(connection: Connection, present: Present, at: datetime) -> None:
    message = present.message
    _upsert(
        connection,
        schema.latest,
        {"device": present.device, "kind": present.kind},
        {"received_at": utc_text(at), "body": str(message) if isinstance(message, Availability) else message.to_json()},
    )


def _refused(connection: Connection, refused: Refused, at: datetime) -> None:
    row = schema.quarantine
    counted = refused.seq is not None
    kind = refused.topic.split("/")[4:5]
    statement = insert(row).values(
        digest=hashlib.sha256(refused.topic.encode() + b"\0" + refused.payload).hexdigest(),
        topic=refused.topic,
        device=refused.device,
        alarm=int(refused.device is not None and LANE_OF.get(kind[0] if kind else "") is Lane.ALARM),
        counted=int(counted),
        reason=refused.reason,
        first_at=utc_text(at),
        last_at=utc_text(at),
        times=1,
        payload=refused.payload,
    )
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["digest"], set_={"times": row.c.times + 1, "last_at": utc_text(at)}
        )
    )
    if not counted:
        kept = select(row.c.id).where(row.c.counted == 0).order_by(row.c.id.desc()).limit(UNCOUNTED_KEPT)
        if (connection.scalar(select(func.count()).where(row.c.counted == 0)) or 0) > UNCOUNTED_KEPT:
            connection.execute(delete(row).where(row.c.counted == 0, row.c.id.not_in(kept)))


def _progress(connection: Connection, lane: LaneKey, news: Iterable[tuple[int, int]]) -> Spans:
    """Add numbers to what a lane has stored."""
    row = schema.progress
    where = {"device": lane.device, "boot_id": lane.boot_id, "lane": lane.lane.value}
    stored = connection.scalar(select(row.c.spans).where(*(row.c[name] == value for name, value in where.items())))
    spans: Spans = tuple((first, last) for first, last in json.loads(stored)) if stored else ()
    for first, last in news:
        spans = cover(spans, first, last)
    _upsert(connection, row, where, {"spans": json.dumps(spans)})
    return spans


def _upsert(connection: Connection, table: Table, where: dict[str, Any], values: dict[str, Any]) -> None:
    statement = insert(table).values(**where, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=list(where), set_=values))


def act(connection: Connection, alert: str, action: Action, at: datetime) -> None:
    """Keep that somebody did something about an alert: when, never who."""
    connection.execute(insert(schema.action).values(alert=alert, action=action.value, at=utc_text(at)))


def settle(connection: Connection, forgotten: Collection[str]) -> None:
    """These alerts need not be read again at the next start; their events stay."""
    connection.execute(delete(schema.unsettled).where(schema.unsettled.c.alert.in_(forgotten)))
