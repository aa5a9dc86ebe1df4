"""An installer's report reaches the wall of rooms, and says nothing of now."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from edge_agent.messages.availability import Availability
from edge_agent.messages.commissioning import CommissioningMessage
from facility_recommender.board import Now, Settings
from facility_recommender.inbox import Delivered, Item, Stop
from facility_recommender.ingest import Present, Refused, ingest
from facility_recommender.keeper import Ears, keep
from facility_recommender.recommend.catalogue import catalogue
from facility_recommender.rooms import Status
from facility_recommender.store.open import writing
from facility_recommender.web.present import jsonable
from facility_recommender.web.render import sections
from tests.fakes import care

SETTINGS = Settings(care.FACILITY, UTC, catalogue())
TOPIC = f"care/v1/{care.FACILITY}/{care.DEVICE}/"
REPORT = "response/commissioning"


def report(*, device: str = care.DEVICE, room: str = care.ROOM, passed: bool = True) -> CommissioningMessage:
    body = {
        "schema": "care/commissioning/1",
        "facility": care.FACILITY,
        "device": device,
        "room": room,
        "camera": care.CAMERA,
        "boot_id": "a1",
        "tested_at": "2026-03-01T15:20:00.000Z",
        "time_quality": "synced",
        "who": "A. Rossi",
        "version": "0.1.0",
        "config_generation": 1,
        "proposed": False,
        "view": {"tilt_deg": None, "roll_deg": None, "height_m": None, "estimated": False},
        "steps": [],
        "passed": passed,
        "signature": None,
    }
    return CommissioningMessage.model_validate_json(care.as_json(body))


def delivered(kind: str, payload: str) -> Delivered:
    return Delivered(TOPIC + kind, payload.encode(), retained=False, at=datetime.now(UTC))


def kept(store: Path, *items: Item) -> Now:
    """What the page shows in the end."""
    inbox: Queue[Item] = Queue()
    shown: list[Now] = []
    for item in (*items, Stop()):
        inbox.put(item)
    with writing(str(store)) as engine:
        keep(SETTINGS, engine, inbox, Ears(_ignored, shown.append, _ignored, _ignored))
    return shown[-1]


def _ignored(*_: Any) -> None:  # noqa: ANN401
    """Of no interest here."""


def test_a_report_is_read_on_its_own_topic_and_of_its_own_device_alone() -> None:
    good = report().to_json().encode()
    assert ingest(care.FACILITY, TOPIC + REPORT, good) == Present(care.DEVICE, report())
    assert isinstance(ingest(care.FACILITY, TOPIC + "response/self-test", good), Refused)
    assert isinstance(ingest(care.FACILITY, TOPIC + "health", good), Refused)
    foreign = report(device="box-9").to_json().encode()
    assert isinstance(ingest(care.FACILITY, TOPIC + REPORT, foreign), Refused)


@pytest.mark.parametrize(("passed", "words"), [(True, "works"), (False, "does not work yet")])
def test_the_room_says_how_its_test_ended_also_after_a_restart(tmp_path: Path, passed: bool, words: str) -> None:  # noqa: FBT001
    store = tmp_path / "store.db"
    tested = delivered(REPORT, report(passed=passed).to_json())
    now = kept(store, delivered("info", care.info().to_json()), tested)
    again = kept(store)
    for view in (now, again):
        (room,) = view.rooms
        assert room.tested == report(passed=passed)
        assert room.status is Status.OFFLINE or room.status is Status.UNREACHED, "it says nothing of now"
        shown = sections(view)["rooms-all"]
        assert f"tested 2026-03-01: {words}" in shown
        assert ("works" in shown.split('<li class="room')[1].split(">")[0]) is passed


def test_a_report_of_a_room_where_the_device_no_longer_is_is_not_shown(tmp_path: Path) -> None:
    elsewhere = delivered(REPORT, report(room="room-99").to_json())
    now = kept(tmp_path / "store.db", delivered("info", care.info().to_json()), elsewhere)
    assert [room.tested for room in now.rooms] == [None]
    assert "tested" in str(jsonable(now, datetime.now(UTC)))


def test_a_room_that_is_being_aimed_says_so(tmp_path: Path) -> None:
    blind = care.camera_health(status="blind", reasons=("aiming",))
    health = care.health(datetime.now(UTC), blind, reasons=("aiming",))
    now = kept(
        tmp_path / "store.db",
        delivered("info", care.info().to_json()),
        delivered("availability", Availability.OFFLINE.value),
        delivered("health", health.to_json()),
    )
    (room,) = now.rooms
    assert room.reasons[:2] == ("offline", "aiming")
