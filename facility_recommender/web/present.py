"""The view as JSON, for other programs of the facility. Instants are UTC, ISO 8601; unknown is null."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TypeAlias

from edge_agent.messages.stamp import utc_text
from facility_recommender.board import Card, Now, RoomToday
from facility_recommender.recommend.advise import Recommendation
from facility_recommender.rooms import Room

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | int | bool | None"


def jsonable(now: Now, true_at: datetime) -> Json:
    """Everything the page shows; `true_at`: when it was last known to hold, which whoever reads it must compare."""
    return {
        "true_at": utc_text(true_at),
        "facility": now.facility,
        "broker": {
            "connected": now.link.connected,
            "since": utc_text(now.link.since),
            "problem": now.link.problem,
        },
        "store_problem": now.store_problem,
        "unread": [
            {
                "device": unread.device,
                "alarm": unread.alarm,
                "messages": unread.messages,
                "last_at": utc_text(unread.last_at),
                "reason": unread.reason,
            }
            for unread in now.unread
        ],
        "alerts": [_card(card) for card in (*now.paging, *now.checks, *now.work)],
        "reports": [_card(card) for card in now.reports],
        "rooms": [_room(room) for room in now.rooms],
        "recommendations": [_recommendation(one) for one in now.recommendations],
        "day": [_today(today) for today in now.day],
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else utc_text(moment)


def _card(card: Card) -> Json:
    """The alert's state, and the message of its latest phase whole."""
    return {
        "alert": card.alert.key,
        "standing": card.standing.value,
        "since": utc_text(card.alert.since),
        "received_at": utc_text(card.alert.received_at),
        "late": card.late,
        "notes": list(card.notes),
        "acknowledged_at": _moment(card.alert.acknowledged_at),
        "rings_again_at": _moment(card.rings_again_at),
        "incident": card.alert.message.model_dump(mode="json", by_alias=True),
    }


def _room(room: Room) -> Json:
    return {
        "room": room.id,
        "status": room.status.value,
        "reasons": list(room.reasons),
        "since": _moment(room.since),
        "until": _moment(room.until),
        "seen_at": _moment(room.seen_at),
        "people": [person.model_dump(mode="json") for person in room.people],
        "tested": None
        if room.tested is None
        else {"at": room.tested.tested_at, "passed": room.tested.passed, "proposed": room.tested.proposed},
    }


def _recommendation(one: Recommendation) -> Json:
    return {
        "room": one.room,
        "subject": one.subject,
        "item": one.item.id,
        "title": one.item.title,
        "how": one.item.how,
        "score": round(one.score, 3),
        "because": list(one.because),
        "ruled_out": list(one.ruled_out),
    }


def _today(today: RoomToday) -> Json:
    """Seconds seen of the room's day; `enough` false: each is "at least"."""
    return {
        "room": today.room,
        "elapsed_s": today.elapsed_s,
        "coverage": round(today.coverage, 4),
        "enough": today.enough,
        **{f"{name}_s": round(value, 1) for name, value in asdict(today.total).items() if name != "steps"},
        "steps": int(today.total.steps),
    }
