"""What the thread that owns the store and the board is told by the others."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from facility_recommender.alerts import Action


@dataclass(frozen=True, slots=True)
class Delivered:
    """The broker delivered a message."""

    topic: str
    payload: bytes
    retained: bool
    """The broker had kept it from before we subscribed."""
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkNews:
    """The broker is there, or why it is not."""

    connected: bool
    problem: str | None
    at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """Somebody pressed a button on the page."""

    alert: str
    action: Action
    at: datetime
    done: Future[bool]
    """Whether there was such an alert; or `StorageError` when it could not be kept."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Finish what came before, then end."""


Item: TypeAlias = Delivered | LinkNews | Request | Stop
