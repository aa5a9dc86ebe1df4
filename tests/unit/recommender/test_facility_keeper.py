"""The thread that owns store and board, run here to its end on a prepared inbox."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue

import pytest
from sqlalchemy import Engine

from edge_agent.messages.envelope import Lane
from facility_recommender.alerts import Action, Standing
from facility_recommender.board import Link, Now, Settings
from facility_recommender.errors import StorageError
from facility_recommender.inbox import Delivered, Item, LinkNews, Request, Stop
from facility_recommender.keeper import Ears, keep
from facility_recommender.recommend.catalogue import catalogue
from facility_recommender.rooms import Status
from facility_recommender.store import read
from facility_recommender.store.open import writing
from facility_recommender.watermark import LaneKey
from tests.fakes import care

SETTINGS = Settings(care.FACILITY, UTC, catalogue())
ALARMS = LaneKey(care.DEVICE, care.BOOT, Lane.ALARM)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with writing(str(tmp_path / "store.db")) as engine:
        yield engine


def delivered(payload: str, kind: str = "incident") -> Delivered:
    topic = f"care/v1/{care.FACILITY}/{care.DEVICE}/{kind}"
    return Delivered(topic, payload.encode(), retained=False, at=datetime.now(UTC))


def fall(seq: int = 1) -> str:
    return care.incident(seq, at=datetime.now(UTC)).to_json()


def kept(engine: Engine, *items: Item) -> tuple[list[tuple[LaneKey, int]], Now]:
    """What was acknowledged, and the last view."""
    inbox: Queue[Item] = Queue()
    acknowledged: list[tuple[LaneKey, int]] = []
    shown: list[Now] = []
    links: list[Link] = []
    for item in (*items, Stop()):
        inbox.put(item)
    confirmed: list[datetime] = []
    ears = Ears(lambda lane, upto: acknowledged.append((lane, upto)), shown.append, confirmed.append, links.append)
    keep(SETTINGS, engine, inbox, ears)
    assert confirmed, "whoever shows the view knows that it holds"
    return acknowledged, shown[-1]


def test_what_is_stored_is_acknowledged_and_shown(engine: Engine) -> None:
    acknowledged, view = kept(engine, LinkNews(connected=True, problem=None, at=care.NOON), delivered(fall()))
    assert acknowledged == [(ALARMS, 1)]
    assert [card.standing for card in view.paging] == [Standing.ALARM]
    assert view.link.connected


def test_nothing_before_the_first_number_is_acknowledged(engine: Engine) -> None:
    assert kept(engine, delivered(fall(2)))[0] == []


def test_a_store_that_cannot_be_written_is_said_acknowledges_nothing_and_hides_no_fall(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(FAIL, 'full'); END")
        connection.exec_driver_sql(
            "CREATE TRIGGER fuller BEFORE INSERT ON action BEGIN SELECT RAISE(FAIL, 'full'); END"
        )
    done: Future[bool] = Future()
    message = care.incident(at=datetime.now(UTC))
    name = f"{care.DEVICE}/{care.BOOT}/{care.CAMERA}/{message.incident_id}"
    request = Request(name, Action.CLOSE, datetime.now(UTC), done)
    acknowledged, view = kept(engine, delivered(message.to_json()), request)
    assert acknowledged == []
    assert [card.standing for card in view.paging] == [Standing.ALARM]
    assert view.store_problem == "full"
    with pytest.raises(StorageError):
        done.result(0)


def test_a_restart_remembers_alerts_actions_days_and_devices(engine: Engine) -> None:
    now = datetime.now(UTC)
    done: Future[bool] = Future()
    name = f"{care.DEVICE}/{care.BOOT}/{care.CAMERA}/corner-1"
    kept(
        engine,
        delivered(fall()),
        delivered(care.observation(1, now, persons=(care.person(),)).to_json(), "observation"),
        delivered(care.info().to_json(), "info"),
        Request(name, Action.ACKNOWLEDGE, now, done),
    )
    assert done.result(0)
    _, view = kept(engine)
    assert [card.standing for card in view.paging] == [Standing.ANSWERED]
    assert [today.total.sitting for today in view.day] == [60]
    assert [room.id for room in view.rooms] == [care.ROOM]


def test_a_restart_does_not_believe_that_a_device_is_still_connected(engine: Engine) -> None:
    linked = LinkNews(connected=True, problem=None, at=datetime.now(UTC))
    told = [delivered("online", "availability"), delivered(care.info().to_json(), "info")]
    seeing = delivered(care.health(datetime.now(UTC)).to_json(), "health")
    _, before = kept(engine, linked, *told, seeing)
    assert [room.status for room in before.rooms] == [Status.NOTHING_DETECTED]
    _, after = kept(engine, linked)
    assert [(room.status, room.reasons) for room in after.rooms] == [(Status.OFFLINE, ("offline",))]


def test_a_room_taken_out_of_the_configuration_does_not_vanish(engine: Engine) -> None:
    minute = care.observation(1, datetime.now(UTC) - timedelta(days=3)).to_json()
    kept(engine, delivered(minute, "observation"), delivered(care.info(()).to_json(), "info"))
    _, view = kept(engine, LinkNews(connected=True, problem=None, at=datetime.now(UTC)))
    assert [(room.id, room.status, room.reasons) for room in view.rooms] == [(care.ROOM, Status.OFFLINE, ("unknown",))]


def test_an_unreadable_message_is_kept_once_counted_and_shown(engine: Engine) -> None:
    strange = delivered(fall().replace('"care/incident/1"', '"care/incident/9"'))
    acknowledged, view = kept(engine, strange, strange, delivered("{", "observation"))
    assert acknowledged == [(ALARMS, 1)]
    assert [(unread.alarm, unread.messages) for unread in view.unread] == [(True, 1), (False, 1)]
    with engine.connect() as connection:
        assert list(read.export(connection)) == []


def test_a_button_for_an_alert_that_is_gone(engine: Engine) -> None:
    done: Future[bool] = Future()
    kept(engine, Request("none", Action.CLOSE, care.NOON, done))
    assert done.result(0) is False
