"""What looks like a fall and is none: `domain.md`, "Hard negatives"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tools.scenes.acts import Move, Performance, perform
from tools.scenes.bed import Bed, leave_bed, lie_down, supine
from tools.scenes.catalogue import Part
from tools.scenes.chores import (
    kneel_to_clean,
    pick_up,
    squat,
)
from tools.scenes.gait import walk
from tools.scenes.room import Box
from tools.scenes.seated import Seat, seated, sit_down, stand_up, tie_shoes
from tools.scenes.stage import (
    Case,
    Stage,
    start_near,
    to_camera,
    ways,
)
from tools.scenes.stances import Spot
from tools.scenes.still import stand, stay


def _walk_to(stage: Stage, seat: Seat) -> tuple[Spot, list[Move]]:
    """From the open floor to a seat, and down on it is next."""
    start, before = start_near(stage), seat.before(stage.body)
    return start, [stage.stay(1.5, "standing"), walk(start, [(before.x, before.y)], before.heading)]


def _tie_shoes(stage: Stage) -> tuple[Part, ...]:
    start, moves = _walk_to(stage, stage.room.chair)
    before = stage.room.chair.before(stage.body)
    moves += [sit_down(stage.room.chair), stage.stay(2.5, "sitting"), tie_shoes(stage.room.chair, 11.0)]
    moves += [stage.stay(3.0, "sitting"), stand_up(stage.room.chair), walk(before, [(start.x, start.y)])]
    return stage.alone(stand(stage.body, start), moves)


def _on_the_floor(stage: Stage, act: Callable[[Spot], Move], times: int = 2) -> tuple[Part, ...]:
    """Walks to a place, does something low there, twice, and walks on."""
    start, spot = ways(stage, ((0.5, 0.0), (-0.5, 0.0)))
    moves: list[Move] = [stage.stay(2.0, "standing"), walk(start, [(spot.x, spot.y)], spot.heading)]
    for _ in range(times):
        moves += [act(spot), stage.stay(2.0, "standing")]
    return stage.alone(stand(stage.body, start), [*moves, walk(spot, [(start.x, start.y)])])


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
    towards = to_camera(stage, stage.room.open)
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
    moves = [
        stage.stay(6.0, "sitting"),
        stand_up(seat),
        walk(before, [(stage.room.open.x, stage.room.open.y), (out.x, out.y)]),
    ]
    return stage.alone(seated(stage.body, seat), moves)


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
    Case(
        "tie-shoes",
        "Sits, bends to each shoe, gets up.",
        _tie_shoes,
        says=frozenset({"bending", "lying_down_on_seat", "sitting_down", "crouching"}),
    ),
    Case("squat", "Squats twice.", _squatting, says=frozenset({"crouching", "bending", "on_feet", "sitting_down"})),
    Case(
        "pick-up",
        "Picks something up from the floor, twice.",
        _picking_up,
        says=frozenset({"bending", "crouching", "on_feet"}),
    ),
    Case(
        "kneel-to-clean",
        "Kneels down, wipes the floor, gets up.",
        _kneeling,
        says=frozenset({"bending", "crouching", "on_feet"}),
    ),
    Case(
        "sit-fast",
        "Drops onto a chair or sofa within 0.9 s.",
        _sitting_fast,
        says=frozenset({"sitting_down", "on_feet"}),
    ),
    Case(
        "to-bed",
        "Lies down in bed, gets up.",
        _to_bed,
        says=frozenset({"lying_in_bed", "lying_down_on_seat"}),
        in_bed=True,
    ),
    Case(
        "to-sofa", "Lies down on the sofa, sits up.", _to_sofa, says=frozenset({"lying_in_bed", "lying_down_on_seat"})
    ),
    Case(
        "in-bed",
        "Lies in bed all along.",
        _in_bed,
        says=frozenset({"lying_in_bed", "lying_down_on_seat"}),
        in_bed=True,
        begins_in_bed=True,
    ),
    Case("crossing", "Two people cross, one before the other.", _crossing, says=frozenset({"on_feet"})),
    Case("empty-room", "Nobody there; a coat on the chair.", _nobody, prepare=_coat),
    Case("leaves", "Gets up from a chair and walks out.", _leaving, says=frozenset({"on_feet", "left_the_view"})),
)
