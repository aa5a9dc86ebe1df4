"""What the checks are told: the configuration, and the doors to the world, each of which a test can hold shut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge_agent.doctor import processes
from edge_agent.doctor.reading import Reading
from edge_agent.runtime.board import Board
from edge_agent.runtime.clock import Clock
from edge_agent.runtime.memory import Kept
from edge_agent.sources.live import LiveSource
from firmware_config.profiles import DEFAULT, PROFILES, Profile
from firmware_config.schema import Camera, Configuration


@dataclass(frozen=True, slots=True)
class World:
    """The doors."""

    clock: Clock
    board: Board
    kept: Kept
    """What this process could do to keep pictures in memory."""
    source: Callable[[Camera], LiveSource]
    resolve: Callable[[str, int], Sequence[str]]
    """The addresses of a name; raises OSError."""
    command: Callable[[Sequence[str]], str | None]
    """What a program says; None where there is no such program, or it fails."""
    root: Path = Path("/")
    """Where `proc`, `sys` and `run` lie."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What all checks share."""

    world: World
    reading: Reading | None = None
    """None without `--config`."""
    seconds: float = 4.0
    """How long each camera is watched."""
    try_fail_safe: bool = False

    @property
    def configuration(self) -> Configuration | None:
        """The configuration, where there is a usable one."""
        return None if self.reading is None else self.reading.configuration

    @property
    def profile(self) -> Profile:
        """The budgets of this kind of box."""
        return PROFILES[DEFAULT if self.configuration is None else self.configuration.profile]

    @property
    def agent(self) -> int | None:
        """The process of an agent that runs with this very configuration."""
        return None if self.reading is None else processes.agent(self.world.root, self.reading.path)
