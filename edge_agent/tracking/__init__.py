"""From poses to anonymous persons followed through time. Pure."""

from edge_agent.tracking.limits import TrackingLimits
from edge_agent.tracking.tracker import State, step

__all__ = ["State", "TrackingLimits", "step"]
