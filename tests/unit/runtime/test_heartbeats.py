"""Who has made no progress for too long."""

from __future__ import annotations

import threading

from edge_agent.runtime.heartbeats import Heartbeats
from tests.fakes.clocks import HeldClock


def test_a_thread_is_stalled_only_beyond_its_own_limit() -> None:
    clock = HeldClock()
    hearts = Heartbeats(clock)
    hearts.register("pipeline", 10.0)
    capture = hearts.register("capture-corner", 20.0)
    clock.go_on(10.0)
    assert hearts.stalled() == ()
    clock.go_on(0.1)
    assert hearts.stalled() == ("pipeline",)
    clock.go_on(10.0)
    assert hearts.stalled() == ("capture-corner", "pipeline")
    capture()
    assert hearts.stalled() == ("pipeline",)


def test_who_was_released_is_expected_no_more() -> None:
    clock = HeldClock()
    hearts = Heartbeats(clock)
    hearts.register("capture-corner", 1.0)
    clock.go_on(2.0)
    hearts.release("capture-corner")
    hearts.release("nobody")
    assert hearts.stalled() == ()


def test_registering_again_starts_afresh() -> None:
    clock = HeldClock()
    hearts = Heartbeats(clock)
    old = hearts.register("child", 1.0)
    clock.go_on(2.0)
    hearts.register("child", 5.0)
    assert hearts.stalled() == ()
    clock.go_on(6.0)
    old()
    assert hearts.stalled() == ("child",), "the beat of the one before counts for nothing"


def test_threads_may_register_and_beat_while_another_asks() -> None:
    hearts = Heartbeats(HeldClock())
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(200):
                hearts.register(f"{number}-{turn}", 1.0)()
                hearts.release(f"{number}-{turn}")
        except RuntimeError as failure:  # a dictionary that changed while it was read
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert hearts.stalled() == ()
    assert failures == []
