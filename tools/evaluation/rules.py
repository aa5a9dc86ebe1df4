"""The simple rules beside which the agent's figures stand: untuned, on keypoints alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import KEYPOINTS, Layout

TRUNK_DEG = 50.0
DOWN_S = 1.0
DROP_TORSOS = 0.5
SEEN = 0.2
_COCO = {name: index for index, name in enumerate(KEYPOINTS[Layout.COCO17])}
_BLAZEPOSE = {name: index for index, name in enumerate(KEYPOINTS[Layout.BLAZEPOSE33])}


def fallen(t: NDArray[np.float64], keypoints: NDArray[np.float64]) -> float | None:
    """When somebody has fallen by the rule: trunk beyond 50 degrees for 1 s, hips half a torso lower than before.

    Args:
        t: (T,) seconds.
        keypoints: (T, 17 or 33, 3) of one person: x px, y px, score.

    Returns:
        The time at which both first hold; None where they never do.
    """
    joints = _COCO if keypoints.shape[1] == len(_COCO) else _BLAZEPOSE
    shoulders = [joints["left_shoulder"], joints["right_shoulder"]]
    hips = [joints["left_hip"], joints["right_hip"]]
    whole = keypoints[:, [*shoulders, *hips], 2].min(axis=1) >= SEEN
    t, keypoints = t[whole], keypoints[whole]
    if len(t) == 0:
        return None
    hip = keypoints[:, hips, :2].mean(axis=1)
    trunk = keypoints[:, shoulders, :2].mean(axis=1) - hip
    length = np.linalg.norm(trunk, axis=1)
    inclined = np.degrees(np.arctan2(np.abs(trunk[:, 0]), -trunk[:, 1])) > TRUNK_DEG
    torso = float(np.percentile(length, 90))
    dropped = hip[:, 1] - np.minimum.accumulate(hip[:, 1]) > DROP_TORSOS * torso
    since = None
    for instant, down, low in zip(t.tolist(), inclined.tolist(), dropped.tolist(), strict=True):
        since = (instant if since is None else since) if down else None
        if since is not None and low and instant - since >= DOWN_S:
            return float(instant)
    return None
