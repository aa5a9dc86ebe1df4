"""What the full-range face detector's tensors say: faces, each once.

One anchor for each cell of a grid of 48 x 48, 4 px apart in the 192 px input; the box and the six points of an answer
are px from its anchor.
"""

from __future__ import annotations

import math

import numpy as np

from edge_agent.privacy.heads import Head
from edge_agent.types import Array

INPUT_SIDE = 192
"""Side of the model's square input, px."""
GRID = 48
COUNT = GRID * GRID
"""Answers."""
VALUES = 16
"""Of each: box x, y, width, height, then x, y of right eye, left eye, nose, mouth, right ear, left ear."""
_HEAD = 0.65
"""A head's radius as a share of the side of the box, which spans the face from ear to ear and from brow to chin. [C]"""
_SAME = 0.5
"""Answers whose middles are closer, in sides of the better one's box, are of one face. [C]"""
_MIDDLES = (np.arange(GRID, dtype=np.float32) + np.float32(0.5)) * np.float32(INPUT_SIDE / GRID)
_ANCHORS = np.stack([np.tile(_MIDDLES, GRID), np.repeat(_MIDDLES, GRID)], axis=1)


def decode(boxes: Array, logits: Array, score: float) -> tuple[Head, ...]:
    """The heads whose faces are seen, surest first, in px of the model's square.

    Args:
        boxes: (2304, 16).
        logits: (2304,) of the score.
        score: 0-1, least score of a face.

    Raises:
        ValueError: an answer is no number. It must not be taken for "no face".
    """
    if not np.isfinite(logits).all():
        raise ValueError("the face detector answered with what is no number")
    kept = np.flatnonzero(logits >= math.log(score / (1.0 - score)))
    if not np.isfinite(boxes[kept, :4]).all():
        raise ValueError("the face detector answered with what is no number")
    kept = kept[np.argsort(-logits[kept], kind="stable")]
    middles = boxes[kept, :2] + _ANCHORS[kept]
    sides = boxes[kept, 2:4].max(axis=1)
    weights = 1.0 / (1.0 + np.exp(-logits[kept]))
    found: list[Head] = []
    left = np.arange(len(kept))
    while left.size:
        best = left[0]
        same = np.hypot(*(middles[left] - middles[best]).T) <= _SAME * sides[best]
        same[0] = True
        group = left[same]
        x, y = np.average(middles[group], axis=0, weights=weights[group]).tolist()
        found.append(Head((x, y), _HEAD * float(np.average(sides[group], weights=weights[group]))))
        left = left[~same]
    return tuple(found)
