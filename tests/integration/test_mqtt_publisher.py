"""From a draft to an acknowledged event, through a real broker that may die."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from edge_agent.messages.decode import decode
from edge_agent.mqtt import DeliverySettings
from edge_agent.outbox import OutboxLimits
from edge_agent.types import Phase
from tests.fakes.broker import Broker, Consumer, PlainClient, free_port, needs_mosquitto, running, until
from tests.fakes.broker_device import QUICK, broker_settings, device
from tests.fakes.events import fall, minute, person_minute, state

pytestmark = [pytest.mark.broker, needs_mosquitto]

PUBACK = DeliverySettings(consumer=None, resend_s=0.6)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with running(tmp_path) as started:
        yield started


@pytest.fixture
def plain(broker: Broker) -> Iterator[PlainClient]:
    client = PlainClient(broker.port)
    yield client
    client.close()


@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
def test_events_go_out_and_are_forgotten_when_acknowledged(
    tmp_path: Path, broker: Broker, plain: PlainClient, protocol: Literal["3.1.1", "5"]
) -> None:
    with device(tmp_path, broker_settings(broker.port, protocol=protocol)) as box:
        box.say(fall(), minute(person_minute()), fall(Phase.CLEARED))
        until(lambda: len(plain.bodies("incident")) >= 2 and plain.bodies("observation"), "all were heard")
        assert [body["event_id"] for body in plain.bodies("incident")[:2]] == [
            "room-12-5f3a-alarm-1",
            "room-12-5f3a-alarm-2",
        ]
        assert not any(body["replayed"] for body in plain.bodies("incident")[:2])
        for payload in plain.payloads("incident") + plain.payloads("observation"):
            decode(payload)
        assert not box.publisher.status().idle
        plain.acknowledge("alarm", 2)
        plain.acknowledge("routine", 1)
        until(lambda: box.publisher.status().idle, "the outbox is empty")


def test_birth_and_goodbye(tmp_path: Path, broker: Broker, plain: PlainClient) -> None:
    with device(tmp_path, broker_settings(broker.port)) as box:
        until(lambda: plain.payloads("availability") == [b"online"], "online")
        late = PlainClient(broker.port, "late")
        until(lambda: late.heard, "retained")
        assert ("availability", b"online", True) in late.heard
        late.close()
        box.stop()
        until(lambda: plain.payloads("availability") == [b"online", b"offline"], "offline")


def test_the_will_speaks_for_a_device_that_vanished(tmp_path: Path, broker: Broker, plain: PlainClient) -> None:
    with device(tmp_path, broker_settings(broker.port)) as box:
        until(lambda: plain.payloads("availability") == [b"online"], "online")
        box.publisher._traffic.cut()
        until(lambda: b"offline" in plain.payloads("availability"), "the will")
        until(lambda: plain.payloads("availability")[-1] == b"online", "born again")


def test_a_killed_broker_loses_nothing(tmp_path: Path, broker: Broker, plain: PlainClient) -> None:
    consumer = Consumer(broker.port)
    with device(tmp_path, broker_settings(broker.port)) as box:
        box.say(state(fall()), *[minute()] * 3)
        until(lambda: box.publisher.status().idle and plain.bodies("state"), "acknowledged before")
        for _ in range(2):
            broker.kill()
            until(lambda: not box.publisher.status().connected, "loss noticed")
            box.say(fall(), *[minute()] * 30)
            plain.heard.clear()
            broker.start()
            until(lambda: box.publisher.status().connected and box.publisher.status().idle, "all acknowledged", 20)
            until(lambda: plain.bodies("state"), "the present, again")
            (now,) = plain.bodies("state")[-1]["cameras"]
            assert now["open_incidents"][0]["incident_id"] == "5f3a-fall-corner-1"
            assert plain.payloads("availability")[-1] == b"online"
    consumer.close()
    assert consumer.stored == {
        ("5f3a", "alarm"): {seq: f"room-12-5f3a-alarm-{seq}" for seq in (1, 2)},
        ("5f3a", "routine"): {seq: f"room-12-5f3a-routine-{seq}" for seq in range(1, 64)},
    }


def test_what_is_not_acknowledged_is_sent_again_unchanged_but_for_replayed(
    tmp_path: Path, broker: Broker, plain: PlainClient
) -> None:
    with device(tmp_path, broker_settings(broker.port)) as box:
        box.say(fall())
        until(lambda: len(plain.bodies("incident")) >= 3, "sent again and again")
        first, second, third = plain.bodies("incident")[:3]
        assert (first["replayed"], second["replayed"]) == (False, True)
        assert second == third == {**first, "replayed": True}


def test_only_the_named_consumer_makes_it_forget(tmp_path: Path, broker: Broker, plain: PlainClient) -> None:
    with device(tmp_path, broker_settings(broker.port)) as box:
        box.say(fall())
        until(lambda: plain.bodies("incident"), "heard")
        plain.acknowledge("alarm", 1, consumer="somebody-else")
        plain.acknowledge("alarm", 1, boot="other")
        plain.acknowledge("routine", 1)
        plain.say("ack", b"{not json")
        heard = len(plain.bodies("incident"))
        until(lambda: len(plain.bodies("incident")) > heard + 1, "still sent again")
        assert box.publisher.status().counts.alarm == 1
        plain.acknowledge("alarm", 1)
        until(lambda: box.publisher.status().idle, "forgotten")


def test_without_a_consumer_the_brokers_word_counts(tmp_path: Path, broker: Broker, plain: PlainClient) -> None:
    with device(tmp_path, broker_settings(broker.port), PUBACK) as box:
        box.say(*[minute()] * 50, fall())
        until(lambda: len(plain.bodies("observation")) >= 50, "all heard")
        until(lambda: box.publisher.status().idle, "the outbox is empty")
        assert [body["seq"] for body in plain.bodies("observation")] == list(range(1, 51))


def test_alarms_overtake_a_backlog(tmp_path: Path, plain: PlainClient, broker: Broker) -> None:
    with device(tmp_path, broker_settings(free_port()), boot="b1") as box:
        box.say(*[minute()] * 60, fall())
        until(lambda: box.publisher.status().counts.waiting == 61, "all stored")
    with device(tmp_path, broker_settings(broker.port), boot="b2") as box:
        until(lambda: len(plain.bodies("observation")) >= 60, "all heard")
        events = [topic for topic, _, _ in plain.heard if topic in {"incident", "observation"}]
        assert events[0] == "incident"
        assert all(body["replayed"] for body in plain.bodies("observation") + plain.bodies("incident"))
        assert {body["boot_id"] for body in plain.bodies("observation")} == {"b1"}
        plain.acknowledge("routine", 60, boot="b1")
        plain.acknowledge("alarm", 1, boot="b1")
        until(lambda: box.publisher.status().idle, "the outbox is empty")


def test_new_events_are_live_while_the_consumer_is_away(tmp_path: Path, broker: Broker, plain: PlainClient) -> None:
    with device(tmp_path, broker_settings(broker.port)) as box:
        box.say(*[minute()] * 45)
        until(lambda: len({body["seq"] for body in plain.bodies("observation")}) == 45, "all heard once")
        box.say(fall())
        until(lambda: plain.bodies("incident"), "the alarm")
        assert plain.bodies("incident")[0]["replayed"] is False


def test_dropped_events_are_said_as_a_gap_and_the_watermark_moves_on(
    tmp_path: Path, broker: Broker, plain: PlainClient
) -> None:
    with device(tmp_path, broker_settings(free_port()), limits=OutboxLimits(rows=5)) as box:
        box.say(*[minute()] * 12)
        until(lambda: box.publisher.status().counts.dropped == 7, "dropped")
    with device(tmp_path, broker_settings(broker.port), boot="b2", limits=OutboxLimits(rows=5)) as box:
        until(lambda: len(plain.bodies("observation")) >= 6, "heard")
        gap, *rest = plain.bodies("observation")[:6]
        assert (gap["schema"], gap["from"], gap["to"], gap["reason"]) == ("care/gap/1", 1, 7, "full")
        assert [body["seq"] for body in rest] == [8, 9, 10, 11, 12]
        plain.acknowledge("routine", 12)
        until(lambda: box.publisher.status().idle, "the outbox is empty")


def test_a_restarted_device_goes_on_where_it_was(tmp_path: Path, broker: Broker, plain: PlainClient) -> None:
    with device(tmp_path, broker_settings(broker.port), boot="b1") as box:
        box.say(minute(), minute())
        until(lambda: len(plain.bodies("observation")) >= 2, "heard")
        plain.acknowledge("routine", 1, boot="b1")
        until(lambda: box.publisher.status().counts.routine == 1, "one forgotten")
    plain.heard.clear()
    with device(tmp_path, broker_settings(broker.port), boot="b2") as box:
        box.say(minute())
        until(lambda: len(plain.bodies("observation")) >= 2, "heard")
        heard = {(body["boot_id"], body["seq"]): body["replayed"] for body in plain.bodies("observation")[:2]}
        assert heard == {("b1", 2): True, ("b2", 1): False}


def test_stopping_waits_for_the_acknowledgement_within_its_grace(
    tmp_path: Path, broker: Broker, plain: PlainClient
) -> None:
    with device(tmp_path, broker_settings(broker.port)) as box:
        box.say(*[minute()] * 5)
        box.publisher.stop(grace_s=15.0)
        until(lambda: len(plain.bodies("observation")) >= 5, "heard")
        plain.acknowledge("routine", 5)
        until(lambda: plain.payloads("availability")[-1:] == [b"offline"], "left")
    assert box.publisher.status().idle


def test_rebirth_sends_the_present_again(tmp_path: Path, broker: Broker, plain: PlainClient) -> None:
    with device(tmp_path, broker_settings(broker.port)) as box:
        box.say(state(camera="corner"), state(camera="door"))
        until(lambda: plain.bodies("state"), "state")
        plain.heard.clear()
        plain.say("request/rebirth", {"schema": "care/request/1", "transaction": "t-1"})
        until(lambda: plain.bodies("response/rebirth") and plain.bodies("state"), "all again")
        (response,) = plain.bodies("response/rebirth")
        assert (response["transaction"], response["result"]) == ("t-1", "done")
        assert plain.payloads("availability") == [b"online"]
        assert [now["camera"] for now in plain.bodies("state")[-1]["cameras"]] == ["corner", "door"]


def test_an_acknowledged_incident_is_shown_until_it_lapses(tmp_path: Path, broker: Broker, plain: PlainClient) -> None:
    def shown() -> list[object]:
        states = plain.bodies("state")
        return [incident["acknowledged_at"] for incident in states[-1]["cameras"][0]["open_incidents"]]

    with device(tmp_path, broker_settings(broker.port), replace(QUICK, acknowledged_s=1.0)) as box:
        box.say(state(fall()))
        until(lambda: plain.bodies("state"), "state")
        request = {"schema": "care/request/1", "transaction": "t-2", "incident_id": "5f3a-fall-corner-1"}
        plain.say("request/acknowledge", request)
        until(lambda: plain.bodies("response/acknowledge"), "answered")
        assert plain.bodies("response/acknowledge")[0]["result"] == "done"
        until(lambda: shown() != [None], "shown")
        until(lambda: shown() == [None], "lapsed")


@pytest.mark.parametrize(
    ("name", "body", "result", "transaction"),
    [
        ("self-test", {"schema": "care/request/1", "transaction": "t-3"}, "unsupported", "t-3"),
        ("rebirth", {"schema": "care/request/1", "transaction": "t-4", "force": True}, "invalid", "t-4"),
        ("rebirth", b"\xff", "invalid", None),
        (
            "acknowledge",
            {"schema": "care/request/1", "transaction": "t-5", "incident_id": "nobody-1"},
            "not_found",
            "t-5",
        ),
    ],
)
def test_requests_that_cannot_be_done_are_answered(
    tmp_path: Path, broker: Broker, plain: PlainClient, name: str, body: object, result: str, transaction: str | None
) -> None:
    with device(tmp_path, broker_settings(broker.port)):
        until(lambda: plain.payloads("availability") == [b"online"], "online")
        plain.say(f"request/{name}", body)
        until(lambda: plain.bodies(f"response/{name}"), "answered")
        (response,) = plain.bodies(f"response/{name}")
        assert (response["result"], response["transaction"], response["request"]) == (result, transaction, name)


def test_a_retained_request_is_not_done_at_each_connection(tmp_path: Path, broker: Broker, plain: PlainClient) -> None:
    plain.say("request/rebirth", {"schema": "care/request/1", "transaction": "old"}, retain=True)
    until(lambda: plain.bodies("request/rebirth"), "retained")
    with device(tmp_path, broker_settings(broker.port)) as box:
        box.say(fall())
        until(lambda: plain.bodies("incident"), "running")
        plain.say("request/self-test", {"schema": "care/request/1", "transaction": "t-6"})
        until(lambda: plain.bodies("response/self-test"), "answered")
        assert plain.bodies("response/rebirth") == []


def test_a_device_without_broker_goes_on_working(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with device(tmp_path, broker_settings(free_port())) as box:
        box.say(fall())
        until(lambda: box.publisher.status().counts.alarm == 1, "stored")
        beats = box.beats
        until(lambda: box.beats > beats + 3, "still beating")
        until(lambda: "Nothing listens" in caplog.text, "said")
    assert caplog.text.count("Nothing listens") == 1
    assert "incident" not in caplog.text


def test_a_broker_that_confirms_nothing_is_left(tmp_path: Path) -> None:
    connects: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.settimeout(10)
        settings = broker_settings(mute.getsockname()[1], protocol="3.1.1")
        with device(tmp_path, settings, replace(QUICK, stalled_s=0.5)):
            for _ in range(2):
                with mute.accept()[0] as peer:
                    connects.append(peer.recv(4096))
                    peer.sendall(b"\x20\x02\x00\x00")
                    while peer.recv(4096):
                        pass
    assert len(connects) == 2


def test_a_full_disk_is_waited_for(tmp_path: Path, broker: Broker, plain: PlainClient) -> None:
    with device(tmp_path, broker_settings(broker.port)) as box:
        box.say(minute())
        until(lambda: plain.bodies("observation"), "heard")
        db = box.publisher._outbox._db
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
        box.say(*[minute(person_minute())] * 40)
        until(lambda: "full" in str(box.publisher.status().fault), "said")
        db.execute("PRAGMA max_page_count = 100000")
        until(lambda: {body["seq"] for body in plain.bodies("observation")} == set(range(1, 42)), "all heard")
        until(lambda: box.publisher.status().fault is None, "over")


def test_nothing_but_the_named_topics_is_published(tmp_path: Path, broker: Broker, plain: PlainClient) -> None:
    with device(tmp_path, broker_settings(broker.port)) as box:
        box.say(state(fall()), fall(), minute(person_minute()))
        until(lambda: plain.bodies("incident") and plain.bodies("observation") and plain.bodies("state"), "heard")
        assert {topic for topic, _, _ in plain.heard} == {"availability", "state", "incident", "observation"}
        for topic, payload, _ in plain.heard:
            assert topic == "availability" or "keypoints" not in json.loads(payload)


def test_a_message_that_breaks_its_own_schema_is_dropped_and_ends_nothing(
    tmp_path: Path, broker: Broker, plain: PlainClient
) -> None:
    wrong = replace(minute(person_minute()), people=-1)
    with device(tmp_path, broker_settings(broker.port)) as box:
        box.say(wrong, fall(), minute())
        until(lambda: plain.bodies("incident") and plain.bodies("observation"), "the others were heard")
        assert [body["seq"] for body in plain.bodies("observation")] == [1]
        assert box.error is None
