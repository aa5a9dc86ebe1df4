"""What happens in a month, drawn by seed: one thing after another, with quiet stretches between."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.month.people import FALLS, ORDINARY

CAMERAS = ("cam-a", "cam-b")

LIVE = ("silent", "unplugged", "unreachable")
PICTURE = ("frozen", "dark", "over_exposed", "covered")
PAUSES = ("pause-request", "pause-file", "pause-button", "pause-schedule")
BOX = ("heat", "clock-jump", "suspend", "unsynchronised", "broker-kill", "broker-freeze", "restart", "wedged")
SIGHTS = ("infra-red",)
PEOPLE = ("ordinary", "ordinary", "ordinary-masked")
FALL_KINDS = (
    "fall", "fall", "fall-broker-kill", "fall-broker-freeze", "fall-restart", "fall-masked", "fall-dark", "fall-paused",
)  # fmt: skip
"""The last three cannot be seen."""
SEEN = frozenset(FALL_KINDS[:-3])
KINDS = (*LIVE, *PICTURE, *PAUSES, *BOX, *SIGHTS, *PEOPLE, *FALL_KINDS)

SETTLE_S = 130.0
"""Quiet after a start: the camera's ways are learnt, and only then a frozen picture can be told soon."""
QUIET_S = (65.0, 100.0)
"""Between two things: longer than the watching that ends a run of pauses (PauseLimits.watch_s)."""

PAUSE_LENGTHS = (40.0, 110.0)
LENGTHS = {
    "frozen": (70.0, 110.0),
    "silent": (8.0, 60.0),
    "suspend": (30.0, 900.0),
    "clock-jump": (5.0, 7200.0),
    "heat": (60.0, 120.0),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happens."""

    kind: str
    camera: str
    seconds: float
    recording: str
    quiet_s: float
    """Before it."""
    sign: int = 1


def acts(seed: int, day: int, kinds: Sequence[str] = KINDS) -> Iterator[Act]:
    """The things of one day, in a drawn order: every kind comes once before one comes again."""
    draw = random.Random(f"{seed}-{day}")  # noqa: S311 - a script, no secret
    while True:
        for kind in draw.sample(kinds, len(kinds)):
            recording = draw.choice(FALLS if kind.startswith("fall") else ORDINARY)
            seconds = draw.uniform(*_lengths(kind))
            yield Act(kind, draw.choice(CAMERAS), seconds, recording, draw.uniform(*QUIET_S), draw.choice((-1, 1)))


def _lengths(kind: str) -> tuple[float, float]:
    """How long it lasts, seconds."""
    return PAUSE_LENGTHS if kind in PAUSES else LENGTHS.get(kind, (20.0, 90.0))
