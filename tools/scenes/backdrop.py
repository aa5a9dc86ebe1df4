"""The empty room as the camera sees it: one ray per pixel against the floor, the walls and the furniture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.scenes.camera import Camera
from tools.scenes.room import Colour, Room

Floats = NDArray[np.float64]

AMBIENT = 0.58
"""Share of light that reaches everything."""


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """Colour, distance and floor of every pixel."""

    colour: Floats
    """(H, W, 3) blue, green, red, 0-255."""
    depth: Floats
    """(H, W) metres along the camera's axis."""
    floor: NDArray[np.bool_]
    """(H, W) the pixel shows the floor (or the rug): shadows fall there."""


def lit(points: Floats, normals: Floats, light: tuple[float, float, float]) -> Floats:
    """Brightness (...) of surfaces: Lambert's law under one lamp, on top of what reaches everything."""
    towards = np.array(light) - points
    distance = np.sqrt(np.einsum("...i,...i->...", towards, towards))
    cosine = np.clip(np.einsum("...i,...i->...", towards, normals) / distance, 0.0, 1.0)
    brightness: Floats = AMBIENT + (1.05 - AMBIENT) * cosine / (1.0 + (distance / 4.5) ** 2) * 1.4
    return brightness


def backdrop(room: Room, camera: Camera, oversample: int = 2) -> Backdrop:
    """The room without people, `oversample` times finer than the camera's picture along both sides."""
    start = np.array(camera.position)
    rays = _rays(camera, oversample)
    near = np.full(rays.shape[:2], np.inf)
    colour = np.zeros(rays.shape)
    floor = np.zeros(near.shape, dtype=bool)

    def show(t: Floats, normals: Floats, paint: Colour, *, is_floor: bool = False) -> None:
        ahead = t < near
        points = start + rays[ahead] * t[ahead][:, None]
        colour[ahead] = np.array(paint) * lit(points, normals[ahead], room.light)[:, None]
        near[ahead] = t[ahead]
        floor[ahead] = is_floor

    for axis, at, sign, paint in _planes(room):
        with np.errstate(divide="ignore"):
            t = (at - start[axis]) / rays[..., axis]
        t = np.where(t > 1e-6, t, np.inf)
        show(t, np.broadcast_to(np.eye(3)[axis] * sign, rays.shape), paint, is_floor=axis == 2 and sign > 0)
    for box in room.boxes:
        t, normals = _hit_box(start, rays, np.array(box.low), np.array(box.high))
        show(t, normals, box.colour, is_floor=box.kind == "rug")
    depth = near * (rays @ camera.rotation[2])
    return Backdrop(np.clip(colour, 0, 255), depth, floor)


def _rays(camera: Camera, oversample: int) -> Floats:
    fx, fy, cx, cy = camera.intrinsics
    u = (np.arange(camera.width * oversample) + 0.5) / oversample
    v = (np.arange(camera.height * oversample) + 0.5) / oversample
    grid = np.stack(np.broadcast_arrays((u - cx) / fx, ((v - cy) / fy)[:, None], 1.0), axis=-1)
    rays: Floats = grid @ camera.rotation
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    return rays


def _planes(room: Room) -> tuple[tuple[int, float, float, Colour], ...]:
    x, y, z = room.size
    ceiling: Colour = (214, 218, 218)
    return (
        (2, 0.0, 1.0, room.floor),
        (2, z, -1.0, ceiling),
        (0, 0.0, 1.0, room.wall),
        (0, x, -1.0, room.wall),
        (1, 0.0, 1.0, room.wall),
        (1, y, -1.0, room.wall),
    )


def _hit_box(start: Floats, rays: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Distance to a box from outside (inf: missed), and the normal where it is hit."""
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (low - start) / rays, (high - start) / rays
    enter, leave = np.minimum(a, b), np.maximum(a, b)
    axis = enter.argmax(axis=-1)
    t = np.take_along_axis(enter, axis[..., None], axis=-1)[..., 0]
    hit = (t > 1e-6) & (t <= leave.min(axis=-1))
    normals = np.eye(3)[axis] * -np.sign(np.take_along_axis(rays, axis[..., None], axis=-1))
    return np.where(hit, t, np.inf), normals
