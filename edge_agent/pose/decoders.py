"""What other pose networks' tensors say: joints in the unit square of the network's input."""

from __future__ import annotations

import numpy as np

from edge_agent.types import Array

PEOPLE_ROW = 56
"""MoveNet MultiPose's row: 17 x (y, x, score), then the box and its score."""


def heatmaps(maps: Array) -> Array:
    """Joints from one heat map each, to a fraction of a cell.

    A joint's heat is taken for a Gaussian, whose logarithm is a parabola: its top is known from three cells in each
    direction (the one-dimensional case of what DARK does, Zhang et al. 2020).

    Args:
        maps: (K, H, W), 0-1.

    Returns:
        (K, 3): x, y in 0-1 of the input, score.
    """
    joints, height, width = maps.shape
    flat = maps.reshape(joints, -1)
    row, column = np.divmod(flat.argmax(axis=1), width)
    every = np.arange(joints)
    x = column + _top_between(maps[every, row], column)
    y = row + _top_between(maps[every, :, column], row)
    score = np.clip(flat.max(axis=1), 0.0, 1.0)
    return np.stack([(x + 0.5) / width, (y + 0.5) / height, score], axis=1).astype(np.float32)


def _top_between(lines: Array, peak: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> Array:
    """How far the top of a parabola through a peak's cell and its neighbours lies from the cell; (K, N) -> (K,)."""
    length = lines.shape[1]
    logs = np.log(np.maximum(lines, 1e-6))
    every = np.arange(len(lines))
    before, top = logs[every, np.maximum(peak - 1, 0)], logs[every, peak]
    after = logs[every, np.minimum(peak + 1, length - 1)]
    bend = 2.0 * top - before - after
    inside = (peak > 0) & (peak < length - 1) & (bend > 1e-6)
    shift: Array = np.where(inside, 0.5 * (after - before) / np.where(inside, bend, 1.0), 0.0)
    return np.clip(shift, -0.5, 0.5).astype(np.float32)


def simcc(across: Array, down: Array) -> Array:
    """Joints from two classifications, one a direction (SimCC, Li et al. 2022; RTMPose).

    Args:
        across: (K, W') scores of each place along x.
        down: (K, H') the same along y.

    Returns:
        (K, 3): x, y in 0-1 of the input; score, of the less certain direction.
    """
    x = (across.argmax(axis=1) + 0.5) / across.shape[1]
    y = (down.argmax(axis=1) + 0.5) / down.shape[1]
    score = np.clip(np.minimum(across.max(axis=1), down.max(axis=1)), 0.0, 1.0)
    return np.stack([x, y, score], axis=1).astype(np.float32)


def movenet(rows: Array) -> Array:
    """MoveNet SinglePose: (17, 3) rows of y, x, score -> (17, 3) x, y, score."""
    joints: Array = rows[:, [1, 0, 2]].astype(np.float32)
    return joints


def movenet_people(rows: Array) -> tuple[tuple[Array, float], ...]:
    """MoveNet MultiPose: (N, 56) -> for each row its joints (17, 3) x, y, score, and the person's score."""
    return tuple((movenet(row[:51].reshape(17, 3)), float(row[55])) for row in rows)
