"""People rendered for the bench: held at known angles, walking at known cadences, rising a known number of times."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from edge_agent.types import KEYPOINTS, Layout, View
from tools import scenes
from tools.evaluation.skeletons import Skeleton
from tools.scenes.acts import Act, Move, Step, perform
from tools.scenes.bodies import Body, load
from tools.scenes.camera import Camera
from tools.scenes.catalogue import Part, Scene
from tools.scenes.gait import walk
from tools.scenes.keypoints import instants
from tools.scenes.paint import frames
from tools.scenes.pose import Key, Triple
from tools.scenes.rig import BLAZEPOSE33
from tools.scenes.room import Box, Room, resident_room
from tools.scenes.seated import Seat, seated, sit_down, stand_up
from tools.scenes.stances import Spot
from tools.scenes.still import stand, stay

BODIES: Final = (("resident", "resident"), ("older_man", "second-resident"), ("helper", "helper"))
"""Body and clothes."""
CAMERAS: Final = {
    "corner": Camera((0.12, 0.12, 2.4), yaw_deg=42.0, tilt_deg=30.0, fov_deg=74.0),
    "wall": Camera((2.3, 0.12, 1.9), yaw_deg=90.0, tilt_deg=17.0, fov_deg=74.0),
    "shelf": Camera((0.15, 2.1, 1.2), yaw_deg=0.0, tilt_deg=5.0, fov_deg=74.0),
    "aside": Camera((2.3, 0.12, 1.9), yaw_deg=65.0, tilt_deg=17.0, fov_deg=74.0),
}
"""In a room of 4.6 x 4.2 m. The last stands where the second does and has people 25 degrees off its axis."""
PLACES: Final = {"corner": (2.3, 2.1), "wall": (2.2, 3.0), "shelf": (3.2, 2.1), "aside": (2.2, 3.0)}
"""Where on its floor somebody is whole in view of each, metres."""
SEAT_M: Final = 0.46
FPS: Final = 7.0
"""Pictures a second: what a small box manages; rendering them is slow."""
JPEG_QUALITY: Final = 90
HELD_S: Final = 1.8
"""How long each posture is kept, and a third of it to come into it."""
POSTURES: Final[tuple[tuple[Triple, Triple], ...]] = (
    ((7.0, 0.0, 0.0), (-4.0, 0.0, 0.0)),
    ((34.0, 0.0, 0.0), (-10.0, 0.0, 0.0)),
    ((9.0, 16.0, 0.0), (-4.0, -8.0, 0.0)),
    ((9.0, -12.0, 0.0), (-4.0, 6.0, 0.0)),
    ((14.0, 0.0, 0.0), (30.0, 0.0, 0.0)),
)
"""Bend of the trunk and nod of the head, degrees forward, right, turned."""


@dataclass(frozen=True, slots=True)
class Staged:
    """One recording to be made."""

    name: str
    scene: Scene

    @property
    def subject(self) -> str:
        """Whose body it is."""
        return self.scene.parts[0].performance.body.name


def held(staged: int, azimuth_deg: float, camera: str, *, sitting: bool, postures: int = len(POSTURES)) -> Staged:
    """Somebody on the open floor who takes one posture after another.

    Args:
        staged: which of the bodies, and the seed.
        azimuth_deg: how far they are turned from the camera, to their right positive.
        camera: one of `CAMERAS`.
        sitting: on a stool.
        postures: how many of `POSTURES`.
    """
    name, clothes = BODIES[staged % len(BODIES)]
    body, eye, (x, y) = load(name), CAMERAS[camera], PLACES[camera]
    to_camera = np.degrees(np.arctan2(eye.position[1] - y, eye.position[0] - x))
    spot = Spot(x, y, float(to_camera) - azimuth_deg)
    stool = Seat(spot, SEAT_M)
    start = seated(body, stool) if sitting else stand(body, spot)
    moves = [_taking(start, bend, nod, sitting=sitting) for bend, nod in POSTURES[:postures]]
    room = cleared(resident_room(), (x, y))
    room = with_stool(room, (x, y)) if sitting else room
    title = f"held-{name}-{camera}-{'sit' if sitting else 'stand'}-{azimuth_deg:g}"
    return _staged(title, body, clothes, start, moves, room, eye, staged)


def _taking(start: Key, bend: Triple, nod: Triple, *, sitting: bool) -> Move:
    def move(_: Body, before: Key) -> tuple[Act, ...]:
        del before
        more = (start.bend[0] - 7.0) if sitting else 0.0
        goal = replace(start, bend=(bend[0] + more, bend[1], bend[2]), nod=nod)
        steps = (Step(HELD_S / 3, goal), Step(HELD_S, goal))
        return (Act(steps, "sitting" if sitting else "standing", "light"),)

    return move


def pacing(staged: int, speed: float, camera: str) -> Staged:
    """Somebody who walks to and fro across the room at a steady pace."""
    name, clothes = BODIES[staged % len(BODIES)]
    body = load(name)
    ends = ((1.0, 2.9), (3.7, 1.5)) if staged % 2 else ((1.2, 2.2), (3.9, 2.4))
    way = [ends[1], ends[0], ends[1]]
    start = Spot(*ends[0], float(np.degrees(np.arctan2(ends[1][1] - ends[0][1], ends[1][0] - ends[0][0]))))
    moves = [walk(start, way, speed=speed)]
    title = f"walk-{name}-{camera}-{speed:g}"
    return _staged(
        title, body, clothes, stand(body, start), moves, cleared(resident_room(), *ends), CAMERAS[camera], staged
    )


def rising(staged: int, times: int, camera: str, seconds: float = 2.6) -> Staged:
    """Somebody who stands up from the room's chair and sits down again, so many times."""
    name, clothes = BODIES[staged % len(BODIES)]
    body, room = load(name), resident_room()
    sitting = seated(body, room.chair)
    moves: list[Move] = [stay(3.0, "sitting", seed=staged)]
    for _ in range(times):
        moves += [stand_up(room.chair, seconds), stay(1.5, "standing", "light", restless=0.0, seed=staged)]
        moves += [sit_down(room.chair, seconds), stay(2.0, "sitting", restless=0.0, seed=staged)]
    title = f"rise-{name}-{camera}-{times}x{seconds:g}"
    return _staged(title, body, clothes, sitting, moves, room, CAMERAS[camera], staged)


def _staged(
    name: str, body: Body, clothes: str, start: Key, moves: list[Move], room: Room, camera: Camera, seed: int
) -> Staged:
    part = Part(perform(body, start, moves, seed), clothes)
    scene = Scene(name, name, room, camera, (part,), seed, fall_expected=False, cleared_expected=False, fps=FPS)
    return Staged(name, scene)


def with_stool(room: Room, at: tuple[float, float]) -> Room:
    """With something to sit on."""
    x, y = at
    box = Box("stool", "chair", (x - 0.2, y - 0.2, 0.0), (x + 0.2, y + 0.2, SEAT_M), (84, 110, 140))
    return replace(room, boxes=(*room.boxes, box))


def cleared(room: Room, *places: tuple[float, float]) -> Room:
    """Without the pieces that stand in people's way."""

    def near(box: Box) -> bool:
        return box.high[2] > 0.05 and any(
            box.low[0] - 0.7 < x < box.high[0] + 0.7 and box.low[1] - 0.7 < y < box.high[1] + 0.7 for x, y in places
        )

    return replace(room, boxes=tuple(box for box in room.boxes if not near(box)))


def recorded(staged: Staged, folder: Path) -> Path:
    """The pictures of a scene, rendered unless they are there: the name tells the scene and what it is drawn by.

    A folder of JPEG pictures named by their times, as a network camera would send them: no video encoder is needed.
    """
    path = folder / "rendered" / f"{staged.name}-{_made_of(staged.scene)}"
    if not path.exists():
        half = path.with_name(f"{path.name}.{os.getpid()}")
        half.mkdir(parents=True)
        for t, picture in frames(staged.scene):
            _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
            (half / f"{t:.3f}.jpg").write_bytes(encoded.tobytes())
        half.rename(path)
    return path


def _made_of(scene: Scene) -> str:
    """Tells apart all that pictures depend on: the scene, and the code that draws it."""
    digest = hashlib.sha256(pickle.dumps(scene))
    for path in sorted(Path(scenes.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def truth_of(staged: Staged) -> Skeleton:
    """The exact joints of each picture, in the room's axes."""
    part = staged.scene.parts[0].performance
    times = instants(staged.scene)
    names = KEYPOINTS[Layout.COCO17]
    chosen = [BLAZEPOSE33.index(name) for name in names]
    places = np.stack([part.at(float(t)).landmarks(part.body)[chosen] for t in times])
    joints = {name: places[:, index] for index, name in enumerate(names)}
    return Skeleton(staged.name, part.body.name, times, joints)


def view_of(staged: Staged) -> View:
    """What an installer who measured the camera would have told the agent."""
    camera = staged.scene.camera
    return View(camera.tilt_deg, camera.roll_deg, camera.position[2], camera.intrinsics)


def holds(staged: Staged) -> Iterator[tuple[int, float, float]]:
    """Each posture's number, from when it has settled, and until when it is kept, s."""
    step = HELD_S * 4 / 3
    for index in range(len(POSTURES)):
        if staged.scene.seconds >= step * (index + 1) - 0.01:
            yield index, step * (index + 0.5), step * (index + 1)


def people_held(*, fast: bool = False) -> Iterator[Staged]:
    """Every camera, eight ways to face, standing and sitting in turn."""
    if fast:
        yield held(0, 8.0, "corner", sitting=False, postures=2)
        yield held(0, 80.0, "aside", sitting=False, postures=2)
        return
    facing = (8.0, 62.0, 78.0, 112.0, 168.0, -155.0, -84.0, -25.0)
    for index, camera in enumerate(CAMERAS):
        for place, azimuth in enumerate(facing):
            yield held(index + place, azimuth, camera, sitting=(index + place) % 2 == 1)
