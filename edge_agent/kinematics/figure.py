"""A body as a figure of named points in gravity axes, whether it came with 3D landmarks or only as a flat picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import acos, degrees

from edge_agent.kinematics.gravity import Vector

NAMES = (
    "nose",
    *(
        f"{side}_{name}"
        for name in ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
        for side in ("left", "right")
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Points in torso lengths from the mid-hip: x right, y down along gravity, z away from the camera, level."""

    at: Mapping[str, Vector]
    """The points seen, by keypoint name."""
    forward: Vector | None
    """Level unit vector the body faces; None where its sides can't be told apart."""
    solid: bool
    """Measured in 3D rather than lifted from the picture."""
    steep: float = 0.0
    """Of a flat figure: tangent of the angle it is looked down upon. What is one torso length farther away is seen
    that much higher."""
    sight: Vector = (0.0, 0.0, 1.0)
    """Level unit vector of the line of sight; a flat figure's own axes lie along it."""

    def mid(self, name: str) -> Vector | None:
        """Between left and right; None unless both are seen."""
        left, right = self.at.get(f"left_{name}"), self.at.get(f"right_{name}")
        if left is None or right is None:
            return None
        return (left[0] + right[0]) / 2, (left[1] + right[1]) / 2, (left[2] + right[2]) / 2

    def segment(self, start: str, end: str) -> Vector | None:
        """From one pair's middle to the other's; along one side where the other is hidden."""
        ends = self.mid(start), self.mid(end)
        for side in ("left", "right"):
            if ends[0] is None or ends[1] is None:
                ends = self.at.get(f"{side}_{start}"), self.at.get(f"{side}_{end}")
        return None if ends[0] is None or ends[1] is None else minus(ends[1], ends[0])

    @property
    def yaw_deg(self) -> float | None:
        """Between the way the body faces and the way to the camera, 0 to 180."""
        if self.forward is None:
            return None
        along = self.forward[0] * self.sight[0] + self.forward[2] * self.sight[2]
        return degrees(acos(max(-1.0, min(1.0, -along))))


def minus(a: Vector, b: Vector) -> Vector:
    """Difference of two vectors."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]
