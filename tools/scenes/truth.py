"""The truth of a recording, as the JSON beside it."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from edge_agent.types import Layout
from tools.scenes.acts import Intensity, Posture
from tools.scenes.backdrop import Backdrop, backdrop
from tools.scenes.camera import Camera
from tools.scenes.catalogue import Part, Scene
from tools.scenes.keypoints import instants, order
from tools.scenes.rig import COCO17

SCHEMA: Final = "carepose.scene-truth/1"
AXES: Final = "world: metres, x and y along the walls, z up, origin on the floor in the room's corner"
HIDDEN_BY_M: Final = 0.03
"""A joint this far behind furniture or a wall is hidden; other people and the body itself are not looked at."""

Point3 = tuple[float, float, float]


class Strict(BaseModel):
    """Closed and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CameraTruth(Strict):
    """Where the camera is and how it looks; degrees, metres, px."""

    position: Point3
    height_m: float
    yaw_deg: float
    tilt_deg: float
    """Down positive."""
    roll_deg: float
    """Clockwise positive, seen from behind."""
    fx: float
    fy: float
    cx: float
    cy: float


class Furniture(Strict):
    """A box square to the walls."""

    name: str
    kind: str
    low: Point3
    high: Point3


class RoomTruth(Strict):
    """Walls and furniture, metres."""

    name: str
    size: Point3
    furniture: tuple[Furniture, ...]


class Person(Strict):
    """One person's joints, frame by frame."""

    id: int
    body: str
    stature_m: float
    clothes: str
    first_frame: int
    joints_mm: tuple[tuple[int, ...], ...]
    """Per frame, x, y, z of each joint in turn: world millimetres."""
    joints_px: tuple[tuple[float, ...], ...]
    """Per frame, x, y of each joint in turn; outside the picture where a joint is."""
    visible: tuple[str, ...]
    """Per frame, one 0 or 1 a joint: inside the picture and not behind furniture."""


class Label(Strict):
    """What a person does from start to end."""

    person: int
    start_s: float
    end_s: float
    posture: Posture
    intensity: Intensity | None
    """By MET60+; None where no class applies."""
    on_floor: bool


class FallTruth(Strict):
    """A fall: when the way down began, when it ended, when the person stood again (None: not in this recording)."""

    kind: Literal["fall"] = "fall"
    person: int
    onset_s: float
    impact_s: float
    up_again_s: float | None


class Expected(Strict):
    """What a fall detector should make of the recording."""

    fall: bool
    cleared: bool


class Truth(Strict):
    """Everything that is known of a recording."""

    schema_id: Literal["carepose.scene-truth/1"] = SCHEMA
    scene: str
    about: str
    seed: int
    fps: float
    frames: int
    size: tuple[int, int]
    """Width, height, px."""
    axes: str = AXES
    camera: CameraTruth
    room: RoomTruth
    joints: tuple[str, ...] = COCO17
    people: tuple[Person, ...]
    labels: tuple[Label, ...]
    events: tuple[FallTruth, ...]
    met_basis: Literal["MET60+"] = "MET60+"
    expected: Expected


def truth(scene: Scene) -> Truth:
    """The truth of a scene, exact to the millimetre and a tenth of a pixel."""
    empty = backdrop(scene.room, scene.camera, oversample=1)
    camera, room = scene.camera, scene.room
    fx, fy, cx, cy = camera.intrinsics
    return Truth(
        scene=scene.name,
        about=scene.about,
        seed=scene.seed,
        fps=scene.fps,
        frames=len(instants(scene)),
        size=(camera.width, camera.height),
        camera=CameraTruth(
            position=camera.position,
            height_m=camera.position[2],
            yaw_deg=camera.yaw_deg,
            tilt_deg=camera.tilt_deg,
            roll_deg=camera.roll_deg,
            fx=round(fx, 4),
            fy=round(fy, 4),
            cx=cx,
            cy=cy,
        ),
        room=RoomTruth(
            name=room.name,
            size=room.size,
            furniture=tuple(
                Furniture(name=box.name, kind=box.kind, low=_metres(box.low), high=_metres(box.high))
                for box in room.boxes
            ),
        ),
        people=tuple(_person(i, part, scene, empty) for i, part in enumerate(scene.parts)),
        labels=tuple(
            Label(
                person=i,
                start_s=round(span.start, 3),
                end_s=round(span.end, 3),
                posture=span.posture,
                intensity=span.intensity,
                on_floor=span.on_floor,
            )
            for i, part in enumerate(scene.parts)
            for span in part.performance.spans
        ),
        events=tuple(
            FallTruth(
                person=i,
                onset_s=round(fall.onset, 3),
                impact_s=round(fall.impact, 3),
                up_again_s=None if fall.up_again is None else round(fall.up_again, 3),
            )
            for i, part in enumerate(scene.parts)
            for fall in part.performance.falls
        ),
        expected=Expected(fall=scene.fall_expected, cleared=scene.cleared_expected),
    )


def _metres(point: Point3) -> Point3:
    return (round(point[0], 3), round(point[1], 3), round(point[2], 3))


def _person(i: int, part: Part, scene: Scene, empty: Backdrop) -> Person:
    play = part.performance
    times = instants(scene)
    present = np.flatnonzero((times >= play.start) & (times <= play.end))
    chosen = order(Layout.COCO17)
    joints = np.stack([play.at(float(times[n])).landmarks(play.body)[chosen] for n in present])
    px = scene.camera.project(joints)
    return Person(
        id=i,
        body=play.body.name,
        stature_m=round(play.body.stature, 3),
        clothes=part.clothes,
        first_frame=int(present[0]),
        joints_mm=tuple(tuple(map(int, row)) for row in np.round(joints * 1000).reshape(len(present), -1)),
        joints_px=tuple(tuple(map(float, row)) for row in np.round(np.nan_to_num(px), 1).reshape(len(present), -1)),
        visible=tuple("".join("01"[int(v)] for v in row) for row in _visible(joints, px, scene.camera, empty)),
    )


def _visible(
    joints: NDArray[np.float64], px: NDArray[np.float64], camera: Camera, empty: Backdrop
) -> NDArray[np.bool_]:
    """(N, 17) inside the picture and not behind furniture."""
    inside = camera.sees(px)
    x, y = np.moveaxis(np.where(inside[..., None], px, 0.0).astype(int), -1, 0)
    shown: NDArray[np.bool_] = inside & (camera.to_camera(joints)[..., 2] < empty.depth[y, x] + HIDDEN_BY_M)
    return shown
