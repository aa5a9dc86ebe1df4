"""Which events go out when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge_agent.messages.draft import Draft
from edge_agent.messages.encode import encode
from edge_agent.messages.envelope import Lane
from edge_agent.mqtt.delivery import Delivery
from edge_agent.outbox import Outbox, OutboxLimits
from tests.fakes.events import CONTEXT, fall, minute, stamp

UTC = "2026-01-01T12:00:00.000Z"
ALARM = encode(fall(), CONTEXT, stamp)
ROUTINE = encode(minute(), CONTEXT, stamp)


@dataclass
class Desk:
    """An outbox, its delivery, and a broker that takes a number of messages each time."""

    box: Outbox
    delivery: Delivery
    now: float = 0.0
    log: list[str] = field(default_factory=list)

    def store(self, *drafts: Draft, boot: str = "b1") -> None:
        self.box.append(boot, drafts, self.now, UTC)

    def send(self, room: int = 1000) -> list[str]:
        """Event ids, with a `+` where called replayed."""
        out = []
        for entry, body in self.delivery.due(self.now):
            if room == 0:
                break
            room -= 1
            self.delivery.sent(entry, self.now)
            told = json.loads(body)
            out.append(told["event_id"].removeprefix("room-12-") + "+" * told["replayed"])
        return out

    def ack(self, lane: Lane, upto: int, boot: str = "b1") -> None:
        self.box.acknowledge({(boot, lane): upto}, UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    box = Outbox.open(tmp_path / "outbox.db", "room-12", OutboxLimits(rows=30), 0.0)
    yield Desk(box, Delivery(box, "b1", window=3, resend_s=10.0))
    box.close()


def test_alarms_go_first(desk: Desk) -> None:
    desk.store(ROUTINE, ROUTINE, ALARM)
    assert desk.send() == ["b1-alarm-1", "b1-routine-1", "b1-routine-2"]


def test_nothing_is_sent_twice_before_its_time(desk: Desk) -> None:
    desk.store(ROUTINE)
    assert desk.send() == ["b1-routine-1"]
    desk.now = 9.9
    assert desk.send() == []
    desk.now = 10.0
    assert desk.send() == ["b1-routine-1+"]
    desk.now = 19.9
    assert desk.send() == []


def test_only_a_window_is_sent_again(desk: Desk) -> None:
    desk.store(*[ROUTINE] * 8)
    sent = [*desk.send(), *desk.send(), *desk.send()]
    assert sent == [f"b1-routine-{n}" for n in range(1, 9)]
    desk.now = 10.0
    assert desk.send() == ["b1-routine-1+", "b1-routine-2+", "b1-routine-3+"]
    desk.ack(Lane.ROUTINE, 2)
    assert desk.send() == ["b1-routine-4+", "b1-routine-5+"]


def test_a_stuck_lane_does_not_hold_up_the_other(desk: Desk) -> None:
    desk.store(*[ALARM] * 5)
    while desk.send():
        pass
    desk.store(ROUTINE)
    desk.now = 10.0
    assert desk.send() == ["b1-alarm-1+", "b1-alarm-2+", "b1-alarm-3+", "b1-routine-1+"]


def test_what_waited_longer_than_the_interval_is_not_called_live(desk: Desk) -> None:
    desk.store(ALARM)
    desk.now = 9.0
    desk.store(ALARM)
    desk.now = 11.0
    assert desk.send() == ["b1-alarm-1+", "b1-alarm-2"]


def test_events_of_an_earlier_run_may_have_been_sent_by_it(desk: Desk) -> None:
    desk.store(ROUTINE, boot="b0")
    desk.store(ROUTINE, boot="b1")
    assert desk.send() == ["b0-routine-1+", "b1-routine-1"]


def test_a_new_connection_makes_what_was_under_way_due(desk: Desk) -> None:
    desk.store(ROUTINE, ROUTINE)
    desk.send(room=1)
    desk.delivery.reconnected()
    assert desk.send() == ["b1-routine-1+", "b1-routine-2"]


def test_a_full_broker_gets_the_rest_later_in_order(desk: Desk) -> None:
    desk.store(ROUTINE, ROUTINE, ALARM)
    assert desk.send(room=2) == ["b1-alarm-1", "b1-routine-1"]
    assert desk.send() == ["b1-routine-2"]


def test_a_gap_that_grew_is_sent_at_once_as_what_it_now_is(desk: Desk) -> None:
    desk.store(*[ROUTINE] * 31)
    assert desk.send(room=1) == ["b1-routine-1-1"]
    desk.store(ROUTINE, ROUTINE)
    assert desk.send(room=1) == ["b1-routine-1-3+"]
    assert desk.send(room=1) == ["b1-routine-4"]


def test_confirmations_move_the_watermark_without_holes(desk: Desk) -> None:
    desk.store(*[ROUTINE] * 4)
    first, second, third, fourth = desk.box.pending(Lane.ROUTINE, 9)
    desk.delivery.confirm(second)
    assert desk.delivery.watermarks() == {}
    desk.delivery.confirm(first)
    desk.delivery.confirm(fourth)
    assert desk.delivery.watermarks() == {("b1", Lane.ROUTINE): 2}
    desk.ack(Lane.ROUTINE, 2)
    assert desk.delivery.watermarks() == {}
    desk.delivery.confirm(third)
    assert desk.delivery.watermarks() == {("b1", Lane.ROUTINE): 4}


def test_each_boot_has_its_own_watermark(desk: Desk) -> None:
    desk.store(ROUTINE, boot="b0")
    desk.store(ROUTINE, boot="b1")
    desk.delivery.confirm(desk.box.pending(Lane.ROUTINE, 9)[1])
    assert desk.delivery.watermarks() == {("b1", Lane.ROUTINE): 1}
