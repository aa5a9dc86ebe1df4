"""Whether somebody stands still on a spot, and where that is in the picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import fmean

from edge_agent.types import KEYPOINTS, Person, Point

STILL_S = 1.5
"""How long; a stride is shorter. [C]"""
WITHIN = 0.15
"""How far the ankles may move meanwhile, torso lengths. [C]"""
SCORE = 0.5
"""Of both ankles. [C]"""
LONGEST_S = 30.0
"""After that it is given up."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One attempt."""

    began: float
    points: tuple[tuple[float, float, float], ...] = ()
    """t, x px, y px of the middle of the ankles."""
    spot: Point | None = None
    over: bool = False
    """It was found, or given up."""
    why: str = "waiting"
    """What is still missing: `waiting`, `nobody`, `several`, `feet`, `moving`."""

    def seen(self, t: float, persons: tuple[Person, ...], size: tuple[int, int]) -> Stand:
        """One instant more; `size` is the picture's width and height in px."""
        if self.over or t - self.began > LONGEST_S:
            return replace(self, over=True)
        here = [person for person in persons if not person.track.lost]
        if len(here) != 1:
            return replace(self, points=(), why="several" if here else "nobody")
        middle = _ankles(here[0], size)
        if middle is None:
            return replace(self, points=(), why="feet")
        return self._stood(t, middle, WITHIN * here[0].track.torso_px)

    def _stood(self, t: float, middle: Point, most_px: float) -> Stand:
        points = (*self.points, (t, *middle))
        if any(abs(x - middle[0]) > most_px or abs(y - middle[1]) > most_px for _, x, y in points):
            return replace(self, points=((t, *middle),), why="moving")
        if t - points[0][0] < STILL_S:
            return replace(self, points=points, why="moving")
        spot = fmean(x for _, x, _ in points), fmean(y for _, _, y in points)
        return replace(self, points=points, spot=spot, over=True)


def _ankles(person: Person, size: tuple[int, int]) -> Point | None:
    pose = person.track.pose
    if pose is None:
        return None
    both = pose.keypoints[[KEYPOINTS[pose.layout].index(f"{side}_ankle") for side in ("left", "right")]]
    if both[:, 2].min() < SCORE or both[:, 1].max() > size[1] - 2:
        return None
    middle = both[:, :2].mean(axis=0)
    return float(middle[0]), float(middle[1])
