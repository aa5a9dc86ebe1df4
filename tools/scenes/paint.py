"""Frames of a scene: people drawn into the empty room, with their shadows and a little sensor noise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.scenes.backdrop import Backdrop, backdrop, lit
from tools.scenes.blanket import COLOUR, drape
from tools.scenes.catalogue import Scene
from tools.scenes.clothes import OUTFITS, painted
from tools.scenes.keypoints import instants
from tools.scenes.light import as_seen
from tools.scenes.raster import rasterise

Floats = NDArray[np.float64]
Image = NDArray[np.uint8]

OVERSAMPLE = 2
NEAREST_M = 0.1
SHADOW = 0.42
"""Share of the light that a body takes from the floor."""
LAMP_LIFT_M = 1.2
"""Shadows fall as from a lamp this much higher: shorter, as under a wide one."""
NOISE_SD = 1.2
"""Grey levels: a quiet sensor [C]; more would only be eaten by the encoder."""


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """A scene ready to be painted."""

    scene: Scene
    room: Backdrop
    empty: Image
    """The room without people, in the camera's own size."""
    colours: tuple[Floats, ...]
    """Per part, (F, 3)."""


Window = tuple[slice, slice]
"""Rows and columns of the oversampled picture."""


def canvas(scene: Scene) -> Canvas:
    """What all frames share."""
    colours = tuple(painted(part.performance.body, OUTFITS[part.clothes]) for part in scene.parts)
    room = backdrop(scene.room, scene.camera, OVERSAMPLE)
    return Canvas(scene, room, _shrunk(room.colour), colours)


def frames(scene: Scene) -> Iterator[tuple[float, Image]]:
    """Every frame's time and picture, (H, W, 3) blue, green, red."""
    shared = canvas(scene)
    for i, t in enumerate(instants(scene)):
        picture = frame(shared, float(t))
        if scene.light == "day":
            yield float(t), noisy(picture, scene.seed, i)
            continue
        depth = shared.room.depth[::OVERSAMPLE, ::OVERSAMPLE]
        yield float(t), as_seen(picture, depth, scene.light, float(t), np.random.default_rng((scene.seed, i)))


def frame(shared: Canvas, t: float) -> Image:
    """The picture at t seconds, without noise."""
    scene = shared.scene
    picture = shared.empty.copy()
    present = [
        (part, colour, part.performance.at(t).skin(part.performance.body))
        for part, colour in zip(scene.parts, shared.colours, strict=True)
        if part.performance.start <= t <= part.performance.end
    ]
    if not present:
        return picture
    shadows = [_shadow(skin, scene) for _, _, skin in present]
    window = _around([*shadows, *(scene.camera.project(skin) * OVERSAMPLE for _, _, skin in present)], scene)
    if window is None:
        return picture
    fine, depth = shared.room.colour[window].copy(), shared.room.depth[window].copy()
    for shadow in shadows:
        fine *= _darkened(shadow, shared.room.floor[window], window)[..., None]
    for part, colour, skin in present:
        _draw(fine, depth, skin, part.performance.body.faces, colour, scene, window)
        sheet = drape(scene.room.bed, skin) if scene.blanket else None
        if sheet is not None:
            _draw(fine, depth, *sheet, np.tile(np.array(COLOUR, float), (len(sheet[1]), 1)), scene, window)
    rows, columns = (slice(part.start // OVERSAMPLE, part.stop // OVERSAMPLE) for part in window)
    picture[rows, columns] = _shrunk(fine)
    return picture


def noisy(picture: Image, seed: int, index: int) -> Image:
    """Sensor noise, the same for the same seed and frame."""
    rng = np.random.default_rng((seed, index))
    noise = rng.standard_normal(picture.shape[:2], dtype=np.float32) * NOISE_SD
    return np.clip(picture + noise[..., None] + 0.5, 0, 255).astype(np.uint8)


def _shrunk(fine: Floats) -> Image:
    """The mean of each OVERSAMPLE x OVERSAMPLE block."""
    height, width = fine.shape[0] // OVERSAMPLE, fine.shape[1] // OVERSAMPLE
    grid = fine.reshape(height, OVERSAMPLE, width, OVERSAMPLE, 3)
    blocks = sum(grid[:, i, :, j] for i in range(OVERSAMPLE) for j in range(OVERSAMPLE)) / OVERSAMPLE**2
    return np.asarray(np.clip(blocks + 0.5, 0, 255), np.uint8)


def _around(points: list[Floats], scene: Scene, margin: int = 24) -> Window | None:
    """The part of the picture that holds all points; None when they are outside."""
    size = np.array((scene.camera.width, scene.camera.height)) * OVERSAMPLE
    low = np.min([np.nanmin(px, axis=0) for px in points], axis=0) - margin
    high = np.max([np.nanmax(px, axis=0) for px in points], axis=0) + margin
    x0, y0 = (np.clip(low, 0, size).astype(int) // OVERSAMPLE * OVERSAMPLE).tolist()
    x1, y1 = (np.clip(high, 0, size).astype(int) // OVERSAMPLE * OVERSAMPLE).tolist()
    return (slice(y0, y1), slice(x0, x1)) if x1 > x0 and y1 > y0 else None


def _draw(
    picture: Floats,
    depth: Floats,
    skin: Floats,
    corners: NDArray[np.int64],
    colour: Floats,
    scene: Scene,
    window: Window,
) -> None:
    """Draws a mesh: its places (V, 3), its triangles (F, 3) and their colours (F, 3)."""
    camera = scene.camera
    px = camera.project(skin) * OVERSAMPLE - (window[1].start, window[0].start)
    z = camera.to_camera(skin)[:, 2]
    a, b, c = (skin[corners[:, i]] for i in range(3))
    normals = _cross(b - a, c - a)
    seen = np.einsum("ij,ij->i", np.array(camera.position) - a, normals) > 0
    if z.min() <= NEAREST_M:
        seen &= np.isin(corners, np.flatnonzero(z <= NEAREST_M), invert=True).all(axis=1)
    faces = np.flatnonzero(seen)
    middle, normals = (a[faces] + b[faces] + c[faces]) / 3, normals[faces]
    rows, columns = picture.shape[:2]
    face_at, depth_at = rasterise(px, z, corners[faces], (rows, columns))
    shown = (face_at >= 0) & (depth_at < depth)
    unit = normals / np.maximum(np.sqrt(np.einsum("ij,ij->i", normals, normals)), 1e-12)[:, None]
    bright = lit(middle, unit, scene.room.light)
    fill = unit @ -camera.rotation[2]  # a weak light from the camera's side: what the lamp misses still has form
    shades = colour[faces] * (0.25 + 0.75 * bright + 0.10 * fill)[:, None]
    picture[shown] = shades[face_at[shown]]
    depth[shown] = depth_at[shown]


def _cross(a: Floats, b: Floats) -> Floats:
    """Cross products (N, 3), without numpy's general and slower way."""
    x = a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1]
    y = a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2]
    return np.stack((x, y, a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]), axis=1)


def _shadow(skin: Floats, scene: Scene) -> Floats:
    """Oversampled pixels (N, 2) of the floor behind the body as the lamp sees it."""
    x, y, z = scene.room.light
    lamp = np.array((x, y, z + LAMP_LIFT_M))
    share = lamp[2] / (lamp[2] - np.maximum(skin[:, 2], 0.0))
    floor: Floats = lamp + (skin - lamp) * share[:, None]
    return scene.camera.project(floor) * OVERSAMPLE


def _darkened(shadow: Floats, floor: NDArray[np.bool_], window: Window) -> Floats:
    """Brightness left where a shadow falls; soft, as under a wide lamp."""
    mask = np.zeros(floor.shape, np.uint8)
    places = (np.nan_to_num(shadow, nan=-1.0) - (window[1].start, window[0].start)).astype(int)
    x, y = places[:, 0], places[:, 1]
    rows, columns = floor.shape
    inside = (x >= 0) & (y >= 0) & (x < columns) & (y < rows)
    mask[y[inside], x[inside]] = 255
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13))
    soft = cv2.GaussianBlur(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel), (0, 0), 5.0) / 255.0
    left: Floats = np.where(floor, 1.0 - SHADOW * np.asarray(soft), 1.0)
    return left
