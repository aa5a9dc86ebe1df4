"""Rooms other than the resident's own: drawn by chance, or read from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field

from tools.scenes.bed import Bed
from tools.scenes.room import Box, Colour, Room
from tools.scenes.seated import Seat
from tools.scenes.stances import Spot

Side = Literal[0, 90, 180, -90]
Place = tuple[float, float, Side]
"""Metres x and y of the seated pelvis, and the way one faces there, degrees."""


class RoomSpec(BaseModel):
    """A furnished room as a file gives it; metres, degrees, colours blue-green-red."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    size: tuple[float, float, float]
    door: tuple[float, float, float]
    """Just inside it, and the way in."""
    chair: Place
    chair_height: float = Field(default=0.46, ge=0.36, le=0.56)
    bed: Place
    """Its edge; the pillow is to the right of who sits there, and the bed behind."""
    bed_height: float = Field(default=0.52, ge=0.4, le=0.65)
    sofa: Place
    sofa_height: float = Field(default=0.42, ge=0.36, le=0.5)
    open: tuple[float, float]
    """The middle of at least 3 m x 2 m of free floor."""
    light: tuple[float, float, float] = (2.0, 1.6, 2.5)
    floor: Colour = (118, 140, 156)
    wall: Colour = (196, 206, 208)
    cloth: Colour = (150, 120, 84)

    def build(self) -> Room:
        """The room with its furniture as boxes."""
        chair = Seat(_spot(self.chair), self.chair_height)
        bed = Bed(Seat(_spot(self.bed), self.bed_height))
        sofa = Bed(Seat(_spot(self.sofa), self.sofa_height), inward=0.24)
        x, y = self.open
        return Room(
            self.name,
            self.size,
            Spot(*self.door),
            chair,
            bed,
            (*_chair(chair, self.cloth), *_bed(bed), *_sofa(sofa, self.cloth), _rug(x, y)),
            self.floor,
            self.wall,
            self.light,
            sofa,
            Spot(x, y, 0.0),
        )


def read_rooms(path: Path) -> list[RoomSpec]:
    """The rooms of a YAML or JSON file: one mapping, or a list of them.

    Raises:
        pydantic.ValidationError: A field is wrong.
    """
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [RoomSpec.model_validate(entry) for entry in (said if isinstance(said, list) else [said])]


def drawn_room(name: str, chance: np.random.Generator) -> RoomSpec:
    """A room of 4.2-5.4 x 4.0-5.2 m: bed on the far side wall, chair and sofa on the other walls or changed about."""
    width, depth = (float(round(chance.uniform(*span), 2)) for span in ((4.2, 5.4), (4.0, 5.2)))
    shift = float(round(chance.uniform(-0.2, 0.3), 2))
    bed: Place = (width - 0.98, 1.45 + shift, 180)
    far: Place = (float(round(width * chance.uniform(0.34, 0.44), 2)), depth - 0.65, -90)
    near: Place = (0.65, float(round(depth * chance.uniform(0.52, 0.6), 2)), 0)
    chair, sofa = (far, near) if chance.random() < 0.5 else (near, far)
    return RoomSpec(
        name=name,
        size=(width, depth, float(round(chance.uniform(2.4, 2.8), 2))),
        door=(width - 0.4, depth - 0.65, 180.0),
        chair=chair,
        chair_height=float(round(chance.uniform(0.42, 0.50), 2)),
        bed=bed,
        bed_height=float(round(chance.uniform(0.46, 0.58), 2)),
        sofa=sofa,
        sofa_height=float(round(chance.uniform(0.38, 0.45), 2)),
        open=(float(round(width * 0.52, 2)), float(round(depth * chance.uniform(0.42, 0.50), 2))),
        light=(width / 2, depth / 2, 2.35),
        floor=_tint(chance, (118, 140, 156), 22),
        wall=_tint(chance, (196, 206, 208), 16),
        cloth=_tint(chance, (130, 110, 100), 40),
    )


def _tint(chance: np.random.Generator, colour: Colour, by: int) -> Colour:
    b, g, r = (int(np.clip(part + chance.integers(-by, by + 1), 20, 240)) for part in colour)
    return (b, g, r)


def _spot(place: Place) -> Spot:
    return Spot(place[0], place[1], float(place[2]))


def _box(
    seat: Seat, name: str, kind: str, low: tuple[float, float, float], high: tuple[float, float, float], colour: Colour
) -> Box:
    """A box given in the seat's own frame: x the way one faces, y to the left, z from the floor."""
    ends = np.stack([seat.spot.world(low), seat.spot.world(high)])
    a, b = ends.min(axis=0).tolist(), ends.max(axis=0).tolist()
    return Box(name, kind, (a[0], a[1], low[2]), (b[0], b[1], high[2]), colour)


def _chair(seat: Seat, cloth: Colour) -> tuple[Box, ...]:
    wood = (70, 98, 134)
    legs = tuple(
        _box(seat, f"leg-{i}{j}", "chair", (x, y, 0.0), (x + 0.05, y + 0.05, seat.height - 0.08), wood)
        for i, x in enumerate((-0.25, 0.15))
        for j, y in enumerate((-0.26, 0.21))
    )
    return (
        _box(seat, "seat", "chair", (-0.27, -0.27, seat.height - 0.08), (0.22, 0.27, seat.height), cloth),
        _box(seat, "back", "chair", (-0.27, -0.27, seat.height), (-0.19, 0.27, 0.98), cloth),
        *legs,
    )


def _bed(bed: Bed) -> tuple[Box, ...]:
    seat, top = bed.edge, bed.edge.height
    wood = (70, 98, 134)
    return (
        _box(seat, "bed", "bed", (-0.93, -0.90, 0.0), (0.12, 1.20, top - 0.2), (84, 110, 140)),
        _box(seat, "mattress", "bed", (-0.91, -0.88, top - 0.2), (0.10, 1.18, top), (214, 214, 206)),
        _box(seat, "pillow", "bed", (-0.73, -0.85, top), (-0.13, -0.53, top + 0.06), (236, 234, 228)),
        _box(seat, "headboard", "bed", (-0.93, -0.97, 0.0), (0.12, -0.90, top + 0.42), wood),
    )


def _sofa(sofa: Bed, cloth: Colour) -> tuple[Box, ...]:
    seat, top = sofa.edge, sofa.edge.height
    return (
        _box(seat, "sofa-seat", "sofa", (-0.50, -1.0, 0.0), (0.14, 1.05, top), cloth),
        _box(seat, "sofa-back", "sofa", (-0.64, -1.0, 0.0), (-0.50, 1.05, top + 0.4), cloth),
    )


def _rug(x: float, y: float) -> Box:
    return Box("rug", "rug", (x - 0.85, y - 0.6, 0.0), (x + 0.85, y + 0.6, 0.004), (112, 116, 142))
