"""The slots between capture and pipeline."""

from __future__ import annotations

import threading

import pytest

from edge_agent.runtime.latest import End, LatestSlots
from edge_agent.types import Observation


def seen(camera: str, t: float) -> Observation:
    return Observation(camera, t, (640, 480))


def test_only_the_latest_instant_waits_and_drops_are_counted() -> None:
    slots = LatestSlots(("a",))
    for t in (0.0, 0.1, 0.2):
        slots.put(seen("a", t))
    taken = slots.take(0.0)
    assert isinstance(taken, Observation)
    assert taken.t == 0.2
    assert slots.dropped("a") == 2
    assert slots.take(0.0) is None


def test_cameras_take_turns_however_fast_one_of_them_is() -> None:
    slots = LatestSlots(("fast", "slow"))
    slots.put(seen("slow", 0.0))
    order = []
    for t in range(4):
        slots.put(seen("fast", float(t)))
        taken = slots.take(0.0)
        assert taken is not None
        order.append(taken.camera)
    assert order.count("slow") == 1
    assert "slow" in order[:2]


def test_the_end_comes_after_the_last_instant_and_drops_nothing() -> None:
    slots = LatestSlots(("a",))
    slots.put(seen("a", 1.0))
    ending = threading.Thread(target=slots.put, args=(End("a"),))
    ending.start()
    first = slots.take(1.0)
    second = slots.take(5.0)
    ending.join(5.0)
    assert isinstance(first, Observation)
    assert second == End("a")
    assert slots.dropped("a") == 0


def test_an_unknown_camera_is_a_fault() -> None:
    with pytest.raises(KeyError):
        LatestSlots(("a",)).put(seen("b", 0.0))
