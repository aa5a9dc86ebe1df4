"""A fall that nobody's system acknowledges closes the contact: broker away, disk full, recommender dead, restarted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from edge_agent.fail_safe import FailSafe, FailSafeLimits
from edge_agent.messages.draft import Draft
from edge_agent.messages.encode import encode
from edge_agent.mqtt import DeliverySettings
from edge_agent.runtime.clock import SystemClock
from edge_agent.types import Phase
from tests.fakes.broker import Consumer, PlainClient, free_port, needs_mosquitto, running, until
from tests.fakes.broker_device import QUICK, Device, broker_settings, device
from tests.fakes.events import fall, minute, person_minute, stamp, state
from tests.fakes.gpio import FakeContact

LIMITS = FailSafeLimits(after_s=0.3, hold_s=60.0, least_s=0.0)
INCIDENT = "5f3a-fall-corner-1"


class Watched:
    """A device, and main's loop over its fail-safe."""

    def __init__(self, box: Device, limits: FailSafeLimits = LIMITS) -> None:
        self.contact = FakeContact()
        self._box = box
        self._clock = SystemClock()
        self._fail_safe = FailSafe(limits, self.contact, None)

    def calls(self) -> bool:
        self._fail_safe.look(self._clock.monotonic(), self._box.publisher.unheard_falls())
        return self.contact.closed


Made = Callable[..., AbstractContextManager[Device]]


@pytest.fixture
def nobody(tmp_path: Path) -> Made:
    """A device whose broker does not answer."""
    return partial(device, tmp_path, broker_settings(free_port()))


def test_with_the_broker_away_it_calls(nobody: Made, caplog: pytest.LogCaptureFixture) -> None:
    with nobody() as box:
        watched = Watched(box)
        box.say(fall(Phase.SUSPECTED))
        assert not watched.calls()
        box.say(fall())
        assert not watched.calls()
        until(watched.calls, "the contact is closed")
        assert f"fail-safe: contact closed for fall {INCIDENT}, unacknowledged for 0 s" in caplog.text
        box.say(fall(Phase.CLEARED))
        until(lambda: not watched.calls(), "up again")


def test_after_a_restart_what_waits_in_the_outbox_calls(nobody: Made) -> None:
    with nobody() as box:
        box.say(fall())
        until(lambda: box.publisher.status().counts.alarm == 1, "stored")
    with nobody(boot="b2") as box:
        until(Watched(box).calls, "the contact is closed")


def test_with_the_disk_full_it_calls(nobody: Made) -> None:
    with nobody() as box:
        watched = Watched(box)
        box.say(minute())
        until(lambda: box.publisher.status().counts.routine == 1, "stored")
        db = box.publisher._outbox._db
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
        box.say(*[minute(person_minute())] * 40, fall())
        until(lambda: "full" in str(box.publisher.status().fault), "said")
        until(watched.calls, "the contact is closed")
        assert box.publisher.status().counts.alarm == 0
        db.execute("PRAGMA max_page_count = 100000")


def test_with_a_publisher_that_hangs_it_calls(tmp_path: Path) -> None:
    from threading import Event  # noqa: PLC0415

    hangs = Event()

    class Hanging(Device):
        def _beat(self) -> None:
            hangs.wait(30)

    box = Hanging(tmp_path, broker_settings(free_port()))
    try:
        watched = Watched(box)
        box.say(fall())
        until(watched.calls, "the contact is closed")
    finally:
        hangs.set()
        box.stop()


def test_a_fall_that_its_own_schema_refuses_calls(nobody: Made) -> None:
    with nobody() as box:
        watched = Watched(box)
        good = encode(fall(), box.context, stamp)
        box.publisher.put(Draft(good.lane, good.topic, {**good.body, "unheard": "of"}))
        until(watched.calls, "the contact is closed")
        assert box.publisher.status().counts.alarm == 0


@pytest.mark.broker
@needs_mosquitto
class TestWithABroker:
    def test_a_recommender_that_stores_it_keeps_the_contact_open(self, tmp_path: Path) -> None:
        with running(tmp_path) as broker, device(tmp_path, broker_settings(broker.port)) as box:
            consumer = Consumer(broker.port)
            watched = Watched(box, replace(LIMITS, after_s=20.0))
            box.say(fall())
            assert box.publisher.unheard_falls()
            until(lambda: not box.publisher.unheard_falls(), "acknowledged")
            assert not watched.calls()
            consumer.close()

    def test_a_recommender_that_comes_back_opens_it(self, tmp_path: Path) -> None:
        with running(tmp_path) as broker, device(tmp_path, broker_settings(broker.port)) as box:
            watched = Watched(box)
            box.say(fall())
            until(watched.calls, "the contact is closed")
            consumer = Consumer(broker.port)
            until(lambda: not watched.calls(), "acknowledged")
            consumer.close()

    def test_another_consumers_word_does_not_count(self, tmp_path: Path) -> None:
        with running(tmp_path) as broker, device(tmp_path, broker_settings(broker.port)) as box:
            plain = PlainClient(broker.port)
            box.say(fall())
            until(lambda: plain.bodies("incident"), "heard")
            plain.acknowledge("alarm", 1, consumer="somebody-else")
            plain.acknowledge("alarm", 1, boot="other")
            until(Watched(box).calls, "the contact is closed")
            plain.close()

    def test_without_a_consumer_the_brokers_word_counts(self, tmp_path: Path) -> None:
        puback = DeliverySettings(consumer=None, resend_s=0.6)
        with running(tmp_path) as broker, device(tmp_path, broker_settings(broker.port), puback) as box:
            box.say(fall())
            until(lambda: not box.publisher.unheard_falls(), "confirmed")

    @pytest.mark.parametrize("shown", [True, False])
    def test_a_person_who_acknowledges_opens_it(self, tmp_path: Path, shown: bool) -> None:  # noqa: FBT001
        with running(tmp_path) as broker, device(tmp_path, broker_settings(broker.port), QUICK) as box:
            plain = PlainClient(broker.port)
            watched = Watched(box)
            box.say(fall(), *([state(fall())] if shown else []))
            until(watched.calls, "the contact is closed")
            plain.say(
                "request/acknowledge", {"schema": "care/request/1", "transaction": "t-1", "incident_id": INCIDENT}
            )
            until(lambda: not watched.calls(), "somebody knows")
            until(lambda: plain.bodies("response/acknowledge"), "answered")
            assert plain.bodies("response/acknowledge")[0]["result"] == "done"
            box.say(fall(Phase.ESCALATED, t=220.0))
            until(watched.calls, "still down")
            plain.close()
