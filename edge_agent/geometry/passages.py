"""What is observed of upright people: where their ankles and ears are seen, averaged over about a stride."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import hypot
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_agent.geometry.limits import GeometryLimits
from edge_agent.types import KEYPOINTS, ON_FEET, Layout, Person, Point

Numbers: TypeAlias = NDArray[np.float64]

COLUMNS = 7
"""Of an observation: ankles x, y; ears x, y; how far the ankles came x, y; the body's scale. All px."""
NONE: Numbers = np.zeros((0, COLUMNS))
_NAMES = ("shoulder", "hip", "ankle")


def _indices(layout: Layout) -> list[int]:
    names = KEYPOINTS[layout]
    pairs = [f"{side}_{name}" for name in _NAMES for side in ("left", "right")]
    return [names.index(name) for name in (*pairs, "left_ear", "right_ear")]


_AT: Mapping[Layout, list[int]] = {layout: _indices(layout) for layout in Layout}


@dataclass(frozen=True, slots=True)
class Passage:
    """One person's observation under way."""

    t: float
    ankles: Point
    """Where they were first seen."""
    seconds: float = 0.0
    sums: tuple[float, ...] = (0.0,) * 5
    """Of ankles x, y, ears x, y and the body's scale, each times its seconds."""

    def add(self, t: float, seen: tuple[Point, Point], torso_px: float) -> Passage:
        """The same with one more instant."""
        dt = t - self.t
        now = (*seen[0], *seen[1], torso_px)
        return replace(
            self,
            t=t,
            seconds=self.seconds + dt,
            sums=tuple(total + dt * each for total, each in zip(self.sums, now, strict=True)),
        )

    def observed(self, limits: GeometryLimits, ankles: Point) -> Numbers:
        """The observation once it is complete, the ankles being here now."""
        x, y, ear_x, ear_y, torso = (each / self.seconds for each in self.sums)
        came = ankles[0] - self.ankles[0], ankles[1] - self.ankles[1]
        walked = hypot(*came) >= limits.moved * torso
        return np.array([x, y, ear_x, ear_y, *(came if walked else (0.0, 0.0)), torso])


def on_feet_since(persons: tuple[Person, ...], before: Mapping[int, float]) -> dict[int, float]:
    """Since when everybody who is in view has been standing or walking, by track; the others are left out."""
    return {
        person.track.id: before.get(person.track.id, person.track.t)
        for person in persons
        if person.posture.kind in ON_FEET and not person.track.lost
    }


def upright(limits: GeometryLimits, person: Person, size: tuple[int, int]) -> tuple[Point, Point] | None:
    """Middle of the ankles and of the ears of somebody whole in the picture who holds themselves straight, px.

    What counts as upright must not rest on the view that is to be found: hips and shoulders lie on the line from
    ankles to ears, wherever the camera is.
    """
    track = person.track
    if track.pose is None or track.lost or track.ambiguous or not track.confirmed:
        return None
    points = track.pose.keypoints[_AT[track.pose.layout]]
    low = np.multiply(size, limits.margin)
    inside = (points[:, :2] >= low).all() and (points[:, :2] <= np.subtract(size, low)).all()
    if points[:, 2].min() < limits.min_score or not inside:
        return None
    shoulders, hips, ankles, ears = points[:, :2].astype(float).reshape(4, 2, 2).mean(axis=1)
    axis = ears - ankles
    length = float(np.hypot(*axis))
    if length < limits.min_body_px:
        return None
    beside = [
        abs(axis[0] * (each - ankles)[1] - axis[1] * (each - ankles)[0]) / length**2 for each in (hips, shoulders)
    ]
    if max(beside) > limits.straight:
        return None
    return (float(ankles[0]), float(ankles[1])), (float(ears[0]), float(ears[1]))


def gathered(
    limits: GeometryLimits,
    passages: Mapping[int, Passage],
    since: Mapping[int, float],
    persons: tuple[Person, ...],
    size: tuple[int, int],
) -> tuple[dict[int, Passage], Numbers]:
    """The passages under way after one instant, and the observations that it completed, (N, COLUMNS)."""
    going: dict[int, Passage] = {}
    done = [NONE]
    for person in persons:
        stood = person.track.t - since.get(person.track.id, person.track.t)
        seen = upright(limits, person, size) if stood >= limits.upright_s else None
        if seen is None:
            continue
        t, before = person.track.t, passages.get(person.track.id)
        if before is None or t - before.t > limits.gap_s:
            going[person.track.id] = Passage(t, seen[0])
            continue
        passage = before.add(t, seen, person.track.torso_px)
        if passage.seconds >= limits.passage_s:
            done.append(passage.observed(limits, seen[0])[None])
            passage = Passage(t, seen[0])
        going[person.track.id] = passage
    return going, np.concatenate(done)


def kept(limits: GeometryLimits, before: Numbers, new: Numbers, size: tuple[int, int]) -> Numbers:
    """All observations without the oldest of a full cell; the latest stand last."""
    everything = np.concatenate([before, new])
    cells = cells_of(limits, everything, size)
    later = [int(np.count_nonzero(cells[index + 1 :] == cell)) for index, cell in enumerate(cells)]
    return everything[np.array(later, dtype=int) < limits.most_a_cell]


def cells_of(limits: GeometryLimits, observations: Numbers, size: tuple[int, int]) -> NDArray[np.intp]:
    """(N,) the cell of the picture in which each one's ankles were."""
    column, row = (np.clip(observations[:, axis] / size[axis] * limits.cells, 0, limits.cells - 1) for axis in (0, 1))
    numbers: NDArray[np.intp] = column.astype(np.intp) * limits.cells + row.astype(np.intp)
    return numbers
