"""The demonstration's broker where Mosquitto is not installed."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from amqtt.broker import Broker as Amqtt

from tests.fakes.broker import Consumer, free_port, until
from tests.fakes.broker_device import broker_settings, device
from tests.fakes.events import fall, minute


@pytest.fixture
def port() -> Iterator[int]:
    """A broker in a thread of its own."""
    number = free_port()
    config = {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{number}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }
    loop = asyncio.new_event_loop()
    up, down = threading.Event(), asyncio.Event()

    async def serve() -> None:
        broker = Amqtt(config, loop)
        await broker.start()
        up.set()
        await down.wait()
        await broker.shutdown()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert up.wait(15)
    yield number
    loop.call_soon_threadsafe(down.set)
    thread.join(15)
    loop.close()
    # A connection that ends while amqtt shuts down stays open in it: collected here, it troubles no other test.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_events_reach_the_consumer_once_and_in_order(tmp_path: Path, port: int) -> None:
    consumer = Consumer(port)
    with device(tmp_path, broker_settings(port, protocol="3.1.1")) as box:
        box.say(*[minute()] * 60, fall())
        until(lambda: sum(map(len, consumer.stored.values())) == 61, "all arrived", 30)
        until(lambda: box.publisher.status().idle, "all acknowledged", 30)
    consumer.close()
    assert list(consumer.stored["5f3a", "routine"]) == list(range(1, 61))
    assert ("availability", b"online") in {(topic, payload) for topic, payload, _ in consumer.heard}
