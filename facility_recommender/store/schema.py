"""The tables. Times are UTC text as in messages, so that they sort."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint

VERSION = 1
"""Of the tables; a store with a newer one is refused, an older one migrated (none yet)."""

metadata = MetaData()

meta = Table(
    "meta", metadata, Column("name", String(32), primary_key=True), Column("value", String(64), nullable=False)
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),  # the order of arrival
    Column("event_id", String(128), nullable=False, unique=True),
    Column("device", String(32), nullable=False),
    Column("kind", String(16), nullable=False),  # observation, incident
    Column("room", String(32), nullable=False),
    Column("observed_at", String(24), nullable=False, index=True),
    Column("received_at", String(24), nullable=False),
    Column("alert", String(200), nullable=True, index=True),  # of an incident: the alert it belongs to
    Column("body", Text, nullable=False),  # the whole message, compact JSON
    sqlite_autoincrement=True,
)

gap = Table(
    "gap",
    metadata,
    Column("event_id", String(128), primary_key=True),
    Column("device", String(32), nullable=False),
    Column("received_at", String(24), nullable=False),
    Column("body", Text, nullable=False),
)

progress = Table(
    "progress",
    metadata,
    Column("device", String(32), primary_key=True),
    Column("boot_id", String(32), primary_key=True),
    Column("lane", String(16), primary_key=True),
    Column("spans", Text, nullable=False),  # JSON: [[first, last], ...], see watermark.py
)

latest = Table(
    "latest",
    metadata,
    Column("device", String(32), primary_key=True),
    Column("kind", String(16), primary_key=True),  # availability, info, health, state, commissioning
    Column("received_at", String(24), nullable=False),
    Column("body", Text, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("digest", String(64), nullable=False),  # of topic and payload: sent again, it is counted, not kept twice
    Column("topic", Text, nullable=False),
    Column("device", String(32), nullable=True),
    Column("alarm", Integer, nullable=False),  # 1: a fall may be hidden in it
    Column("counted", Integer, nullable=False),  # 1: its number was acknowledged
    Column("reason", Text, nullable=False),
    Column("first_at", String(24), nullable=False),
    Column("last_at", String(24), nullable=False, index=True),
    Column("times", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    UniqueConstraint("digest"),
)

action = Table(
    "action",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("alert", String(200), nullable=False, index=True),
    Column("action", String(16), nullable=False),
    Column("at", String(24), nullable=False),  # when, never who
)

unsettled = Table(  # alerts that somebody may still need: what is read again at the start
    "unsettled",
    metadata,
    Column("alert", String(200), primary_key=True),
)
