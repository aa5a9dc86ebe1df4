"""A real process whose thread hangs: it says so, is not fed any more, and ends itself."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from edge_agent.errors import Exit
from tests.fakes.systemd import Door

ROOT = Path(__file__).parents[2]

HANGS = """
    import ctypes, logging, os, sys, threading, time
    from edge_agent.runtime.clock import SystemClock
    from edge_agent.runtime.heartbeats import Heartbeats
    from edge_agent.runtime.watchdog import Notifier, StallLimits, Watchdog

    logging.basicConfig(stream=sys.stderr, format="%(message)s")
    clock = SystemClock()
    hearts, notifier = Heartbeats(clock), Notifier(os.environ, os.getpid())
    dog = Watchdog(hearts, notifier, clock, StallLimits(end_after_s=0.5))
    beat = hearts.register("pipeline", 0.3)

    def work():
        for _ in range(10):
            time.sleep(0.02)
            beat()
        {hang}

    threading.Thread(target=work, daemon={daemon}).start()
    notifier.ready("1 camera")
    while True:
        time.sleep(0.05)
        dog.look()
"""
HUNG_IN_C = "ctypes.CDLL(None).sleep(600)"
HUNG_HOLDING_THE_LOG = "logging.getLogger().handlers[0].acquire(); ctypes.CDLL(None).sleep(600)"


@pytest.mark.parametrize("hang", [HUNG_IN_C, HUNG_HOLDING_THE_LOG])
@pytest.mark.parametrize("daemon", [True, False])
def test_a_thread_hung_in_c_ends_the_process(tmp_path: Path, hang: str, *, daemon: bool) -> None:
    door = Door(str(tmp_path / "notify"))
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(HANGS).format(hang=hang, daemon=daemon)],
        cwd=ROOT,
        env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "300000"},
        capture_output=True,
        text=True,
        timeout=30.0,
        check=False,
    )
    said = door.heard()
    door.close()
    assert ended.returncode == Exit.STALLED
    assert said[0] == "READY=1\nSTATUS=1 camera"
    assert said.count("WATCHDOG=1") >= 2
    assert said[-1].startswith("STATUS=no progress of pipeline"), "the last word, and no feeding after it"
    if hang == HUNG_IN_C:
        assert "no progress of pipeline" in ended.stderr
        assert "in work\n" in ended.stderr, "the stack says where it hung"
