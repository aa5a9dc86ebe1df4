"""Triangles into pixels with a depth buffer, many at a time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def rasterise(
    px: Floats, depth: Floats, faces: NDArray[np.int64], shape: tuple[int, int]
) -> tuple[NDArray[np.int64], Floats]:
    """Which face each pixel of an (H, W) picture shows (-1: none), and its depth (inf there).

    Args:
        px: (V, 2) pixel places, pixel centres at +0.5.
        depth: (V,) distance along the camera's axis, above 0.
        faces: (F, 3) corners; those seen from behind are left out by the caller.
        shape: rows and columns.
    """
    height, width = shape
    corners = px[faces]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    low = np.floor(np.minimum(np.minimum(a, b), c) - 0.5).astype(np.int64)
    span = np.ceil(np.maximum(np.maximum(a, b), c) - 0.5).astype(np.int64) - low + 1
    size = np.maximum(span[:, 0], span[:, 1])
    face_at = np.full(height * width, -1, dtype=np.int64)
    depth_at = np.full(height * width, np.inf)
    edges = [0, 2, 3, 4, 6, 9, 14, 24, 48, 4096]
    for smallest, largest in pairwise(edges):
        chosen = np.flatnonzero((size > smallest) & (size <= largest))
        if not len(chosen):
            continue
        side = int(min(largest, size[chosen].max()))
        pixel, z, face = _candidates(corners[chosen], 1.0 / depth[faces[chosen]], low[chosen], side, shape)
        _nearest(face_at, depth_at, pixel, z, chosen[face])
    return face_at.reshape(shape), depth_at.reshape(shape)


def _candidates(
    corners: Floats, nearness: Floats, low: NDArray[np.int64], side: int, shape: tuple[int, int]
) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64]]:
    """Pixels covered by each triangle: flat pixel index, depth, triangle."""
    step = np.arange(side)
    x = (low[:, 0, None, None] + step[None, None, :]) + np.zeros((1, side, 1), dtype=np.int64)
    y = (low[:, 1, None, None] + step[None, :, None]) + np.zeros((1, 1, side), dtype=np.int64)
    a, b, c = (corners[:, i, :, None, None] for i in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    u, v = x + 0.5, y + 0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        wb = ((u - a[:, 0]) * (c[:, 1] - a[:, 1]) - (v - a[:, 1]) * (c[:, 0] - a[:, 0])) / area
        wc = ((b[:, 0] - a[:, 0]) * (v - a[:, 1]) - (b[:, 1] - a[:, 1]) * (u - a[:, 0])) / area
        wa = 1.0 - wb - wc
        inside = (wa >= -1e-9) & (wb >= -1e-9) & (wc >= -1e-9)
    inside &= (x >= 0) & (y >= 0) & (x < shape[1]) & (y < shape[0])
    face, row, column = np.nonzero(inside)
    shares = (wa[face, row, column], wb[face, row, column], wc[face, row, column])
    near = sum(share * nearness[face, i] for i, share in enumerate(shares))
    return y[face, row, column] * shape[1] + x[face, row, column], 1.0 / np.asarray(near), face


def _nearest(
    face_at: NDArray[np.int64], depth_at: Floats, pixel: NDArray[np.int64], z: Floats, face: NDArray[np.int64]
) -> None:
    """Keeps the nearest of several faces on one pixel, and of what was there before. Ties: the lower face."""
    rank = np.lexsort((face, z, pixel))
    first = rank[np.concatenate(([True], np.diff(pixel[rank]) > 0))] if len(rank) else rank
    closer = first[z[first] < depth_at[pixel[first]]]
    depth_at[pixel[closer]] = z[closer]
    face_at[pixel[closer]] = face[closer]
