"""Pause and resume as a caregiver's program asks for them, through a real broker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from edge_agent.messages.stamp import utc_text
from edge_agent.mqtt.requests import Commands
from edge_agent.pause import Pauses, PauseSettings
from edge_agent.pause.rules import PauseLimits
from edge_agent.runtime.clock import SystemClock
from tests.fakes.broker import Broker, PlainClient, needs_mosquitto, running, until
from tests.fakes.broker_device import QUICK, Device, broker_settings, device
from tests.fakes.clocks import HeldClock
from tests.fakes.events import fall, state

pytestmark = [pytest.mark.broker, needs_mosquitto]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with running(tmp_path) as started:
        yield started


@pytest.fixture
def plain(broker: Broker) -> Iterator[PlainClient]:
    client = PlainClient(broker.port)
    yield client
    client.close()


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def pauses(tmp_path: Path, clock: HeldClock) -> Pauses:
    settings = PauseSettings(PauseLimits(longest_s=3600.0))
    return Pauses(settings, ("corner", "door"), clock, tmp_path / "pauses.json")


@pytest.fixture
def box(tmp_path: Path, broker: Broker, plain: PlainClient, pauses: Pauses, clock: HeldClock) -> Iterator[Device]:
    commands = Commands(pauses, lambda: "not fit: camera door is blind")
    with device(tmp_path, broker_settings(broker.port), QUICK, commands=commands, clock=clock) as running_device:
        until(lambda: plain.payloads("availability") == [b"online"], "online")
        yield running_device


def asked(plain: PlainClient, name: str, transaction: str, **fields: object) -> dict[str, object]:
    """The response to a request."""
    before = len(plain.bodies(f"response/{name}"))
    plain.say(f"request/{name}", {"schema": "care/request/1", "transaction": transaction, **fields})
    until(lambda: len(plain.bodies(f"response/{name}")) > before, "answered")
    response = plain.bodies(f"response/{name}")[-1]
    assert (response["request"], response["transaction"]) == (name, transaction)
    return response


@pytest.mark.usefixtures("box")
class TestAsked:
    def test_a_pause_is_given_and_taken_back(self, plain: PlainClient, pauses: Pauses) -> None:
        response = asked(plain, "pause", "t-1", cameras=["corner"], for_s=600)
        assert (response["result"], response["until"]) == ("done", "2026-01-01T00:10:00.000Z")
        assert pauses.active("corner") is not None
        assert pauses.active("door") is None
        assert asked(plain, "resume", "t-2", cameras=None)["result"] == "done"
        assert pauses.active("corner") is None

    def test_the_same_transaction_again_is_answered_the_same_and_does_nothing(
        self, plain: PlainClient, pauses: Pauses, clock: HeldClock
    ) -> None:
        first = asked(plain, "pause", "t-1", cameras=None, for_s=600)
        clock.go_on(300.0)
        assert asked(plain, "pause", "t-1", cameras=None, for_s=600) == first
        clock.go_on(300.0)
        assert pauses.active("corner") is None

    @pytest.mark.parametrize(
        ("fields", "result", "said"),
        [
            ({"cameras": ["window"], "for_s": 600}, "not_found", "there is: corner, door"),
            ({"cameras": [], "for_s": 600}, "invalid", "cameras"),
            ({"cameras": None, "for_s": 0}, "invalid", "for_s"),
            ({"cameras": None, "for_s": -1}, "invalid", "for_s"),
            ({"cameras": None, "for_s": "600"}, "invalid", "for_s"),
            ({"cameras": None}, "invalid", "for_s"),
            ({"for_s": 600}, "invalid", "cameras"),
            ({"cameras": None, "for_s": 600, "who": "me"}, "invalid", "who"),
            ({"cameras": None, "for_s": 600, "sent_at": "2026-13-01T00:00:00.000Z"}, "invalid", "no such date"),
        ],
    )
    def test_what_does_not_fit_is_said(
        self, plain: PlainClient, pauses: Pauses, fields: dict[str, object], result: str, said: str
    ) -> None:
        response = asked(plain, "pause", "t-1", **fields)
        assert (response["result"], response["until"]) == (result, None)
        assert said in str(response["text"])
        assert pauses.active("corner") is None

    def test_one_that_was_held_up_is_refused(self, plain: PlainClient, pauses: Pauses, clock: HeldClock) -> None:
        def sent(ago_s: float) -> str:
            return utc_text(clock.wall - timedelta(seconds=ago_s))

        late = asked(plain, "pause", "t-1", cameras=None, for_s=600, sent_at=sent(61.0))
        assert (late["result"], late["text"]) == ("refused", "it was sent 61 s ago: ask again")
        assert pauses.active("corner") is None
        assert asked(plain, "pause", "t-2", cameras=None, for_s=600, sent_at=sent(59.0))["result"] == "done"
        assert asked(plain, "resume", "t-3", cameras=None, sent_at=sent(61.0))["result"] == "refused"
        clock.set = False
        assert asked(plain, "resume", "t-4", cameras=None, sent_at=sent(61.0))["result"] == "done"

    def test_a_self_test_is_answered_in_words(self, plain: PlainClient) -> None:
        response = asked(plain, "self-test", "t-1")
        assert (response["result"], response["text"]) == ("done", "not fit: camera door is blind")


def test_a_retained_request_pauses_nothing(
    tmp_path: Path, broker: Broker, plain: PlainClient, pauses: Pauses, clock: HeldClock
) -> None:
    body = {"schema": "care/request/1", "transaction": "old", "cameras": None, "for_s": 600}
    plain.say("request/pause", body, retain=True)
    until(lambda: plain.bodies("request/pause"), "retained")
    commands = Commands(pauses, lambda: "fit")
    with device(tmp_path, broker_settings(broker.port), QUICK, commands=commands, clock=clock):
        until(lambda: plain.payloads("availability") == [b"online"], "online")
        asked(plain, "self-test", "t-1")
        assert plain.bodies("response/pause") == []
    assert pauses.active("corner") is None


def test_a_fall_is_acknowledged_before_it_can_be_paused_over(box: Device, plain: PlainClient, pauses: Pauses) -> None:
    box.say(state(fall()))
    until(lambda: box.publisher.status().falls == {"corner"}, "open")
    refused = asked(plain, "pause", "t-1", cameras=None, for_s=600)
    assert (refused["result"], refused["text"]) == ("refused", "a fall is open at corner: acknowledge it first")
    assert pauses.active("door") is None
    asked(plain, "acknowledge", "t-2", incident_id="5f3a-fall-corner-1")
    until(lambda: box.publisher.status().falls == frozenset(), "somebody knows")
    assert asked(plain, "pause", "t-3", cameras=None, for_s=600)["result"] == "done"


VICTIM = """
import sys, time
from pathlib import Path
from edge_agent.pause import Pauses, PauseSettings
from edge_agent.runtime.clock import SystemClock
pauses = Pauses(PauseSettings(), ("corner",), SystemClock(), Path(sys.argv[1]))
pauses.request(None, 600.0)
print("paused", flush=True)
time.sleep(60)
"""


def test_an_agent_that_is_killed_in_a_pause_is_paused_when_it_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "pauses.json"
    with subprocess.Popen([sys.executable, "-c", VICTIM, str(path)], stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "paused\n"
        os.kill(victim.pid, signal.SIGKILL)
    clock = SystemClock()
    pause = Pauses(PauseSettings(), ("corner",), clock, path).active("corner")
    assert pause is not None
    assert 500.0 < pause.until - clock.monotonic() <= 600.0
