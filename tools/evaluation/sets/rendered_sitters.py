"""Choreographed people on a stool who sit in known ways, from all round: joints and 3D landmarks, both with noise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import Layout, Pose, SeatedKind, View
from tools.evaluation.sets.rendered_people import BODIES, CAMERAS, PLACES, SEAT_M, Staged, cleared, with_stool
from tools.scenes.acts import Act, Move, Step, perform
from tools.scenes.bodies import Body, load
from tools.scenes.camera import Camera
from tools.scenes.catalogue import Part, Scene
from tools.scenes.keypoints import hip_centred, order
from tools.scenes.pose import Key
from tools.scenes.room import resident_room
from tools.scenes.rotations import pitch
from tools.scenes.seated import Seat, seated, slumped
from tools.scenes.stances import Spot
from tools.scenes.still import stay

Floats = NDArray[np.float64]

LAYOUT: Final = Layout.COCO17
NOISE_PX, NOISE_M = 1.5, 0.01
"""Spread of every coordinate; a torso is 70 to 90 px here. [C]"""
SCORE: Final = 0.9
LENSES: Final = {"shelf": (1.1, 3.0, 5.0), "wall": (1.9, 2.8, 20.0), "corner": (2.4, 2.8, 30.0)}
"""Height and distance, metres, and tilt, degrees."""
STOOL: Final = Seat(Spot(0.0, 0.0, 0.0), SEAT_M)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to sit."""

    name: str
    kind: SeatedKind
    key: Callable[[Body, Seat], Key]


@dataclass(frozen=True, slots=True)
class Bent:
    """Trunk bent forward along its whole length, head nodded against it, pelvis turned, degrees."""

    bend: float
    nod: float
    turn: float = 0.0

    def __call__(self, body: Body, seat: Seat) -> Key:
        """The posture of a body on a seat."""
        sitting = seated(body, seat)
        return replace(
            sitting, turn=sitting.turn @ pitch(self.turn), bend=(self.bend, 0.0, 0.0), nod=(self.nod, 0.0, 0.0)
        )


WAYS: Final = (
    Way("upright", SeatedKind.UPRIGHT, seated),
    Way("straight", SeatedKind.UPRIGHT, Bent(6.0, 0.0, 6.0)),
    Way("upright, head a little down", SeatedKind.UPRIGHT, Bent(18.0, 6.0, 0.0)),
    Way("round back, head forward", SeatedKind.SLOUCHING, Bent(38.0, 20.0, 0.0)),
    Way("hanging forward", SeatedKind.SLOUCHING, Bent(24.0, 0.0, 20.0)),
    Way("slumped, slid forward", SeatedKind.SLOUCHING, slumped),
    Way("leaning back by 30 degrees", SeatedKind.RECLINING, Bent(14.0, 2.0, -28.0)),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One of them before one camera."""

    body: str
    way: Way
    lens: str
    azimuth_deg: float
    """Of the camera about the person; 0 is straight ahead."""

    @property
    def camera(self) -> Camera:
        """Where it is seen from."""
        height, away, tilt = LENSES[self.lens]
        angle = np.radians(self.azimuth_deg)
        place = float(away * np.cos(angle)), float(away * np.sin(angle)), height
        return Camera(place, yaw_deg=self.azimuth_deg + 180.0, tilt_deg=tilt, width=640, height=480, fov_deg=74.0)

    @property
    def view(self) -> View:
        """What an installer would have measured."""
        camera = self.camera
        return View(camera.tilt_deg, camera.roll_deg, camera.position[2], camera.intrinsics)

    def poses(self, count: int, seed: int, *, world: bool) -> Iterator[Pose]:
        """What a pose model would say of it at so many instants."""
        chance = np.random.default_rng([seed, int(self.azimuth_deg) % 360])
        joints, camera = _joints(self.body, WAYS.index(self.way)), self.camera
        px, metres = camera.project(joints), hip_centred(joints, camera, LAYOUT)
        for _ in range(count):
            places = px + chance.normal(0.0, NOISE_PX, px.shape)
            keypoints = np.column_stack((places, np.full(len(px), SCORE))).astype(np.float32)
            solid = (metres + chance.normal(0.0, NOISE_M, metres.shape)).astype(np.float32)
            yield Pose(keypoints, LAYOUT, SCORE, solid if world else None)


def all_round(step_deg: int, bodies: int = len(BODIES)) -> Iterator[Shown]:
    """Every way to sit from everywhere."""
    for body, _ in BODIES[:bodies]:
        for way in WAYS:
            for lens in LENSES:
                for azimuth in range(-180, 180, step_deg):
                    yield Shown(body, way, lens, float(azimuth))


FILMED: Final = (
    ("wall", 80.0),
    ("wall", -30.0),
    ("corner", 45.0),
    ("corner", -100.0),
    ("shelf", 10.0),
    ("shelf", -75.0),
)
"""Camera, and how far the sitter is turned from it, degrees to their right."""
SHOWN: Final = (0, 3, 6, 5)
"""Which of the ways, one after another."""
TAKEN_S, KEPT_S = 1.0, 6.0
"""How long it takes to come to sit so, and how long it is kept."""
FPS: Final = 4.0


def filmed(*, fast: bool = False) -> Iterator[Staged]:
    """People on a stool before rendered rooms' cameras, who sit one way after another."""
    for index, (lens, azimuth) in enumerate(FILMED[::6] if fast else FILMED):
        name, clothes = BODIES[index % len(BODIES)]
        body, eye, (x, y) = load(name), CAMERAS[lens], PLACES[lens]
        to_camera = float(np.degrees(np.arctan2(eye.position[1] - y, eye.position[0] - x)))
        stool = Seat(Spot(x, y, to_camera - azimuth), SEAT_M)
        moves = [_kept(WAYS[way].key(body, stool)) for way in SHOWN]
        part = Part(perform(body, WAYS[SHOWN[0]].key(body, stool), moves, index), clothes)
        room = with_stool(cleared(resident_room(), (x, y)), (x, y))
        title = f"sitting-{name}-{lens}-{azimuth:g}"
        scene = Scene(title, title, room, eye, (part,), index, fall_expected=False, cleared_expected=False, fps=FPS)
        yield Staged(title, scene)


def shown_at(t: float) -> tuple[Way, float]:
    """Which way somebody filmed sits at a time, and for how long."""
    number = min(int(t / (TAKEN_S + KEPT_S)), len(SHOWN) - 1)
    return WAYS[SHOWN[number]], t - number * (TAKEN_S + KEPT_S) - TAKEN_S


def _kept(key: Key) -> Move:
    def move(_: Body, before: Key) -> tuple[Act, ...]:
        del before
        return (Act((Step(TAKEN_S, key), Step(KEPT_S, key)), "sitting", "sedentary"),)

    return move


@cache
def _joints(body: str, way: int) -> Floats:
    person = load(body)
    still = perform(person, WAYS[way].key(person, STOOL), [stay(1.0, "sitting", restless=0.0, seed=1)], 1)
    chosen: Floats = still.at(0.5).landmarks(person)[order(LAYOUT)]
    return chosen
