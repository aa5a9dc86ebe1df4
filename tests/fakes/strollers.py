"""Somebody who strolls about a room on a closed way, seen by a camera whose view is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import atan2, cos, degrees, hypot, pi, sin

from edge_agent.types import Layout, Observation
from tests.fakes.skeletons import Eye, Stance, film, walking

SPEED = 0.9


def strolling(t: float, *, wide: float = 1.0, deep: float = 0.8, z: float = 4.2, speed: float = SPEED) -> Stance:
    """On an ellipse around the point `z` metres before the camera."""
    turn = 2.0 * speed * t / (wide + deep)
    ahead = -wide * sin(turn), deep * cos(turn)
    steps = walking(t, speed=0.0)
    heading = degrees(atan2(ahead[0], -ahead[1]))
    return replace(steps, heading=heading, x=wide * cos(turn), z=z + deep * sin(turn))


def pacing(t: float, *, span: float = 2.0, z: float = 4.2, speed: float = SPEED) -> Stance:
    """To and fro across the picture."""
    way = speed * t % (2.0 * span)
    back = way > span
    x = (2.0 * span - way if back else way) - span / 2.0
    return replace(walking(t, speed=0.0), heading=-90.0 if back else 90.0, x=x, z=z)


def lap_s(wide: float = 1.0, deep: float = 0.8, speed: float = SPEED) -> float:
    """How long one round of `strolling` takes."""
    return pi * (wide + deep) / speed


def filmed(
    eye: Eye, seconds: float, *, fps: float = 10.0, jitter: float = 1.0, start: float = 0.0
) -> Iterator[Observation]:
    """Strolling as flat keypoints, shaken by `jitter` px."""
    return film(strolling, seconds, fps, eye=eye, jitter=jitter, start=start, layout=Layout.COCO17, world=False)


def far(one: Stance, other: Stance) -> float:
    """Metres between two stances."""
    return hypot(one.x - other.x, one.z - other.z)
