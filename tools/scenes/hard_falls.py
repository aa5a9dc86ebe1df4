"""Falls that hardly look like one: `domain.md`, "Hard positives"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tools.scenes.acts import Move, perform
from tools.scenes.bed import supine
from tools.scenes.catalogue import Part
from tools.scenes.chores import (
    collapse,
    fall_backward,
    on_the_back,
    roll_out,
)
from tools.scenes.falling import fall_forward, fall_sideways, prone
from tools.scenes.gait import walk
from tools.scenes.pose import Support
from tools.scenes.rising import get_up
from tools.scenes.room import Box
from tools.scenes.seated import seated, slide_to_floor, slump
from tools.scenes.stage import (
    AHEAD,
    BEHIND,
    DESCENT,
    DOWN_S,
    LYING,
    RIGHT,
    STAYS_S,
    Case,
    Stage,
    free_heading,
    to_camera,
    ways,
)
from tools.scenes.stances import Spot, Stance, side_lying
from tools.scenes.still import stand, stay


def _falls(
    stage: Stage,
    fall: Callable[[Spot], Move],
    reaches: tuple[tuple[float, float], ...],
    *,
    up: bool,
    near: float | None = None,
) -> tuple[Part, ...]:
    start, spot = ways(stage, reaches, near)
    moves: list[Move] = [
        stage.stay(3.0, "standing"),
        walk(start, [(spot.x, spot.y)], spot.heading, stop=fall is not fall_forward),
        fall(spot),
    ]
    if up:
        moves += [stage.stay(DOWN_S, "lying", on_floor=True), get_up(seconds=10.0), stage.stay(6.0, "standing")]
    else:
        moves += [stage.stay(STAYS_S, "lying", 0.6, on_floor=True)]
    return stage.alone(stand(stage.body, start), moves)


def _forward(stage: Stage) -> tuple[Part, ...]:
    return _falls(stage, fall_forward, AHEAD, up=True)


def _towards_camera(stage: Stage) -> tuple[Part, ...]:
    return _falls(stage, fall_forward, AHEAD, up=False, near=to_camera(stage, stage.room.open))


def _backward(stage: Stage) -> tuple[Part, ...]:
    return _falls(stage, fall_backward, BEHIND, up=False)


def _sideways(stage: Stage) -> tuple[Part, ...]:
    return _falls(stage, fall_sideways, RIGHT, up=True)


def _collapsing(stage: Stage) -> tuple[Part, ...]:
    return _falls(stage, collapse, RIGHT, up=False)


def _sliding(stage: Stage) -> tuple[Part, ...]:
    seat = stage.room.chair
    moves = [
        stage.stay(6.0, "sitting"),
        slump(seat, 5.0),
        stage.stay(3.0, "sitting", 0.25),
        slide_to_floor(seat),
        stage.stay(STAYS_S, "lying", 0.6, on_floor=True),
    ]
    return stage.alone(seated(stage.body, seat), moves)


def _found(stage: Stage) -> tuple[Part, ...]:
    """Fell where nobody saw it: lying there when it is first seen, gets up at last."""
    spot = free_heading(stage, stage.room.open, AHEAD)
    which = int(stage.chance.integers(0, 3))
    at = Stance(stage.body, spot)
    key = (prone(at, 0.4), side_lying(at, (0.0, -0.3, 0.13), Support(0.0)), on_the_back(at, 0.0))[which]
    moves = [stage.stay(DOWN_S + 4.0, "lying", 0.6, on_floor=True)]
    if which < 2:
        moves += [get_up(seconds=10.0), stage.stay(6.0, "standing")]
    return stage.alone(key, moves, enters=4.0)


def _from_bed(stage: Stage) -> tuple[Part, ...]:
    bed = stage.room.bed
    moves = [stage.stay(12.0, "lying", 0.6), roll_out(bed), stage.stay(STAYS_S, "lying", 0.6, on_floor=True)]
    return stage.alone(supine(stage.body, bed), moves)


def _helped(stage: Stage) -> tuple[Part, ...]:
    fallen = _falls(stage, fall_sideways, RIGHT, up=False)
    lies = fallen[0].performance
    end = lies.keys[-1]
    door = stage.room.door
    at = Spot(float(end.pelvis[0]), float(end.pelvis[1]), 0.0)
    towards = float(np.degrees(np.arctan2(at.y - door.y, at.x - door.x)))
    beside = replace(at, heading=towards).ahead(-0.75)
    start = replace(door, heading=towards)
    moves: list[Move] = [
        walk(start, [(beside.x, beside.y)], towards, speed=0.9),
        stay(16.0, "standing", "light", seed=stage.seed + 7, restless=1.2),
        walk(replace(beside, heading=towards), [(door.x, door.y)], speed=0.9),
    ]
    enters = lies.falls[0].impact + 3.0
    helper = perform(stage.helper, stand(stage.helper, start), moves, stage.seed + 7, enters)
    return (*fallen, Part(helper, "helper"))


def _behind_cupboard(stage: Stage) -> Stage:
    """A low cupboard between the fall and the camera: the far half of the body is seen over it."""
    room, camera = stage.room, stage.camera
    x, y = room.open.x, room.open.y
    cx, cy, _ = camera.position
    along_x = abs(cx - x) < abs(cy - y)
    half = (0.5, 0.18) if along_x else (0.18, 0.5)
    off = 0.62
    mx, my = (x, y + off * np.sign(cy - y)) if along_x else (x + off * np.sign(cx - x), y)
    box = Box(
        "cupboard", "table", (mx - half[0], my - half[1], 0.0), (mx + half[0], my + half[1], 0.55), (80, 110, 140)
    )
    return replace(stage, room=replace(room, boxes=(*room.boxes, box)))


def _behind(stage: Stage) -> tuple[Part, ...]:
    """Falls sideways along the cupboard."""
    cx, cy, _ = stage.camera.position
    x, y = stage.room.open.x, stage.room.open.y
    along_x = abs(cx - x) < abs(cy - y)
    facing = (90.0 if cy > y else -90.0) if along_x else (0.0 if cx > x else 180.0)
    spot = replace(stage.room.open, heading=facing)
    start = spot.ahead(0.0, 1.0)
    moves: list[Move] = [
        stage.stay(3.0, "standing"),
        walk(replace(start, heading=facing - 90.0), [(spot.x, spot.y)], facing),
        fall_sideways(spot),
        stage.stay(STAYS_S, "lying", 0.6, on_floor=True),
    ]
    return stage.alone(stand(stage.body, replace(start, heading=facing - 90.0)), moves)


def _at_the_edge(stage: Stage) -> Stage:
    """The camera turned so that the open floor lies near the picture's side."""
    share = 0.30 if stage.seed % 2 else -0.30
    return replace(stage, camera=replace(stage.camera, yaw_deg=stage.camera.yaw_deg + share * stage.camera.fov_deg))


POSITIVES = (
    Case("fall-forward", "Trips, falls forward, gets up.", _forward, fall=True, cleared=True, says=DESCENT),
    Case("fall-sideways", "Topples to the right, gets up.", _sideways, fall=True, cleared=True, says=DESCENT),
    Case("fall-backward", "Slips, falls on the back.", _backward, fall=True, says=DESCENT),
    Case("collapse", "The knees give way.", _collapsing, fall=True, says=DESCENT),
    Case("towards-camera", "Falls towards the camera.", _towards_camera, fall=True, says=DESCENT | LYING),
    Case("slide", "Slides off a chair without impact.", _sliding, fall=True, says=DESCENT | LYING),
    Case("found-lying", "First seen lying on the floor.", _found, fall=True, says=LYING),
    Case("from-bed", "Rolls out of bed.", _from_bed, fall=True, says=DESCENT | LYING, begins_in_bed=True),
    Case(
        "behind-furniture",
        "Falls behind a low cupboard.",
        _behind,
        fall=True,
        says=DESCENT | LYING,
        prepare=_behind_cupboard,
    ),
    Case(
        "at-the-edge",
        "Falls at the picture's edge.",
        _sideways,
        fall=True,
        cleared=True,
        says=DESCENT | LYING,
        prepare=_at_the_edge,
    ),
    Case("helped", "Falls; another person comes and leaves.", _helped, fall=True, helped=True, says=DESCENT),
)
