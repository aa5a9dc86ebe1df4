"""When recorded feet really step: from their own speed in three dimensions, apart from the agent's own ways."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tools.evaluation.skeletons import Skeleton

Floats = NDArray[np.float64]

MOVING = 0.35
"""Share of a foot's quick speed (its 95th percentile) from which it swings."""
LEAST_MPS = 0.15
"""A foot slower than this stands."""
SMOOTHED_S = 0.1
PAUSE_S = 0.08
SWING_S = 0.12
"""Shorter pauses and swings are jitter."""


def steps(skeleton: Skeleton) -> Floats:
    """The middle of every swing of either foot, s, in order."""
    swings = [swing for side in ("left", "right") for swing in _swings(skeleton.t, skeleton.joints[f"{side}_ankle"])]
    return np.sort(np.array(swings))


def cadence(skeleton: Skeleton) -> float | None:
    """Steps per minute, from the mean time between two within half of the median; None for fewer than four."""
    times = steps(skeleton)
    if len(times) < 4:
        return None
    gaps = np.diff(times)
    usual = float(np.median(gaps))
    return 60.0 / float(gaps[np.abs(gaps - usual) <= usual / 2].mean())


def _swings(t: Floats, ankle: Floats) -> list[float]:
    """Whole swings alone: not those that the recording cuts."""
    speed = np.linalg.norm(np.gradient(_smoothed(t, ankle), t, axis=0), axis=1)
    moving = speed >= max(LEAST_MPS, MOVING * float(np.percentile(speed, 95)))
    spans: list[list[float]] = []
    begin: float | None = None
    for index in range(1, len(t)):
        if moving[index] and not moving[index - 1]:
            begin = float(t[index])
        elif not moving[index] and moving[index - 1] and begin is not None:
            if spans and begin - spans[-1][1] < PAUSE_S:
                spans[-1][1] = float(t[index])
            else:
                spans.append([begin, float(t[index])])
            begin = None
    return [(start + end) / 2 for start, end in spans if end - start >= SWING_S]


def _smoothed(t: Floats, places: Floats) -> Floats:
    wide = max(1, round(SMOOTHED_S / float(np.median(np.diff(t)))))
    weights = np.ones(wide) / wide
    padded = np.pad(places, ((wide // 2, wide - 1 - wide // 2), (0, 0)), mode="edge")
    return np.stack([np.convolve(padded[:, axis], weights, mode="valid") for axis in range(3)], axis=1)
