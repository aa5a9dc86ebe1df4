"""What the detector's output tensors say: bodies, each once."""

from __future__ import annotations

import math

import numpy as np

from edge_agent.pose import anchors
from edge_agent.types import Array, Detection

_CENTRES = anchors.centres() * np.float32(anchors.INPUT_SIDE)
_SAME_BOX = 0.3
"""Overlap (intersection over union) from which two boxes are one body: the value the model was published with."""


def decode(boxes: Array, logits: Array, score: float) -> tuple[Detection, ...]:
    """Bodies in the model's own square, best first.

    Args:
        boxes: (2254, 12) px from each anchor's centre: box x, y, width, height, then four points; of these the
            first is the mid-hip and the second lies on the circle around the body, beyond the head.
        logits: (2254,) of the score.
        score: 0-1, least score of a body.

    Returns:
        Positions in px of the 224 px square.
    """
    # A sigmoid is monotonic: comparing logits spares it, and everything after it, for all but a few anchors.
    kept = np.flatnonzero(logits >= math.log(score / (1.0 - score)))
    if not kept.size:
        return ()
    kept = kept[np.argsort(-logits[kept], kind="stable")]
    centre = _CENTRES[kept]
    scores = np.float32(1.0) / (np.float32(1.0) + np.exp(-logits[kept]))
    middle, half = boxes[kept, 0:2] + centre, 0.5 * boxes[kept, 2:4]
    points = np.concatenate([boxes[kept, 4:6] + centre, boxes[kept, 6:8] + centre], axis=1)
    return _merge(np.concatenate([middle - half, middle + half], axis=1), points, scores)


def _merge(corners: Array, points: Array, scores: Array) -> tuple[Detection, ...]:
    """Weighted non-maximum suppression: each group of overlapping boxes becomes its mean, weighted by score.

    Args:
        corners: (N, 4) left, top, right, bottom; best first.
        points: (N, 4) hip x, y, top x, y.
        scores: (N,).
    """
    found: list[Detection] = []
    left = np.arange(len(scores))
    while left.size:
        same = overlap(corners[left[0]], corners[left]) > _SAME_BOX
        same[0] = True
        group = left[same]
        x, y, top_x, top_y = np.average(points[group], axis=0, weights=scores[group]).tolist()
        found.append(Detection((x, y), (top_x, top_y), float(scores[group[0]])))
        left = left[~same]
    return tuple(found)


def overlap(box: Array, boxes: Array) -> Array:
    """Intersection over union of one box (4,) with many (N, 4): left, top, right, bottom; 0 where both are empty."""
    shared = np.clip(np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2]), 0.0, None).prod(axis=1)
    area = (box[2:] - box[:2]).prod()
    union = area + (boxes[:, 2:] - boxes[:, :2]).prod(axis=1) - shared
    share: Array = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0.0)
    return share
