"""Where a hard case plays and with whom, and where there is room for it on the floor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tools.scenes.acts import Move, perform
from tools.scenes.bodies import Body
from tools.scenes.camera import Camera
from tools.scenes.catalogue import Part
from tools.scenes.pose import Key
from tools.scenes.room import Room
from tools.scenes.stances import Spot
from tools.scenes.still import stay

DOWN_S = 28.0
"""On the floor before getting up: long enough to be suspected (5 s) and confirmed (20 s after)."""
STAYS_S = 40.0
"""On the floor where nobody gets up."""
DESCENT = frozenset({"hip_drop", "head_drop", "fall_speed", "below_seat", "vanished_for"})
"""Clues of the way down."""
LYING = frozenset({"trunk_inclination", "posture", "hip_height", "head_height", "down_for"})
"""Clues of being down."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Where a case plays, and with whom."""

    body: Body
    helper: Body
    clothes: str
    room: Room
    camera: Camera
    seed: int

    @property
    def chance(self) -> np.random.Generator:
        """The same for the same seed."""
        return np.random.default_rng((self.seed, 11))

    def alone(self, start: Key, moves: list[Move], enters: float = 0.0) -> tuple[Part, ...]:
        """One person's part."""
        return (Part(perform(self.body, start, moves, self.seed, enters), self.clothes),)

    def stay(self, seconds: float, posture: str, restless: float = 1.0, *, on_floor: bool = False) -> Move:
        """Keeps a posture."""
        light = "light" if posture == "standing" else "sedentary"
        return stay(seconds, posture, light, restless=restless, seed=self.seed, on_floor=on_floor)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Case:
    """One way of being hard."""

    name: str
    about: str
    play: Callable[[Stage], tuple[Part, ...]]
    fall: bool = False
    cleared: bool = False
    """The body is seen off the floor again."""
    helped: bool = False
    """Another person comes after the fall and stays beside."""
    says: frozenset[str] = frozenset()
    """A fall's reasons name one of these clues; of what is none the agent, asked, names one of these alternatives."""
    prepare: Callable[[Stage], Stage] = lambda stage: stage
    """Changes the room or the camera first."""
    in_bed: bool = False
    """Somebody lies in a bed (a blanket may cover them)."""
    begins_in_bed: bool = False
    """And is first seen there: only a marked bed can be told from the floor then (Rules, 4)."""


def free_heading(stage: Stage, spot: Spot, reaches: tuple[tuple[float, float], ...], near: float | None = None) -> Spot:
    """The spot turned so that a body reaching so far (ahead, left) lies on free floor; nearest to `near` if given."""
    chance = stage.chance
    choices = (chance.permutation(24) * 15.0).tolist()
    if near is not None:
        choices.sort(key=lambda deg: abs((deg - near + 180.0) % 360.0 - 180.0))
    clear = [
        (sum(_clear(stage.room, replace(spot, heading=deg).ahead(*reach)) for reach in reaches), -rank, deg)
        for rank, deg in enumerate(choices)
    ]
    return replace(spot, heading=max(clear)[2])


def _clear(room: Room, at: Spot) -> bool:
    if not (0.25 <= at.x <= room.size[0] - 0.25 and 0.25 <= at.y <= room.size[1] - 0.25):
        return False
    return not any(
        box.high[2] > 0.1
        and box.low[0] - 0.1 < at.x < box.high[0] + 0.1
        and box.low[1] - 0.1 < at.y < box.high[1] + 0.1
        for box in room.boxes
    )


def to_camera(stage: Stage, spot: Spot) -> float:
    """The heading that faces the camera, degrees."""
    x, y, _ = stage.camera.position
    return float(np.degrees(np.arctan2(y - spot.y, x - spot.x)))


AHEAD = ((0.9, 0.0), (1.65, 0.0), (-0.6, 0.0))
RIGHT = ((0.0, -0.7), (0.0, -1.3), (-0.5, 0.0))
BEHIND = ((-0.6, 0.0), (-1.3, 0.0), (0.5, 0.0))


def start_near(stage: Stage) -> Spot:
    """A spot about the middle of the free floor, facing anywhere."""
    shift = stage.chance.uniform(-0.3, 0.3, 2).tolist()
    open_ = stage.room.open
    return Spot(open_.x + shift[0], open_.y + shift[1], float(stage.chance.uniform(-180, 180)))


def ways(stage: Stage, reaches: tuple[tuple[float, float], ...], near: float | None = None) -> tuple[Spot, Spot]:
    """Where a walker starts, and the place on the open floor it comes to, with free floor for the body."""
    spot = free_heading(stage, Spot(*start_xy(stage), 0.0), reaches, near)
    back = spot.ahead(-1.1)
    if not _clear(stage.room, back):
        back = spot.ahead(-0.6)
    return back, spot


def start_xy(stage: Stage) -> tuple[float, float]:
    """The same without a heading, metres."""
    start = start_near(stage)
    return start.x, start.y
