"""A publisher running as in the agent, and its outbox."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from edge_agent.messages.encode import encode
from edge_agent.mqtt import BrokerSettings, DeliverySettings, Publisher
from edge_agent.mqtt.requests import Commands
from edge_agent.outbox import Outbox, OutboxLimits
from edge_agent.runtime.clock import Clock, SystemClock
from edge_agent.types import Event
from tests.fakes.events import CONTEXT, stamp

AMPLE = OutboxLimits()
QUICK = DeliverySettings(consumer="recommender", resend_s=0.6)


def broker_settings(port: int, **changes: object) -> BrokerSettings:
    plain = BrokerSettings("127.0.0.1", port, keepalive_s=5, backoff_first_s=0.1, backoff_most_s=0.3)
    return replace(plain, **changes)  # type: ignore[arg-type]


class Device:
    """One run of the agent's publishing side."""

    def __init__(
        self,
        folder: Path,
        broker: BrokerSettings,
        delivery: DeliverySettings = QUICK,
        boot: str = "5f3a",
        limits: OutboxLimits = AMPLE,
        commands: Commands | None = None,
        clock: Clock | None = None,
    ) -> None:
        clock = clock or SystemClock()
        self.context = replace(CONTEXT, boot_id=boot)
        self.beats = 0
        self.error: BaseException | None = None
        outbox = Outbox.open(folder / "outbox.db", "room-12", limits, clock.monotonic())
        self.publisher = Publisher(outbox, self.context, broker, delivery, clock, self._beat, commands)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def say(self, *events: Event) -> None:
        for event in events:
            self.publisher.put(encode(event, self.context, stamp))

    def stop(self, grace_s: float = 0.0) -> None:
        self.publisher.stop(grace_s)
        self._thread.join(20)
        assert not self._thread.is_alive()

    def _beat(self) -> None:
        self.beats += 1

    def _run(self) -> None:
        try:
            self.publisher.run()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.error = error


@contextmanager
def device(
    folder: Path,
    broker: BrokerSettings,
    delivery: DeliverySettings = QUICK,
    boot: str = "5f3a",
    limits: OutboxLimits = AMPLE,
    commands: Commands | None = None,
    clock: Clock | None = None,
) -> Iterator[Device]:
    box = Device(folder, broker, delivery, boot, limits, commands, clock)
    try:
        yield box
    finally:
        box.stop()
        assert box.error is None
