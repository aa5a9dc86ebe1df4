"""Why there is no number."""

from __future__ import annotations

from math import isfinite
from typing import Final

from edge_agent.types import Metric

LOST: Final = Metric.unknown("lost")
TOO_SMALL: Final = Metric.unknown("too_small")
UNSEEN: Final = Metric.unknown("joint_unseen")
OUT_OF_PLANE: Final = Metric.unknown("view_insufficient")
NO_GRAVITY: Final = Metric.unknown("no_gravity")
WARMING_UP: Final = Metric.unknown("warming_up")
TOO_SLOW: Final = Metric.unknown("frame_rate_too_low")


def metric(value: float | None) -> Metric:
    """A measured number, or that its joints were unseen."""
    return UNSEEN if value is None or not isfinite(value) else Metric(value)
