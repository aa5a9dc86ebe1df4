"""A blanket over whoever lies in a bed: a sheet that rests on the body and falls to the mattress around it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.scenes.bed import Bed
from tools.scenes.rotations import yaw

Floats = NDArray[np.float64]

CELL_M = 0.05
ALONG_M = (-0.28, 1.16)
"""From the middle of the bed's edge along it: from the chest to the foot end."""
ACROSS_M = (-0.90, 0.10)
THICK_M = 0.03
COLOUR = (176, 150, 128)
RISES_M = 0.45
"""Somebody higher above the mattress than this does not lie under it."""


def drape(bed: Bed, skin: Floats) -> tuple[Floats, NDArray[np.int64]] | None:
    """Vertices (V, 3) and triangles (F, 3) of the sheet over this skin; None where nobody lies on the bed."""
    spot, top = bed.edge.spot, bed.edge.height
    local = (skin - (spot.x, spot.y, top)) @ yaw(spot.heading)
    on_bed = (local[:, 0] > ACROSS_M[0]) & (local[:, 0] < ACROSS_M[1]) & (np.abs(local[:, 1]) < 1.2)
    if on_bed.mean() < 0.9 or local[:, 2].max() > RISES_M:
        return None
    rows, columns = (int((span[1] - span[0]) / CELL_M) + 1 for span in (ALONG_M, ACROSS_M))
    height = np.zeros((rows, columns), np.float32)
    at = np.stack(((local[:, 1] - ALONG_M[0]) / CELL_M, (local[:, 0] - ACROSS_M[0]) / CELL_M), axis=1).astype(int)
    inside = (at >= 0).all(axis=1) & (at < (rows, columns)).all(axis=1)
    np.maximum.at(height, (at[inside, 0], at[inside, 1]), local[inside, 2].astype(np.float32))
    draped = cv2.GaussianBlur(cv2.dilate(height, np.ones((5, 5), np.uint8)), (0, 0), 1.0) + THICK_M
    draped = np.maximum(np.asarray(draped), height + THICK_M)
    along, across = np.meshgrid(np.linspace(*ALONG_M, rows), np.linspace(*ACROSS_M, columns), indexing="ij")
    vertices = np.stack((across, along, draped + top), axis=-1).reshape(-1, 3) @ yaw(spot.heading).T
    vertices = vertices + np.array((spot.x, spot.y, 0.0))
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    a, b, c, d = corner, corner + 1, corner + columns, corner + columns + 1
    return vertices, np.concatenate([np.stack((a, b, d), axis=1), np.stack((a, d, c), axis=1)])
