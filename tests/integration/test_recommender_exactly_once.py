"""Each committed event is stored exactly once, whoever is killed with -9 in the middle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from edge_agent.messages.incident import IncidentMessage
from edge_agent.messages.observation import ObservationMessage
from tests.fakes import care
from tests.fakes.broker import MOSQUITTO
from tests.fakes.facility import Device, Mosquitto, Program, Recommender, eventually

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(MOSQUITTO is None, reason="the mosquitto program is not installed"),
]
EVENTS = 120


def outbox() -> list[IncidentMessage | ObservationMessage]:
    alarms = [care.incident(seq, id_=f"corner-{seq}") for seq in range(1, EVENTS // 4 + 1)]
    minutes = [
        care.observation(seq, care.later(60 * seq), persons=(care.person(),)) for seq in range(1, EVENTS * 3 // 4 + 1)
    ]
    return [*alarms, *minutes]


def restarted(program: Program) -> None:
    program.kill()
    program.start()


def test_killed_recommender_broker_and_device_in_the_middle_of_the_stream(tmp_path: Path) -> None:
    events = outbox()
    with Mosquitto(tmp_path) as broker, Recommender(tmp_path, broker.port) as recommender:
        device = Device(broker.port, events)
        fates: list[Callable[[], None]] = [
            lambda: restarted(recommender),
            lambda: restarted(broker),
            device.kill,
        ]
        strikes = [EVENTS * 3 // 4, EVENTS // 2, EVENTS // 4]

        def drained() -> bool:
            done = device.drained()
            if strikes and len(device.waiting) <= strikes[0]:
                strikes.pop(0)
                fates.pop(0)()
                return False
            return done

        eventually(drained, f"everything is acknowledged; log: {recommender.log}")
        assert not fates, "everybody was killed once"
        exported = recommender.export()
        ids = [event["event_id"] for event in exported]
        assert sorted(ids) == sorted(event.event_id for event in events)
        assert recommender.export() == exported
    by_id = {event.event_id: event.model_dump(mode="json", by_alias=True) for event in events}
    assert all(by_id[event["event_id"]] == event for event in exported)


def test_a_hole_holds_the_watermark_until_a_gap_or_an_unreadable_event_fills_it(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker, Recommender(tmp_path, broker.port) as recommender:
        device = Device(broker.port, [])
        heard: list[int] = []

        def send(payload: str) -> None:
            eventually(device.connected, "the device is connected")
            device.publish("incident", payload)

        def acknowledged(upto: int) -> bool:
            device.turn()
            heard.append(device.acknowledged.get("alarm", 0))
            return heard[-1] >= upto

        eventually(recommender.is_ready, "the recommender is ready")
        send(care.incident(1).to_json())
        eventually(lambda: acknowledged(1), "1 is acknowledged")
        send(care.incident(4).to_json())
        send(care.incident(6).to_json().replace('"care/incident/1"', '"care/incident/9"'))
        eventually(lambda: device.connected() and len(recommender.export()) == 2, "4 is stored")
        assert device.acknowledged == {"alarm": 1}
        send(care.gap(2, 3).to_json())
        eventually(lambda: acknowledged(4), "the gap moves it on to 4")
        assert max(heard) == 4
        send(care.incident(5).to_json())
        eventually(lambda: acknowledged(6), "the unreadable one counts")
        assert [event["seq"] for event in recommender.export()] == [1, 4, 5]
        (unread,) = recommender.now()["unread"]
        assert (unread["device"], unread["alarm"], unread["messages"]) == (care.DEVICE, True, 1)
        device.acknowledged.clear()
        send(care.incident(1).to_json())
        eventually(lambda: acknowledged(6), "a duplicate is acknowledged again")
        assert len(recommender.export()) == 3
