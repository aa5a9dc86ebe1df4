"""What fall detectors get wrong, as scenes in any room: look-alikes that are no falls, and falls that hardly look like one.

After `domain.md`, "Hard negatives" and "Hard positives". Every case says what a detector should make of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tools.scenes.acts import Move, Performance, perform
from tools.scenes.bed import Bed, leave_bed, lie_down, supine
from tools.scenes.bodies import Body
from tools.scenes.camera import Camera
from tools.scenes.catalogue import Part
from tools.scenes.chores import (
    collapse,
    fall_backward,
    kneel_to_clean,
    on_the_back,
    pick_up,
    roll_out,
    squat,
)
from tools.scenes.falling import fall_forward, fall_sideways, prone
from tools.scenes.gait import walk
from tools.scenes.pose import Key, Support
from tools.scenes.rising import get_up
from tools.scenes.room import Box, Room
from tools.scenes.seated import Seat, seated, sit_down, slide_to_floor, slump, stand_up, tie_shoes
from tools.scenes.stances import Spot, Stance, side_lying
from tools.scenes.still import stand, stay

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
    """A fall's reasons name one of these clues; for what is no fall: asked, the agent names one of these alternatives."""
    prepare: Callable[[Stage], Stage] = lambda stage: stage
    """Changes the room or the camera first."""
    in_bed: bool = False
    """Somebody lies in a bed (a blanket may cover them)."""
    begins_in_bed: bool = False
    """And is first seen there: only a marked bed can be told from the floor then (Rules, 4)."""


def _free_heading(stage: Stage, spot: Spot, reaches: tuple[tuple[float, float], ...], near: float | None = None) -> Spot:
    """The spot turned so that a body reaching so far (ahead, left) lies on free floor; nearest to `near` where given."""
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
        box.high[2] > 0.1 and box.low[0] - 0.1 < at.x < box.high[0] + 0.1 and box.low[1] - 0.1 < at.y < box.high[1] + 0.1
        for box in room.boxes
    )


def _to_camera(stage: Stage, spot: Spot) -> float:
    x, y, _ = stage.camera.position
    return float(np.degrees(np.arctan2(y - spot.y, x - spot.x)))


AHEAD = ((0.9, 0.0), (1.65, 0.0), (-0.6, 0.0))
RIGHT = ((0.0, -0.7), (0.0, -1.3), (-0.5, 0.0))
BEHIND = ((-0.6, 0.0), (-1.3, 0.0), (0.5, 0.0))


# --- no falls -----------------------------------------------------------------------------------------------------


def _walk_to(stage: Stage, seat: Seat) -> tuple[Spot, list[Move]]:
    """From the open floor to a seat, and down on it is next."""
    start, before = _start(stage), seat.before(stage.body)
    return start, [stage.stay(1.5, "standing"), walk(start, [(before.x, before.y)], before.heading)]


def _start(stage: Stage) -> Spot:
    shift = stage.chance.uniform(-0.3, 0.3, 2).tolist()
    open_ = stage.room.open
    return Spot(open_.x + shift[0], open_.y + shift[1], float(stage.chance.uniform(-180, 180)))


def _tie_shoes(stage: Stage) -> tuple[Part, ...]:
    start, moves = _walk_to(stage, stage.room.chair)
    before = stage.room.chair.before(stage.body)
    moves += [sit_down(stage.room.chair), stage.stay(2.5, "sitting"), tie_shoes(stage.room.chair, 11.0)]
    moves += [stage.stay(3.0, "sitting"), stand_up(stage.room.chair), walk(before, [(start.x, start.y)])]
    return stage.alone(stand(stage.body, start), moves)


def _on_the_floor(stage: Stage, act: Callable[[Spot], Move], times: int = 2) -> tuple[Part, ...]:
    """Walks to a place, does something low there, twice, and walks on."""
    start, spot = _ways(stage, ((0.5, 0.0), (-0.5, 0.0)))
    moves: list[Move] = [stage.stay(2.0, "standing"), walk(start, [(spot.x, spot.y)], spot.heading)]
    for _ in range(times):
        moves += [act(spot), stage.stay(2.0, "standing")]
    return stage.alone(stand(stage.body, start), [*moves, walk(spot, [(start.x, start.y)])])


def _ways(stage: Stage, reaches: tuple[tuple[float, float], ...], near: float | None = None) -> tuple[Spot, Spot]:
    """Where a walker starts, and the place on the open floor it comes to, with free floor for the body."""
    spot = _free_heading(stage, Spot(*_start_xy(stage), 0.0), reaches, near)
    back = spot.ahead(-1.1)
    if not _clear(stage.room, back):
        back = spot.ahead(-0.6)
    return back, spot


def _start_xy(stage: Stage) -> tuple[float, float]:
    start = _start(stage)
    return start.x, start.y


def _kneeling(stage: Stage) -> tuple[Part, ...]:
    return _on_the_floor(stage, kneel_to_clean, 1)


def _squatting(stage: Stage) -> tuple[Part, ...]:
    return _on_the_floor(stage, squat)


def _picking_up(stage: Stage) -> tuple[Part, ...]:
    return _on_the_floor(stage, pick_up)


def _sitting_fast(stage: Stage) -> tuple[Part, ...]:
    seat = stage.room.sofa.edge if stage.room.sofa is not None and stage.seed % 2 else stage.room.chair
    start, moves = _walk_to(stage, seat)
    return stage.alone(stand(stage.body, start), [*moves, sit_down(seat, 0.9), stage.stay(20.0, "sitting")])


def _lying_down(stage: Stage, bed: Bed) -> tuple[Part, ...]:
    start, moves = _walk_to(stage, bed.edge)
    moves += [sit_down(bed.edge, 2.0), stage.stay(2.0, "sitting"), lie_down(bed), stage.stay(32.0, "lying")]
    return stage.alone(stand(stage.body, start), [*moves, leave_bed(bed), stage.stay(3.0, "sitting")])


def _to_bed(stage: Stage) -> tuple[Part, ...]:
    return _lying_down(stage, stage.room.bed)


def _to_sofa(stage: Stage) -> tuple[Part, ...]:
    return _lying_down(stage, stage.room.sofa or stage.room.bed)


def _in_bed(stage: Stage) -> tuple[Part, ...]:
    return stage.alone(supine(stage.body, stage.room.bed), [stage.stay(60.0, "lying", 0.5)])


def _crossing(stage: Stage) -> tuple[Part, ...]:
    """Two people pass close by each other, seen one behind the other, twice."""
    towards = _to_camera(stage, stage.room.open)
    across = replace(stage.room.open, heading=towards + 90.0)
    near, far = across.ahead(0.0, -0.25), across.ahead(0.0, 0.25)
    performances: list[Performance] = []
    for body, middle, way, seed in ((stage.body, near, 1.0, 0), (stage.helper, far, -1.0, 5)):
        a, b = middle.ahead(-1.2 * way), middle.ahead(1.2 * way)
        moves: list[Move] = [
            stay(2.0, "standing", "light", seed=stage.seed + seed),
            walk(a, [(b.x, b.y)], speed=0.7),
            stay(3.0, "standing", "light", seed=stage.seed + seed),
            walk(b, [(a.x, a.y)], speed=0.7),
            stay(3.0, "standing", "light", seed=stage.seed + seed),
        ]
        start = replace(a, heading=across.heading + (0.0 if way > 0 else 180.0))
        performances.append(perform(body, stand(body, start), moves, stage.seed + seed))
    return (Part(performances[0], stage.clothes), Part(performances[1], "helper"))


def _nobody(_: Stage) -> tuple[Part, ...]:
    return ()


def _leaving(stage: Stage) -> tuple[Part, ...]:
    """Sits, gets up, walks out by the door: the last seen of them is at the picture's edge."""
    seat, door = stage.room.chair, stage.room.door
    before = seat.before(stage.body)
    out = door.ahead(-0.3)
    moves = [stage.stay(6.0, "sitting"), stand_up(seat), walk(before, [(stage.room.open.x, stage.room.open.y), (out.x, out.y)])]
    return stage.alone(seated(stage.body, seat), moves)


# --- falls --------------------------------------------------------------------------------------------------------


def _falls(stage: Stage, fall: Callable[[Spot], Move], reaches: tuple[tuple[float, float], ...], *, up: bool, near: float | None = None) -> tuple[Part, ...]:
    start, spot = _ways(stage, reaches, near)
    moves: list[Move] = [stage.stay(3.0, "standing"), walk(start, [(spot.x, spot.y)], spot.heading, stop=fall is not fall_forward), fall(spot)]
    if up:
        moves += [stage.stay(DOWN_S, "lying", on_floor=True), get_up(seconds=10.0), stage.stay(6.0, "standing")]
    else:
        moves += [stage.stay(STAYS_S, "lying", 0.6, on_floor=True)]
    return stage.alone(stand(stage.body, start), moves)


def _forward(stage: Stage) -> tuple[Part, ...]:
    return _falls(stage, fall_forward, AHEAD, up=True)


def _towards_camera(stage: Stage) -> tuple[Part, ...]:
    return _falls(stage, fall_forward, AHEAD, up=False, near=_to_camera(stage, stage.room.open))


def _backward(stage: Stage) -> tuple[Part, ...]:
    return _falls(stage, fall_backward, BEHIND, up=False)


def _sideways(stage: Stage) -> tuple[Part, ...]:
    return _falls(stage, fall_sideways, RIGHT, up=True)


def _collapsing(stage: Stage) -> tuple[Part, ...]:
    return _falls(stage, collapse, RIGHT, up=False)


def _sliding(stage: Stage) -> tuple[Part, ...]:
    seat = stage.room.chair
    moves = [stage.stay(6.0, "sitting"), slump(seat, 5.0), stage.stay(3.0, "sitting", 0.25), slide_to_floor(seat), stage.stay(STAYS_S, "lying", 0.6, on_floor=True)]
    return stage.alone(seated(stage.body, seat), moves)


def _found(stage: Stage) -> tuple[Part, ...]:
    """Fell where nobody saw it: lying there when it is first seen, gets up at last."""
    spot = _free_heading(stage, stage.room.open, AHEAD)
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
    box = Box("cupboard", "table", (mx - half[0], my - half[1], 0.0), (mx + half[0], my + half[1], 0.55), (80, 110, 140))
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


def _coat(stage: Stage) -> Stage:
    """A coat hangs over the chair's back, a hat on top of it."""
    seat = stage.room.chair
    dark = (52, 44, 40)
    hung = (
        (-0.16, 0.0, 0.72, 0.10, 0.24, 0.28, dark),
        (-0.02, 0.0, 0.49, 0.20, 0.20, 0.06, dark),
        (-0.20, 0.0, 1.08, 0.10, 0.11, 0.09, (96, 120, 150)),
    )
    boxes = []
    for n, (x, y, z, dx, dy, dz, paint) in enumerate(hung):
        a, b = seat.spot.world((x - dx, y - dy, z)), seat.spot.world((x + dx, y + dy, z))
        low, high = np.minimum(a, b).tolist(), np.maximum(a, b).tolist()
        boxes.append(Box(f"coat-{n}", "coat", (low[0], low[1], z - dz), (high[0], high[1], z + dz), paint))
    return replace(stage, room=replace(stage.room, boxes=(*stage.room.boxes, *boxes)))


NEGATIVES = (
    Case("tie-shoes", "Sits, bends to each shoe, gets up.", _tie_shoes, says=frozenset({"bending", "lying_down_on_seat", "sitting_down", "crouching"})),
    Case("squat", "Squats twice.", _squatting, says=frozenset({"crouching", "bending", "on_feet", "sitting_down"})),
    Case("pick-up", "Picks something up from the floor, twice.", _picking_up, says=frozenset({"bending", "crouching", "on_feet"})),
    Case("kneel-to-clean", "Kneels down, wipes the floor, gets up.", _kneeling, says=frozenset({"bending", "crouching", "on_feet"})),
    Case("sit-fast", "Drops onto a chair or sofa within 0.9 s.", _sitting_fast, says=frozenset({"sitting_down", "on_feet"})),
    Case("to-bed", "Lies down in bed, gets up.", _to_bed, says=frozenset({"lying_in_bed", "lying_down_on_seat"}), in_bed=True),
    Case("to-sofa", "Lies down on the sofa, sits up.", _to_sofa, says=frozenset({"lying_in_bed", "lying_down_on_seat"})),
    Case("in-bed", "Lies in bed all along.", _in_bed, says=frozenset({"lying_in_bed", "lying_down_on_seat"}), in_bed=True, begins_in_bed=True),
    Case("crossing", "Two people cross, one before the other.", _crossing, says=frozenset({"on_feet"})),
    Case("empty-room", "Nobody there; a coat on the chair.", _nobody, prepare=_coat),
    Case("leaves", "Gets up from a chair and walks out.", _leaving, says=frozenset({"on_feet", "left_the_view"})),
)
POSITIVES = (
    Case("fall-forward", "Trips, falls forward, gets up.", _forward, fall=True, cleared=True, says=DESCENT),
    Case("fall-sideways", "Topples to the right, gets up.", _sideways, fall=True, cleared=True, says=DESCENT),
    Case("fall-backward", "Slips, falls on the back.", _backward, fall=True, says=DESCENT),
    Case("collapse", "The knees give way.", _collapsing, fall=True, says=DESCENT),
    Case("towards-camera", "Falls towards the camera.", _towards_camera, fall=True, says=DESCENT | LYING),
    Case("slide", "Slides off a chair without impact.", _sliding, fall=True, says=DESCENT | LYING),
    Case("found-lying", "First seen lying on the floor.", _found, fall=True, says=LYING),
    Case("from-bed", "Rolls out of bed.", _from_bed, fall=True, says=DESCENT | LYING, begins_in_bed=True),
    Case("behind-furniture", "Falls behind a low cupboard.", _behind, fall=True, says=DESCENT | LYING, prepare=_behind_cupboard),
    Case("at-the-edge", "Falls at the picture's edge.", _sideways, fall=True, cleared=True, says=DESCENT | LYING, prepare=_at_the_edge),
    Case("helped", "Falls; another person comes and leaves.", _helped, fall=True, helped=True, says=DESCENT),
)
CASES = {case.name: case for case in (*NEGATIVES, *POSITIVES)}
