"""The map of where people can be seen: how often somebody was measured well, or badly, in each field of the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge_agent.types import KEYPOINTS, Person

COLUMNS, ROWS = 24, 18
MOST = 1000
"""Instants counted of a field."""
WELL = 0.5
"""Mean score of a body's trunk and legs from which it is measured well. [C]"""
_BODY = tuple(f"{side}_{joint}" for joint in ("shoulder", "hip", "knee", "ankle") for side in ("left", "right"))


@dataclass(frozen=True, slots=True)
class Seen:
    """Counted where the feet are, or the hips where no feet were seen."""

    fields: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """(column, row) -> instants measured well, instants measured badly."""

    def with_people(self, persons: tuple[Person, ...], size: tuple[int, int]) -> Seen:
        """The same after one more instant; `size` is the picture's width and height in px."""
        fields = dict(self.fields)
        for person in persons:
            if person.track.lost:
                continue
            (x, y), well = _place(person)
            at = (_cell(x / size[0], COLUMNS), _cell(y / size[1], ROWS))
            good, bad = fields.get(at, (0, 0))
            fields[at] = (min(good + well, MOST), min(bad + (not well), MOST))
        return Seen(fields)


def _place(person: Person) -> tuple[tuple[float, float], bool]:
    pose = person.track.pose
    if pose is None:
        return person.track.hip, False
    rows = [KEYPOINTS[pose.layout].index(name) for name in _BODY]
    ankles = pose.keypoints[rows[-2:]]
    place = ankles[:, :2].mean(axis=0) if ankles[:, 2].min() >= WELL else person.track.hip
    return (float(place[0]), float(place[1])), float(pose.keypoints[rows, 2].mean()) >= WELL


def _cell(share: float, cells: int) -> int:
    return min(max(int(share * cells), 0), cells - 1)
