"""`edge-agent doctor`: opens the doors, asks everything, prints."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TextIO

from edge_agent.cameras import live_source
from edge_agent.doctor import render
from edge_agent.doctor.checks import checks
from edge_agent.doctor.covers import covered
from edge_agent.doctor.examination import Examined, examine
from edge_agent.doctor.reading import read
from edge_agent.doctor.report import exit_code, report
from edge_agent.doctor.situation import Situation, World
from edge_agent.errors import Exit, UsageError
from edge_agent.runtime.board import Board
from edge_agent.runtime.clock import SystemClock
from edge_agent.runtime.memory import keep_in_memory

SECONDS = (1.0, 30.0)
COMMAND_S = 4.0


def run(path: Path | None, *, seconds: float, as_json: bool, try_fail_safe: bool) -> Exit:
    """Examine this box; what is found goes to the standard output.

    Raises:
        UsageError: `seconds` is out of bounds.
    """
    least, most = SECONDS
    if not least <= seconds <= most:
        raise UsageError(f"--seconds is {seconds:g}", f"give {least:g} to {most:g}")
    reading = None if path is None else read(path)
    situation = Situation(here(), reading, seconds, try_fail_safe)
    progress = _Progress(sys.stderr)
    examined = examined_safely(situation, progress)
    progress.clear()
    if as_json:
        print(report(situation, examined).model_dump_json(by_alias=True, indent=2))  # noqa: T201
    else:
        print(render.text(_title(situation), examined, _style(sys.stdout)), end="")  # noqa: T201
    return exit_code(situation, examined)


def examined_safely(situation: Situation, progress: Callable[[Iterable[str]], None]) -> tuple[Examined, ...]:
    """Everything asked, and nothing secret in the answers.

    Args:
        situation: what is asked, and of which box.
        progress: told what is still being looked at.
    """
    found = examine(situation, checks(situation), progress)
    return tuple(Examined(each.id, covered(each.finding, situation.reading)) for each in found)


def here() -> World:
    """This machine. What is seen of its cameras is kept from swap and core dumps, as in the agent."""
    return World(SystemClock(), Board(), keep_in_memory(), live_source, _resolve, _command)


def _resolve(host: str, port: int) -> Sequence[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _command(words: Sequence[str]) -> str | None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=COMMAND_S, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def _title(situation: Situation) -> str:
    configuration = situation.configuration
    if configuration is not None:
        return f"Carepose doctor: {configuration.facility}/{configuration.device} ({configuration.profile})"
    if situation.reading is not None:
        return f"Carepose doctor: {situation.reading.path}, which cannot be used"
    return "Carepose doctor, without a configuration: what any box can be asked"


def _style(stream: TextIO) -> render.Style:
    try:
        "".join((*render.SIGNS, "°")).encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        unicode = False
    else:
        unicode = True
    return render.Style(colour=stream.isatty(), unicode=unicode)


class _Progress:
    """What is still being looked at, on a terminal alone."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream if stream.isatty() else None
        self._said = ""

    def __call__(self, lanes: Iterable[str]) -> None:
        line = f"looking at {', '.join(lanes)} ".replace("_", "-")[: render.WIDTH - 4] + "..."
        if self._stream is not None and line != self._said:
            print(f"\r{line}\x1b[K", end="", file=self._stream, flush=True)
            self._said = line

    def clear(self) -> None:
        if self._stream is not None:
            print("\r\x1b[K", end="", file=self._stream, flush=True)
