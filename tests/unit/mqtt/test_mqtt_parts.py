"""The small parts of the way to the broker."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import replace

import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.messages.draft import Draft
from edge_agent.messages.encode import encode
from edge_agent.mqtt.faults import explain, refused, unanswered
from edge_agent.mqtt.present import Present, Seen
from edge_agent.mqtt.settings import BrokerSettings
from edge_agent.mqtt.traffic import Outgoing, Traffic
from edge_agent.runtime.backoff import Backoff
from tests.fakes.events import CONTEXT, fall, stamp, state

SETTINGS = BrokerSettings("broker.example", 8883)
ROOT = "care/v1/villa-rosa/room-12"


class FakeLink:
    """A broker that takes what it is given until it is gone."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.gone = False
        self.ended = ""

    def publish(self, topic: str, payload: str, *, retain: bool) -> int | None:
        if self.gone:
            return None
        self.sent.append(payload)
        return len(self.sent)

    def subscribe(self, topic: str) -> None:
        raise AssertionError("nobody asked for it")

    def leave(self) -> None:
        self.ended = "left"

    def cut(self) -> None:
        self.ended = "cut"


def test_never_more_is_under_way_than_the_broker_takes() -> None:
    link, traffic = FakeLink(), Traffic(window=20, stalled_s=30.0)
    traffic.begin(link, window=2, now_s=0.0)
    assert [traffic.send(Outgoing("t", str(n)), 0.0) for n in range(3)] == [True, True, False]
    traffic.confirmed(1, 1.0)
    assert traffic.send(Outgoing("t", "3"), 1.0)
    assert link.sent == ["0", "1", "3"]


def test_our_own_window_holds_where_the_broker_has_none() -> None:
    link, traffic = FakeLink(), Traffic(window=20, stalled_s=30.0)
    traffic.begin(link, window=65_535, now_s=0.0)
    assert sum(traffic.send(Outgoing("t", "x"), 0.0) for _ in range(50)) == 20


def test_a_lost_connection_takes_nothing_and_forgets_what_was_under_way() -> None:
    link, traffic = FakeLink(), Traffic(window=20, stalled_s=30.0)
    traffic.begin(link, window=20, now_s=0.0)
    traffic.send(Outgoing("t", "x"), 0.0)
    link.gone = True
    assert not traffic.send(Outgoing("t", "y"), 0.0)
    traffic.end()
    assert traffic.quiet
    assert not traffic.connected
    assert not traffic.send(Outgoing("t", "z"), 0.0)


def test_a_broker_is_left_only_when_it_owes_a_confirmation() -> None:
    link, traffic = FakeLink(), Traffic(window=20, stalled_s=30.0)
    traffic.begin(link, window=20, now_s=0.0)
    traffic.cut_if_stalled(1000.0)
    traffic.send(Outgoing("t", "x"), 1000.0)
    traffic.cut_if_stalled(1030.0)
    assert link.ended == ""
    traffic.cut_if_stalled(1030.1)
    assert link.ended == "cut"


def test_pauses_grow_jitter_and_are_bounded() -> None:
    backoff = Backoff(0.5, 30.0)
    pauses = [backoff.next() for _ in range(100)]
    for attempt, pause in enumerate(pauses):
        bound = min(30.0, 0.5 * 2**attempt)
        assert bound / 2 <= pause <= bound
    assert len(set(pauses[50:])) > 40
    backoff.reset()
    assert backoff.next() <= 0.5


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (socket.gaierror(-2, "Name or service not known"), "broker.host"),
        (ConnectionRefusedError(111, "Connection refused"), "broker.port"),
        (TimeoutError("timed out"), "firewall"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), "speaks TLS"),
        (OSError(113, "No route to host"), "network"),
    ],
)
def test_each_fault_is_one_line_with_a_remedy(error: OSError, said: str) -> None:
    text = explain(error, SETTINGS)
    assert said in text
    assert "broker.example" in text
    assert "\n" not in text
    assert "(" in text


@pytest.mark.parametrize(
    ("code", "said"),
    [(0x84, "broker.protocol"), (0x86, "password file"), (0x87, "access list"), (0x88, "not ready"), (0x97, "log")],
)
def test_each_refusal_is_one_line_with_a_remedy(code: int, said: str) -> None:
    assert said in refused(ReasonCode(PacketTypes.CONNACK, identifier=code), SETTINGS)


def test_no_answer_is_explained_by_what_was_tried() -> None:
    from pathlib import Path  # noqa: PLC0415

    assert "set broker.tls.ca" in unanswered(SETTINGS)
    with_ca = replace(SETTINGS, ca=Path("ca"))
    assert "set broker.tls.certificate" in unanswered(with_ca)
    assert "who signed it" in unanswered(replace(with_ca, certificate=Path("c")))


def test_the_present_sends_the_latest_of_each_kind_once() -> None:
    present = Present()
    present.take(Draft(None, f"{ROOT}/health", {"n": 1}))
    present.take(Draft(None, f"{ROOT}/health", {"n": 2}))
    present.take(Draft(None, f"{ROOT}/info", {"n": 3}))
    assert [(kind, json.loads(payload)["n"]) for kind, _, payload in present.unsent()] == [("info", 3), ("health", 2)]
    present.sent("info")
    present.sent("health")
    assert present.unsent() == []
    present.all_again()
    assert len(present.unsent()) == 2


def test_an_acknowledgement_ends_with_its_incident() -> None:
    present = Present()
    present.take(encode(state(fall()), CONTEXT, stamp))
    assert present.acknowledge("5f3a-fall-corner-1", Seen("2026-01-01T12:00:00.000Z", 300.0))
    present.take(encode(state(), CONTEXT, stamp))
    present.take(encode(state(fall()), CONTEXT, stamp))
    assert '"acknowledged_at":null' in present.unsent()[0][2]


def test_an_acknowledgement_survives_other_news_and_lapses() -> None:
    present = Present()
    present.take(encode(state(fall()), CONTEXT, stamp))
    present.acknowledge("5f3a-fall-corner-1", Seen("2026-01-01T12:00:00.000Z", 300.0))
    present.take(encode(state(camera="door"), CONTEXT, stamp))
    present.lapse(299.0)
    assert '"acknowledged_at":"2026-01-01T12:00:00.000Z"' in present.unsent()[0][2]
    present.lapse(300.0)
    assert '"acknowledged_at":null' in present.unsent()[0][2]


def test_what_is_not_open_cannot_be_acknowledged() -> None:
    present = Present()
    seen = Seen("2026-01-01T12:00:00.000Z", 300.0)
    assert not present.acknowledge("5f3a-fall-corner-1", seen)
    present.take(encode(state(), CONTEXT, stamp))
    assert not present.acknowledge("5f3a-fall-corner-1", seen)
