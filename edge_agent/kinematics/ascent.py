"""Standing up, told by how the body comes up over feet that stay: whatever the legs look like from where they are seen.

Seen from ahead, somebody on the edge of a high seat shows nearly the same legs as somebody who stands.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_agent.kinematics.limits import KinematicsLimits

Numbers: TypeAlias = NDArray[np.float64]

OUTLIERS = 0.1
"""Share of the instants, at either end, at which feet that stay may be seen somewhere else; [C]."""


def ascent(limits: KinematicsLimits, t: Numbers, trunk: Numbers, feet: Numbers) -> float | None:
    """How far hips and shoulders have come up together from a level that they had kept.

    Args:
        limits: how long a level must have been kept, and how far back.
        t: (N,) s, rising.
        trunk: (N, 2) how far shoulders and hips are down, torso lengths.
        feet: (N, 2) where the middle of the feet is, torso lengths.

    Returns:
        The lesser of the two, torso lengths; 0 where no level was kept, the trunk was bent or the feet have moved; None
        where too little was seen.
    """
    past, now = t <= t[0] + limits.ascent_kept_s, t >= t[-1] - limits.ascent_now_s
    if t[-1] - t[0] < limits.ascent_window_s - limits.ascent_now_s or past.sum() < 2:
        return None
    before, after = np.median(trunk[past], axis=0), np.median(trunk[now], axis=0)
    moved = np.ptp(np.quantile(feet, (OUTLIERS, 1.0 - OUTLIERS), axis=0), axis=0)
    kept = float(np.ptp(trunk[past, 1])) <= limits.ascent_spread
    upright = before[1] - before[0] >= limits.ascent_trunk
    if not kept or not upright or float(np.hypot(*moved)) > limits.ascent_feet:
        return 0.0
    return max(0.0, float((before - after).min()))
