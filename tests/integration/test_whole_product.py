"""From a recording to an acknowledged event, with real processes; and with each of them killed."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from edge_agent.messages.decode import decode
from tests.fakes.broker import PlainClient, needs_mosquitto, until
from tests.fakes.product import KEYPOINTS, Product, answers, cut

pytestmark = [pytest.mark.broker, pytest.mark.models, needs_mosquitto]


def falling(folder: Path) -> Path:
    return cut(KEYPOINTS / "fall-forward.npz", folder / "fall.npz", 4.0, 20.0)


def test_every_event_of_a_fall_is_seen_valid_on_mqtt_and_stored_once(tmp_path: Path) -> None:
    walk = cut(KEYPOINTS / "walk.npz", tmp_path / "walk.npz", 2.0, 9.0)
    product = Product(tmp_path, {"room-1": falling(tmp_path), "room-2": walk})
    product.broker.start()
    until(lambda: answers(product.broker_port), "the broker answers")
    witness = PlainClient(product.broker_port)
    try:
        product.recommender.start()
        product.agent.start()
        assert product.finished(60) == 0
    finally:
        witness.close()
        product.close()
    assert {kind for kind, _, _ in witness.heard} == {
        "availability",
        "info",
        "health",
        "state",
        "observation",
        "incident",
        "ack",
    }
    for kind, payload, _ in witness.heard:
        if kind != "availability":
            decode(payload)
    assert witness.payloads("availability")[-1] == b"offline"
    stored = product.exported()
    ids = [event["event_id"] for event in stored]
    assert len(ids) == len(set(ids))
    assert set(ids) == product.committed()
    assert [event["phase"] for event in stored if event.get("kind") == "fall"][:1] == ["suspected"]


def test_killing_each_part_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    product = Product(tmp_path, {"room-1": falling(tmp_path)})
    product.start()
    try:
        until(lambda: _committed(product) >= 1, "a first event is committed", 30)
        product.kill_and_restart(product.broker)
        before = _committed(product)
        until(lambda: _committed(product) > before, "more is committed", 30)
        product.kill_and_restart(product.recommender)
        product.kill_and_restart(product.agent)
        until(lambda: product.outbox.exists() and _boots(product) == 2, "the second boot commits", 40)
        time.sleep(1.0)
        product.kill_and_restart(product.recommender)
        assert product.finished(90) == 0
    finally:
        product.close()
    ids = [event["event_id"] for event in product.exported()]
    assert len(ids) == len(set(ids))
    assert set(ids) == product.committed()
    assert len({event["boot_id"] for event in product.exported()}) == 2


def _committed(product: Product) -> int:
    try:
        return len(product.committed())
    except sqlite3.OperationalError:
        return 0  # not made yet


def _boots(product: Product) -> int:
    with sqlite3.connect(product.outbox) as db:
        return int(db.execute("SELECT count(*) FROM boots").fetchone()[0])
