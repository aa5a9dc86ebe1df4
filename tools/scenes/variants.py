"""Variants of the hard cases, drawn by a seed: body, size, clothes, room, camera, light, blanket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from tools.scenes.bodies import HERE, Body, load, sized
from tools.scenes.camera import Camera
from tools.scenes.catalogue import Scene
from tools.scenes.clothes import OUTFITS
from tools.scenes.furnish import RoomSpec, drawn_room
from tools.scenes.hard import CASES
from tools.scenes.light import LIGHTS
from tools.scenes.stage import Case, Stage

RATES = (5.0, 7.0, 10.0)
"""Instants a second: what the agent comes down to when it is hot, and its own."""
STATURES_M = (1.48, 1.84)
NOBODY_S = 45.0
"""How long an empty room is looked at."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One recording to be: everything needed to make it again."""

    number: int
    case: str
    seed: int
    body: str
    helper: str
    stature_m: float
    clothes: str
    room: RoomSpec
    corner: int
    camera_height_m: float
    fov_deg: float
    roll_deg: float
    light: str
    blanket: bool
    measured: bool
    """The camera's tilt, roll, height and lens are in the configuration."""
    marked: bool
    """Bed and sofa are marked in the configuration."""
    fps: float

    @property
    def name(self) -> str:
        """Of files and rows."""
        return f"{self.case}-{self.number:03d}"

    @property
    def plot(self) -> Case:
        """What happens."""
        return CASES[self.case]

    def person(self) -> Body:
        """The resident, as tall as drawn."""
        return _body(self.body, self.stature_m)

    def scene(self) -> Scene:
        """The scene to project or to render."""
        room = self.room.build()
        helper = load(self.helper)
        camera = camera_in(self.room, self.corner, self.camera_height_m, self.fov_deg, self.roll_deg)
        stage = self.plot.prepare(Stage(self.person(), helper, self.clothes, room, camera, self.seed))
        return Scene(
            self.name,
            self.plot.about,
            stage.room,
            stage.camera,
            self.plot.play(stage),
            self.seed,
            self.plot.fall,
            self.plot.cleared,
            self.fps,
            self.light,
            self.blanket,
            NOBODY_S,
        )


@cache
def _body(name: str, stature_m: float) -> Body:
    body = load(name)
    return sized(body, stature_m / body.stature)


def bodies_in(folder: Path | None) -> list[str]:
    """Every body of a folder (None: those committed), by the names that `load` takes."""
    if folder is None:
        return sorted(path.stem for path in HERE.glob("*.npz"))
    found = sorted(str(path) for path in folder.glob("*.npz"))
    if not found:
        raise FileNotFoundError(f"no bodies (*.npz) in {folder}: make some with tools.scenes.make_body")
    return found


def variants(
    count: int, seed: int, bodies: Sequence[str] | None = None, rooms: Sequence[RoomSpec] | None = None
) -> list[Variant]:
    """So many variants, every case as often as the others; the first ones stay the same when more are asked for.

    Args:
        count: how many.
        seed: of everything.
        bodies: names or files; None: those committed.
        rooms: None: drawn, one for every four variants.
    """
    people = list(bodies or bodies_in(None))
    names = list(CASES)
    return [_variant(number, names[number % len(names)], seed, people, rooms) for number in range(count)]


def days(
    count: int, seed: int, bodies: Sequence[str] | None = None, rooms: Sequence[RoomSpec] | None = None
) -> list[Variant]:
    """So many rooms to spend a day in, with bed and sofa marked; what happens there is not of the hard cases."""
    people = list(bodies or bodies_in(None))
    drawn = (_variant(4 * number, "empty-room", seed + 50_000, people, rooms) for number in range(count))
    return [replace(each, number=n, marked=True, measured=n % 2 == 0, light="day") for n, each in enumerate(drawn)]


def _variant(number: int, case: str, seed: int, people: Sequence[str], rooms: Sequence[RoomSpec] | None) -> Variant:
    chance = np.random.default_rng((seed, number))
    if rooms:
        room = rooms[int(chance.integers(len(rooms)))]
    else:
        place = number // 4
        room = drawn_room(f"drawn-{seed}-{place}", np.random.default_rng((seed, 7, place)))
    outfits = [name for name in OUTFITS if name != "helper"]
    return Variant(
        number=number,
        case=case,
        seed=int(chance.integers(1, 100_000)),
        body=people[int(chance.integers(len(people)))],
        helper=people[int(chance.integers(len(people)))],
        stature_m=float(round(chance.uniform(*STATURES_M), 2)),
        clothes=outfits[int(chance.integers(len(outfits)))],
        room=room,
        corner=int(chance.integers(3)),
        camera_height_m=float(round(chance.uniform(2.1, 2.6), 2)),
        fov_deg=float(round(chance.uniform(72.0, 92.0), 1)),
        roll_deg=float(round(chance.normal(0.0, 1.5), 1)),
        light=LIGHTS[int(chance.choice(len(LIGHTS), p=(0.35, 0.2, 0.3, 0.15)))],
        blanket=bool(CASES[case].in_bed and chance.random() < 0.5),
        measured=bool(chance.random() < 0.5),
        marked=bool(chance.random() < 0.5) or CASES[case].begins_in_bed,
        fps=RATES[int(chance.integers(len(RATES)))],
    )


def camera_in(room: RoomSpec, corner: int, height_m: float, fov_deg: float, roll_deg: float) -> Camera:
    """Under the ceiling: corner 0 and 1 at the ends of the wall x = 0, 2 in the middle of the wall y = 0."""
    width, depth, ceiling = room.size
    x, y = ((0.12, 0.12), (0.12, depth - 0.12), (width * 0.45, 0.10))[corner]
    middle = (width * 0.55, depth * 0.5)
    away = float(np.hypot(middle[0] - x, middle[1] - y))
    height = min(height_m, ceiling - 0.1)
    yaw = float(np.degrees(np.arctan2(middle[1] - y, middle[0] - x)))
    tilt = float(np.degrees(np.arctan2(height - 0.7, away)))
    return Camera((x, y, height), yaw, tilt, roll_deg, 640, 480 if fov_deg < 80 else 360, fov_deg)
