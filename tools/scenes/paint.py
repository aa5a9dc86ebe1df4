"""Frames of a scene: people drawn into the empty room, with their shadows and a little sensor noise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.scenes.backdrop import Backdrop, backdrop, lit
from tools.scenes.catalogue import Part, Scene
from tools.scenes.clothes import OUTFITS, painted
from tools.scenes.keypoints import instants
from tools.scenes.raster import rasterise

Floats = NDArray[np.float64]
Image = NDArray[np.uint8]

OVERSAMPLE = 2
NOISE_SD = 1.2
"""Grey levels: a quiet sensor [C]; more would only be eaten by the encoder."""


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """A scene ready to be painted."""

    scene: Scene
    room: Backdrop
    colours: tuple[Floats, ...]
    """Per part, (F, 3)."""


def canvas(scene: Scene) -> Canvas:
    """What all frames share."""
    colours = tuple(painted(part.performance.body, OUTFITS[part.clothes]) for part in scene.parts)
    return Canvas(scene, backdrop(scene.room, scene.camera, OVERSAMPLE), colours)


def frames(scene: Scene) -> Iterator[tuple[float, Image]]:
    """Every frame's time and picture, (H, W, 3) blue, green, red."""
    shared = canvas(scene)
    for i, t in enumerate(instants(scene)):
        yield float(t), noisy(frame(shared, float(t)), scene.seed, i)


def frame(shared: Canvas, t: float) -> Image:
    """The picture at t seconds, without noise."""
    scene = shared.scene
    picture = shared.room.colour.copy()
    depth = shared.room.depth.copy()
    present = [
        (part, colour)
        for part, colour in zip(scene.parts, shared.colours, strict=True)
        if part.performance.start <= t <= part.performance.end
    ]
    skins = [part.performance.at(t).skin(part.performance.body) for part, _ in present]
    for skin in skins:
        _cast_shadow(picture, shared.room, skin, scene)
    for (part, colour), skin in zip(present, skins, strict=True):
        _draw(picture, depth, skin, part, colour, scene)
    size = (scene.camera.width, scene.camera.height)
    return np.asarray(
        cv2.resize(np.clip(picture, 0, 255).astype(np.uint8), size, interpolation=cv2.INTER_AREA), np.uint8
    )


def noisy(picture: Image, seed: int, index: int) -> Image:
    """Sensor noise, the same for the same seed and frame."""
    rng = np.random.default_rng((seed, index))
    noise = rng.normal(0.0, NOISE_SD, picture.shape[:2]).astype(np.float32)
    return np.clip(picture + noise[..., None] + 0.5, 0, 255).astype(np.uint8)


def _draw(picture: Floats, depth: Floats, skin: Floats, part: Part, colour: Floats, scene: Scene) -> None:
    camera, body = scene.camera, part.performance.body
    px = camera.project(skin) * OVERSAMPLE
    z = camera.to_camera(skin)[:, 2]
    corners = skin[body.faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    middle = corners.mean(axis=1)
    seen = ((np.array(camera.position) - middle) * normals).sum(axis=1) > 0
    seen &= (z[body.faces] > 0.1).all(axis=1)
    faces = np.flatnonzero(seen)
    if not len(faces):
        return
    x0, y0 = np.floor(px[body.faces[faces]].min(axis=(0, 1))).astype(int).clip(0)
    x1, y1 = np.ceil(px[body.faces[faces]].max(axis=(0, 1))).astype(int) + 1
    x1, y1 = min(x1, picture.shape[1]), min(y1, picture.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    face_at, depth_at = rasterise(px - (x0, y0), z, body.faces[faces], (y1 - y0, x1 - x0))
    window = (slice(y0, y1), slice(x0, x1))
    shown = (face_at >= 0) & (depth_at < depth[window])
    unit = normals[faces] / np.maximum(np.linalg.norm(normals[faces], axis=1, keepdims=True), 1e-12)
    bright = lit(middle[faces], unit, scene.room.light)
    shades = colour[faces] * (0.25 + 0.75 * bright + 0.10 * unit @ _towards(scene))[:, None]
    picture[window][shown] = shades[face_at[shown]]
    depth[window][shown] = depth_at[shown]


def _towards(scene: Scene) -> Floats:
    """A weak fill light from the camera's side, so that what the lamp misses still has form."""
    away: Floats = -scene.camera.rotation[2]
    return away


def _cast_shadow(picture: Floats, room: Backdrop, skin: Floats, scene: Scene) -> None:
    """Darkens the floor where the body stands between it and the lamp; soft, as under a wide lamp."""
    lamp = np.array(scene.room.light) + (0.0, 0.0, 1.2)
    below = skin[skin[:, 2] > 0.005]
    share = lamp[2] / (lamp[2] - below[:, 2])
    floor = lamp + (below - lamp) * share[:, None]
    px = scene.camera.project(floor) * OVERSAMPLE
    px = px[scene.camera.sees(px / OVERSAMPLE)].astype(int)
    if not len(px):
        return
    mask = np.zeros(room.depth.shape, np.uint8)
    mask[px[:, 1], px[:, 0]] = 255
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13))
    soft = cv2.GaussianBlur(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel), (0, 0), 5.0) / 255.0
    picture *= np.where(room.floor, 1.0 - 0.42 * soft, 1.0)[..., None]
