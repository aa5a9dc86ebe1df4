"""A thread that dies is the process's death."""

from __future__ import annotations

import threading

from edge_agent.runtime.workers import Workers


def test_a_failing_thread_is_noticed_and_remembered() -> None:
    workers = Workers()

    def fail() -> None:
        raise RuntimeError("camera gone")

    workers.start("capture", fail)
    assert workers.failed.wait(5.0)
    assert isinstance(workers.failure, RuntimeError)


def test_a_thread_that_returns_is_no_failure() -> None:
    workers = Workers()
    workers.start("pipeline", lambda: None)
    assert workers.join(5.0)
    assert not workers.failed.is_set()


def test_join_says_when_a_thread_hangs() -> None:
    workers, release = Workers(), threading.Event()

    def hang() -> None:
        release.wait()

    workers.start("hanging", hang)
    assert not workers.join(0.05)
    release.set()
    assert workers.join(5.0)
