"""What the landmark model's output tensors say: one body in one rotated square."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_agent.pose import roi
from edge_agent.types import KEYPOINTS, Array, Layout, Pose, Region

INPUT_SIDE = 256
"""Side of the model's square input, px."""
POINTS = 39
"""Landmarks in the tensors; the first 33 are the body's joints."""
BODY = 33
_HIP, _TOP = 33, 34
"""Helpers after the joints: mid-hip, and a point on the circle around the body: the next square."""
_EARS = [KEYPOINTS[Layout.BLAZEPOSE33].index(f"{side}_ear") for side in ("left", "right")]
EAR_AHEAD = 0.2
"""Share of the way from an ear to the nose by which this model puts the ear ahead: 0.05 torso lengths of people seen
from the side (14 photographs of COCO, standard error .006), which bends every neck forward by 7 degrees."""
_OFFSETS = np.arange(-3, 4)
_MIN_PEAK = 0.5
"""A heat map without a value above moves no landmark."""


@dataclass(frozen=True, slots=True, eq=False)
class Tensors:
    """The model's answer for one crop."""

    points: Array
    """(39, 5): x, y, z in px of the crop, logit of visibility, logit of presence."""
    flag: float
    """0-1: there is a person."""
    heatmaps: Array
    """(64, 64, 39) logits: row, column, landmark."""
    world: Array
    """(39, 3) metres from the mid-hip, axes of the crop."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A body found in a square, and the square to look at next."""

    pose: Pose
    region: Region


def decode(tensors: Tensors, region: Region) -> Look:
    """Bring an answer for the square `region` back to the picture."""
    unit = refine(tensors.points[:, :2] / np.float32(INPUT_SIDE), tensors.heatmaps)
    placed = roi.to_picture(region, unit)
    keypoints = np.empty((BODY, 3), np.float32)
    keypoints[:, :2] = placed[:BODY]
    keypoints[:, 2] = sigmoid(tensors.points[:BODY, 3:5]).prod(axis=1)
    world = np.array(tensors.world[:BODY], dtype=np.float32)
    world[:, :2] = world[:, :2] @ roi.rotation(region).T
    for points in (keypoints[:, :2], world):
        points[_EARS] -= EAR_AHEAD / (1.0 - EAR_AHEAD) * (points[0] - points[_EARS])
    (hip_x, hip_y), (top_x, top_y) = placed[_HIP].tolist(), placed[_TOP].tolist()
    pose = Pose(keypoints, Layout.BLAZEPOSE33, tensors.flag, world)
    return Look(pose, roi.around((hip_x, hip_y), (top_x, top_y)))


def refine(unit: Array, heatmaps: Array) -> Array:
    """Move landmarks to the centre of the 7x7 heat around them, where there is enough of it.

    Args:
        unit: (N, 2) positions in the crop, 0-1.
        heatmaps: (H, W, N) logits.

    Returns:
        (N, 2); unchanged outside the heat map and where it is cold.
    """
    height, width, _ = heatmaps.shape
    cell = np.floor(unit * np.array([width, height], np.float32)).astype(np.intp)
    columns, rows = cell[:, :1] + _OFFSETS, cell[:, 1:] + _OFFSETS
    across, down = _within(columns, width), _within(rows, height)
    heat = sigmoid(
        heatmaps[
            np.clip(rows, 0, height - 1)[:, :, None],
            np.clip(columns, 0, width - 1)[:, None, :],
            np.arange(len(unit))[:, None, None],
        ]
    )
    heat *= (down[:, :, None] & across[:, None, :]).astype(np.float32)
    moved = (across[:, 3] & down[:, 3]) & (heat.max(axis=(1, 2)) >= _MIN_PEAK)
    total = np.where(moved, heat.sum(axis=(1, 2)), np.float32(1.0))
    x = (heat.sum(axis=1) * columns).sum(axis=1) / (total * width)
    y = (heat.sum(axis=2) * rows).sum(axis=1) / (total * height)
    refined: Array = np.where(moved[:, None], np.stack([x, y], axis=1), unit).astype(np.float32)
    return refined


def sigmoid(logits: Array) -> Array:
    """1 / (1 + e^-x), without overflow."""
    values: Array = 0.5 * (1.0 + np.tanh(0.5 * logits))
    return values


def _within(indices: NDArray[np.intp], length: int) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (indices >= 0) & (indices < length)
    return inside
