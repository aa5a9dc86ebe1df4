"""A furnished room: boxes on a floor between walls, and what of it one can sit or lie on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.scenes.bed import Bed
from tools.scenes.seated import Seat
from tools.scenes.stances import Spot

Floats = NDArray[np.float64]
Colour = tuple[int, int, int]
"""Blue, green, red."""


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of furniture, or a part of one, square to the walls. Metres."""

    name: str
    kind: str
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    colour: Colour

    def corners(self) -> Floats:
        """(8, 3): bit 0 of the index chooses x, bit 1 y, bit 2 z."""
        ends = np.array((self.low, self.high))
        return np.array([[ends[i & 1, 0], ends[i >> 1 & 1, 1], ends[i >> 2 & 1, 2]] for i in range(8)])


@dataclass(frozen=True, slots=True)
class Room:
    """Walls, floor and furniture."""

    name: str
    size: tuple[float, float, float]
    """Metres along x and y, and the height of the walls."""
    door: Spot
    """Just inside the door, facing in."""
    chair: Seat
    bed: Bed
    boxes: tuple[Box, ...]
    floor: Colour = (118, 140, 156)
    wall: Colour = (196, 206, 208)
    light: tuple[float, float, float] = (2.0, 1.6, 2.5)
    """The ceiling lamp, metres."""
    sofa: Bed | None = None
    """To sit and to lie on."""
    open: Spot = Spot(2.75, 1.85, 0.0)  # noqa: RUF009 - frozen
    """The middle of the free floor."""


def resident_room() -> Room:
    """A resident's room of 4.6 x 4.2 m: chair by the far wall, bed along the side, door beyond the bed's foot."""
    wood, frame, cloth = (70, 98, 134), (84, 110, 140), (150, 120, 84)
    seat = Seat(Spot(1.75, 3.55, -90.0), 0.46)
    bed = Bed(Seat(Spot(3.62, 1.45, 180.0), 0.52))
    return Room(
        "resident-room",
        (4.6, 4.2, 2.6),
        Spot(4.2, 3.55, 180.0),
        seat,
        bed,
        (
            *_chair(seat, cloth, wood),
            Box("bed", "bed", (3.50, 0.25, 0.0), (4.55, 2.35, 0.30), frame),
            Box("mattress", "bed", (3.52, 0.27, 0.30), (4.53, 2.33, 0.52), (214, 214, 206)),
            Box("pillow", "bed", (3.75, 1.98, 0.52), (4.35, 2.30, 0.58), (236, 234, 228)),
            Box("headboard", "bed", (3.50, 2.35, 0.0), (4.55, 2.42, 0.95), wood),
            Box("wardrobe", "wardrobe", (2.75, 3.62, 0.0), (3.65, 4.18, 1.95), (98, 128, 158)),
            Box("table", "table", (0.55, 3.55, 0.0), (1.15, 4.05, 0.60), wood),
            Box("lamp", "lamp", (0.78, 3.74, 0.60), (0.92, 3.88, 1.00), (150, 206, 226)),
            Box("door", "door", (4.585, 3.10, 0.0), (4.60, 4.00, 2.0), (150, 168, 182)),
            Box("window", "window", (1.25, 4.185, 1.0), (2.35, 4.20, 2.0), (232, 222, 206)),
            Box("rug", "rug", (1.2, 1.3, 0.0), (2.9, 2.6, 0.004), (112, 116, 142)),
        ),
    )


def _chair(seat: Seat, cloth: Colour, wood: Colour) -> tuple[Box, ...]:
    """A plain chair facing -y."""
    x, y = seat.spot.x, seat.spot.y
    legs = tuple(
        Box(f"leg-{i}{j}", "chair", (x + dx, y + dy, 0.0), (x + dx + 0.05, y + dy + 0.05, seat.height - 0.08), wood)
        for i, dx in enumerate((-0.26, 0.21))
        for j, dy in enumerate((-0.20, 0.20))
    )
    return (
        Box("seat", "chair", (x - 0.27, y - 0.22, seat.height - 0.08), (x + 0.27, y + 0.27, seat.height), cloth),
        Box("back", "chair", (x - 0.27, y + 0.19, seat.height), (x + 0.27, y + 0.27, 0.98), cloth),
        *legs,
    )
