"""Which way is down: in camera axes and in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, radians, sin, sqrt
from typing import TypeAlias

import numpy as np

from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.types import Array, Point, View

Vector: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Gravity:
    """How a camera stands in the world; what nobody measured is assumed."""

    down: Vector
    """Unit vector in camera axes (x right, y down, z away)."""
    axes: Array
    """(3, 3) rows: right, down and away of the gravity axes, in camera axes."""
    known: bool
    """Whether the tilt was measured or estimated."""
    focal: Point
    """px."""
    centre: Point
    """px."""
    height_m: float | None
    """Of the camera over the floor; None unless tilt and intrinsics are known too."""
    estimated: bool = False
    """Whether any of it was estimated: good enough for places on the floor, not to tell lying from sitting."""

    def ray(self, point: Point) -> Vector:
        """The direction of a picture point in camera axes, of length 1 along the optical axis."""
        return (point[0] - self.centre[0]) / self.focal[0], (point[1] - self.centre[1]) / self.focal[1], 1.0

    def down_at(self, point: Point) -> Point:
        """Unit vector in the picture along which a plumb line hangs there: verticals of a tilted camera converge."""
        if not self.known:
            return _unit(self.down[0], self.down[1])
        x, y, _ = self.ray(point)
        gx, gy, gz = self.down
        return _unit((gx - x * gz) * self.focal[0], (gy - y * gz) * self.focal[1])

    def level(self, point: Point, torso_px: float) -> float:
        """How far a point of a body lies below the camera, torso lengths, by the body's size in the picture."""
        x, y, z = self.ray(point)
        gx, gy, gz = self.down
        return (x * gx + y * gy + z * gz) * self.focal[1] / torso_px

    def aside(self, point: Point) -> float:
        """How far to the right a point of the picture lies, across gravity, px."""
        x, y, z = self.ray(point)
        right_x, right_y, right_z = self.axes[0].tolist()
        return float(x * right_x + y * right_y + z * right_z) * self.focal[0]

    def upright_share(self, point: Point) -> float:
        """Share of its length that something upright shows there: less, the steeper it is looked down upon."""
        x, y, z = self.ray(point)
        gx, gy, gz = self.down
        along = (x * gx + y * gy + z * gz) ** 2 / (x * x + y * y + z * z)
        return sqrt(max(0.1, 1.0 - along))

    def steepness(self, point: Point) -> float:
        """Tangent of the angle by which one looks down upon what is seen there; 0 while nobody measured the tilt."""
        if not self.known:
            return 0.0
        x, y, z = self.ray(point)
        gx, gy, gz = self.down
        along = x * gx + y * gy + z * gz
        return along / sqrt(max(0.1, x * x + y * y + z * z - along**2))

    def sight(self, point: Point) -> Vector:
        """Level unit vector, gravity axes, along which one looks at a picture point; away if straight down."""
        across, away = self.over_floor(point, 1.0)
        length = hypot(across, away)
        return (across / length, 0.0, away / length) if length > 0.05 else (0.0, 0.0, 1.0)

    def over_floor(self, point: Point, depth: float) -> Point:
        """Where on the floor, right and away, the point of the picture lies that is `depth` along the optical axis."""
        x, y, z = self.ray(point)
        right, _, away = self.axes.tolist()
        return (
            depth * (x * right[0] + y * right[1] + z * right[2]),
            depth * (x * away[0] + y * away[1] + z * away[2]),
        )


@lru_cache(maxsize=64)
def gravity_of(limits: KinematicsLimits, view: View, size: tuple[int, int]) -> Gravity:
    """What is known, and else assumed, of a camera."""
    known = view.tilt_deg is not None
    tilt = radians(limits.assumed_tilt_deg if view.tilt_deg is None else view.tilt_deg)
    roll = radians(view.roll_deg or 0.0)
    down = sin(roll) * cos(tilt), cos(roll) * cos(tilt), sin(tilt)
    assumed = limits.assumed_focal * max(size)
    fx, fy, cx, cy = view.intrinsics or (assumed, assumed, size[0] / 2, size[1] / 2)
    height = view.height_m if known and view.intrinsics else None
    return Gravity(down, _axes(down), known, (fx, fy), (cx, cy), height, view.estimated)


def _axes(down: Vector) -> Array:
    g = np.array(down)
    forward = np.array([0.0, 0.0, 1.0])
    away = forward - g[2] * g
    if np.linalg.norm(away) < 0.05:  # looking straight down: the picture's upper edge is "away"
        away = np.array([0.0, -1.0, 0.0]) + g[1] * g
    away /= np.linalg.norm(away)
    axes: Array = np.stack([np.cross(g, away), g, away]).astype(np.float32)
    return axes


def _unit(x: float, y: float) -> Point:
    length = hypot(x, y)
    return (x / length, y / length) if length > 1e-9 else (0.0, 1.0)
