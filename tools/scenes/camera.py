"""A pinhole camera in the room. World: metres, z up, origin on the floor in the room's corner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Camera:
    """Where a camera hangs and what it sees."""

    position: tuple[float, float, float]
    """World metres; the last is its height."""
    yaw_deg: float
    """Which way it looks over the floor, to the left of the world's x axis."""
    tilt_deg: float
    """Down positive."""
    roll_deg: float = 0.0
    """Clockwise positive, seen from behind the camera: upright things then lean to the left in the picture."""
    width: int = 640
    height: int = 360
    fov_deg: float = 80.0
    """Horizontal field of view."""

    @property
    def intrinsics(self) -> tuple[float, float, float, float]:
        """Fx, fy, cx, cy in px; square pixels, centre in the middle."""
        f = self.width / 2 / float(np.tan(np.radians(self.fov_deg) / 2))
        return (f, f, self.width / 2, self.height / 2)

    @property
    def rotation(self) -> Floats:
        """(3, 3) from world to camera axes: x right, y down, z into the picture."""
        yaw, tilt, roll = np.radians((self.yaw_deg, self.tilt_deg, self.roll_deg))
        ahead = np.array([np.cos(yaw) * np.cos(tilt), np.sin(yaw) * np.cos(tilt), -np.sin(tilt)])
        right = np.array([np.sin(yaw), -np.cos(yaw), 0.0])
        down = np.cross(ahead, right)
        c, s = np.cos(roll), np.sin(roll)
        return np.stack((c * right + s * down, -s * right + c * down, ahead))

    def to_camera(self, world: Floats) -> Floats:
        """Points (..., 3) in camera axes, metres."""
        moved: Floats = (world - np.array(self.position)) @ self.rotation.T
        return moved

    def project(self, world: Floats) -> Floats:
        """Pixels (..., 2) of world points; NaN behind the camera."""
        x, y, z = np.moveaxis(self.to_camera(world), -1, 0)
        fx, fy, cx, cy = self.intrinsics
        z = np.where(z > 0.05, z, np.nan)
        return np.stack((cx + fx * x / z, cy + fy * y / z), axis=-1)

    def sees(self, px: Floats) -> NDArray[np.bool_]:
        """Which pixels (..., 2) lie inside the picture."""
        with np.errstate(invalid="ignore"):
            inside = (px >= 0) & (px < (self.width, self.height))
        return np.asarray(inside.all(axis=-1))
