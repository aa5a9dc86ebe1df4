"""The scenes: who does what, in which room, seen from where, and what a fall detector should make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.scenes.acts import Move, Performance, perform
from tools.scenes.bed import leave_bed, lie_down
from tools.scenes.bodies import Body, load
from tools.scenes.camera import Camera
from tools.scenes.falling import fall_forward, fall_sideways
from tools.scenes.gait import walk
from tools.scenes.rising import get_up
from tools.scenes.room import Room, resident_room
from tools.scenes.seated import (
    hang_head,
    lean,
    seated,
    sit_down,
    sit_up,
    slide_to_floor,
    slump,
    stand_up,
    tie_shoes,
)
from tools.scenes.stances import Spot
from tools.scenes.still import stand, stay

CORNER = Camera(position=(0.12, 0.12, 2.4), yaw_deg=42.0, tilt_deg=30.0, fov_deg=74.0)
"""In the corner opposite the door, under the ceiling."""
DOWN_S = 44.0
"""How long a person stays on the floor: beyond the 40 s that confirming a fall may take."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Which bodies play, and the seed of everything left to chance."""

    resident: str = "resident"
    helper: str = "helper"
    clothes: str = "resident"
    """Of the resident: a name of `clothes.OUTFITS`."""
    seed: int = 1
    stay_s: float | None = None
    """How long `slump`, `lean` and `forward-head` stay as they are; None: long enough to look at."""


@dataclass(frozen=True, slots=True)
class Part:
    """One person's performance and clothes."""

    performance: Performance
    clothes: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a recording is made from."""

    name: str
    about: str
    room: Room
    camera: Camera
    parts: tuple[Part, ...]
    seed: int
    fall_expected: bool
    cleared_expected: bool
    fps: float = 10.0
    light: str = "day"
    """One of `light.LIGHTS`."""
    blanket: bool = False
    """Whoever lies in the bed is covered to the chest."""
    at_least_s: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it is."""
        return max((part.performance.end for part in self.parts), default=self.at_least_s)


@dataclass(frozen=True, slots=True)
class Plot:
    """A scene before its cast, room and camera are chosen."""

    name: str
    about: str
    parts: Callable[[Cast, Room], tuple[Part, ...]]
    fall_expected: bool = False
    cleared_expected: bool = False

    def stage(self, cast: Cast, room: Room, camera: Camera, fps: float = 10.0) -> Scene:
        """The scene with its cast, in a room, seen by a camera."""
        return Scene(
            self.name,
            self.about,
            room,
            camera,
            self.parts(cast, room),
            cast.seed,
            self.fall_expected,
            self.cleared_expected,
            fps,
        )


def _alone(cast: Cast, start: Spot, moves: list[Move]) -> tuple[Part, ...]:
    body = load(cast.resident)
    return (Part(perform(body, stand(body, start), moves, cast.seed), cast.clothes),)


def _stay(cast: Cast, seconds: float, posture: str, **more: object) -> Move:
    return stay(seconds, posture, seed=cast.seed, **more)  # type: ignore[arg-type]


OPEN = Spot(2.9, 1.2, 90.0)
"""On the open floor."""


def _walking(cast: Cast, room: Room) -> tuple[Part, ...]:
    return _alone(
        cast,
        room.door,
        [
            walk(room.door, [(3.9, 3.1), (2.6, 2.7), (1.5, 2.4), (2.3, 1.3), (3.0, 1.6), (2.4, 2.7)], -100.0),
            _stay(cast, 3.0, "standing", intensity="light"),
            walk(Spot(2.4, 2.7, -100.0), [(3.6, 2.95), (4.2, 3.5)]),
        ],
    )


def _to_chair(body: Body, room: Room, start: Spot, via: list[tuple[float, float]]) -> list[Move]:
    before = room.chair.before(body)
    return [walk(start, [*via, (before.x, before.y)], before.heading)]


def _sitting(cast: Cast, room: Room) -> tuple[Part, ...]:
    body = load(cast.resident)
    return _alone(
        cast,
        OPEN,
        [
            _stay(cast, 1.0, "standing", intensity="light"),
            *_to_chair(body, room, OPEN, [(2.3, 2.4)]),
            sit_down(room.chair),
            _stay(cast, 14.0, "sitting"),
        ],
    )


def _from_chair(cast: Cast, moves: list[Move], room: Room) -> tuple[Part, ...]:
    body = load(cast.resident)
    return (Part(perform(body, seated(body, room.chair), moves, cast.seed), cast.clothes),)


def _standing_up(cast: Cast, room: Room) -> tuple[Part, ...]:
    before = room.chair.before(load(cast.resident))
    return _from_chair(
        cast,
        [
            _stay(cast, 6.0, "sitting"),
            stand_up(room.chair),
            _stay(cast, 3.0, "standing", intensity="light"),
            walk(before, [(2.2, 2.3), (3.0, 1.7)]),
            _stay(cast, 1.5, "standing", intensity="light"),
        ],
        room,
    )


def _slumping(cast: Cast, room: Room) -> tuple[Part, ...]:
    return _from_chair(
        cast,
        [
            _stay(cast, 15.0, "sitting"),
            slump(room.chair, 12.0),
            _stay(cast, cast.stay_s or 33.0, "sitting", restless=0.25),
        ],
        room,
    )


def _held_wrongly(cast: Cast, room: Room, change: Move) -> tuple[Part, ...]:
    return _from_chair(
        cast,
        [
            _stay(cast, 15.0, "sitting"),
            change,
            _stay(cast, cast.stay_s or 20.0, "sitting", restless=0.25),
            sit_up(room.chair),
            _stay(cast, cast.stay_s or 10.0, "sitting"),
        ],
        room,
    )


def _leaning(cast: Cast, room: Room) -> tuple[Part, ...]:
    return _held_wrongly(cast, room, lean(room.chair))


def _hanging_head(cast: Cast, room: Room) -> tuple[Part, ...]:
    return _held_wrongly(cast, room, hang_head(room.chair))


def _tying(cast: Cast, room: Room) -> tuple[Part, ...]:
    body = load(cast.resident)
    before = room.chair.before(body)
    return _alone(
        cast,
        OPEN,
        [
            *_to_chair(body, room, OPEN, [(2.3, 2.3)]),
            sit_down(room.chair),
            _stay(cast, 2.5, "sitting"),
            tie_shoes(room.chair, 11.0),
            _stay(cast, 2.5, "sitting"),
            stand_up(room.chair),
            walk(before, [(2.2, 2.3)]),
            _stay(cast, 1.0, "standing", intensity="light"),
        ],
    )


def _to_bed(cast: Cast, room: Room) -> tuple[Part, ...]:
    body = load(cast.resident)
    before = room.bed.edge.before(body)
    start = Spot(2.0, 2.6, -60.0)
    return _alone(
        cast,
        start,
        [
            walk(start, [(2.5, 1.7), (before.x, before.y)], before.heading),
            sit_down(room.bed.edge, 2.2),
            _stay(cast, 2.0, "sitting"),
            lie_down(room.bed),
            _stay(cast, 28.0, "lying"),
            leave_bed(room.bed),
            _stay(cast, 3.0, "sitting"),
        ],
    )


TRIP = Spot(2.55, 1.55, 128.0)
"""Where the walker trips: a fall across the view, onto the rug."""


def _falling_forward(cast: Cast, room: Room) -> tuple[Part, ...]:
    return _alone(
        cast,
        room.door,
        [
            walk(room.door, [(3.75, 3.05), (3.0, 2.2), (2.95, 1.25), (TRIP.x, TRIP.y)], TRIP.heading, stop=False),
            fall_forward(TRIP),
            _stay(cast, DOWN_S, "lying", on_floor=True),
            get_up(seconds=9.5),
            _stay(cast, 3.0, "standing", intensity="light"),
        ],
    )


def _falling_sideways(cast: Cast, _: Room) -> tuple[Part, ...]:
    start, spot = Spot(1.7, 2.9, -60.0), Spot(2.75, 1.85, -125.0)
    return _alone(
        cast,
        start,
        [
            walk(start, [(2.2, 2.5), (spot.x, spot.y)], spot.heading),
            _stay(cast, 1.5, "standing", intensity="light"),
            fall_sideways(spot),
            _stay(cast, DOWN_S, "lying", on_floor=True),
            get_up(seconds=10.5),
            _stay(cast, 3.0, "standing", intensity="light"),
        ],
    )


def _sliding(cast: Cast, room: Room) -> tuple[Part, ...]:
    return _from_chair(
        cast,
        [
            _stay(cast, 6.0, "sitting"),
            slump(room.chair, 5.0),
            _stay(cast, 3.0, "sitting", restless=0.25),
            slide_to_floor(room.chair),
            _stay(cast, DOWN_S, "lying", on_floor=True),
        ],
        room,
    )


def _helped(cast: Cast, room: Room) -> tuple[Part, ...]:
    fallen = _alone(
        cast,
        Spot(1.7, 2.9, -60.0),
        [
            walk(Spot(1.7, 2.9, -60.0), [(2.0, 2.4), (2.6, 1.6)], 170.0),
            _stay(cast, 1.0, "standing", intensity="light"),
            fall_sideways(Spot(2.6, 1.6, 170.0)),
            _stay(cast, 66.0, "lying", on_floor=True),
        ],
    )
    helper = load(cast.helper)
    beside = Spot(3.15, 2.15, -145.0)
    moves: list[Move] = [
        walk(room.door, [(3.75, 3.05), (beside.x, beside.y)], beside.heading, speed=0.9),
        stay(27.0, "standing", "light", seed=cast.seed + 7, restless=1.5),
        walk(beside, [(3.75, 3.05), (room.door.x, room.door.y)], speed=0.9),
    ]
    enters = fallen[0].performance.falls[0].impact + 12.0
    return (
        *fallen,
        Part(perform(helper, stand(helper, room.door), moves, cast.seed + 7, enters), "helper"),
    )


def _ordinary(cast: Cast, room: Room) -> tuple[Part, ...]:
    body = load(cast.resident)
    before = room.chair.before(body)
    return _alone(
        cast,
        room.door,
        [
            walk(room.door, [(3.75, 3.05), (2.7, 2.3), (before.x, before.y)], before.heading),
            _stay(cast, 1.5, "standing", intensity="light"),
            sit_down(room.chair),
            _stay(cast, 20.0, "sitting"),
            stand_up(room.chair),
            _stay(cast, 1.5, "standing", intensity="light"),
            walk(before, [(2.1, 1.7), (2.9, 1.6), (2.8, 2.6), (3.8, 3.1), (4.2, 3.5)]),
        ],
    )


PLOTS = {
    plot.name: plot
    for plot in (
        Plot("walk", "Comes in, walks round the room, stands, leaves.", _walking),
        Plot("sit-down", "Walks to the chair, sits down, stays.", _sitting),
        Plot("stand-up", "Sits, stands up, walks off.", _standing_up),
        Plot("slump", "Sits upright, sinks together over 12 s, stays slumped.", _slumping),
        Plot("lean", "Sits upright, tips slowly to the right, stays so, sits up again.", _leaning),
        Plot("forward-head", "Sits upright, lets the head sink forward, stays so, sits up again.", _hanging_head),
        Plot("tie-shoes", "Sits down, bends to each shoe, stands up again: not a fall.", _tying),
        Plot("bed", "Sits on the edge of the bed, lies down, gets up: not a fall.", _to_bed),
        Plot(
            "fall-forward",
            "Trips, falls forward, lies 44 s, gets up.",
            _falling_forward,
            fall_expected=True,
            cleared_expected=True,
        ),
        Plot(
            "fall-sideways",
            "Topples to the right, lies 44 s, gets up.",
            _falling_sideways,
            fall_expected=True,
            cleared_expected=True,
        ),
        Plot("slide", "Slips off the chair slowly, ends lying on the floor.", _sliding, fall_expected=True),
        Plot(
            "helped",
            "Falls sideways; another person comes, stays beside for 27 s, leaves; still down.",
            _helped,
            fall_expected=True,
        ),
        Plot("ordinary", "Walks in, sits down, stands up, walks out.", _ordinary),
    )
}


def room_named(name: str) -> Room:
    """A room by name.

    Raises:
        KeyError: There is no such room.
    """
    return {"resident-room": resident_room}[name]()
