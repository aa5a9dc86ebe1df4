"""A device and its broker killed in the middle: what was committed arrives exactly once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from edge_agent.messages.envelope import Lane
from edge_agent.outbox import Outbox, OutboxLimits
from tests.fakes.broker import Consumer, needs_mosquitto, running, until
from tests.fakes.broker_device import broker_settings, device

pytestmark = [pytest.mark.broker, needs_mosquitto]

ROOT = Path(__file__).parents[2]


def test_killed_devices_lose_nothing_they_had_committed(tmp_path: Path) -> None:
    with running(tmp_path) as broker:
        consumer = Consumer(broker.port)
        for boot in ("b1", "b2"):
            command = [sys.executable, "-m", "tests.fakes.broker_victim", str(tmp_path), str(broker.port), boot]
            with subprocess.Popen(command, cwd=ROOT) as victim:
                until(lambda boot=boot: len(consumer.stored.get((boot, "routine"), {})) > 30, "running", 30)  # type: ignore[misc]
                broker.kill()
                before = size_of(tmp_path)
                until(lambda before=before: size_of(tmp_path) != before, "stored while the broker is away", 30)  # type: ignore[misc]
                victim.kill()
            broker.start()
        committed = committed_in(tmp_path)
        assert {boot for boot, _ in committed} == {"b1", "b2"}
        with device(tmp_path, broker_settings(broker.port), boot="b3") as box:
            until(lambda: box.publisher.status().connected and box.publisher.status().idle, "all acknowledged", 30)
        consumer.close()
    arrived = {key: sorted(events) for key, events in consumer.stored.items()}
    assert arrived == {(boot, lane.value): list(range(1, last + 1)) for (boot, lane), last in committed.items()}
    names = [name for events in consumer.stored.values() for name in events.values()]
    assert len(names) == len(set(names)) == sum(committed.values())


def size_of(folder: Path) -> int:
    return (folder / "outbox.db-wal").stat().st_size + (folder / "outbox.db-wal").stat().st_mtime_ns


def committed_in(folder: Path) -> dict[tuple[str, Lane], int]:
    box = Outbox.open(folder / "outbox.db", "room-12", OutboxLimits(), 0.0)
    try:
        return {(status.boot_id, status.lane): status.last_seq for status in box.lanes()}
    finally:
        box.close()
