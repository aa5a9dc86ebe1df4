"""How hard each tracked person works, and what each minute adds up to."""

from edge_agent.activity.limits import ActivityLimits
from edge_agent.activity.step import State, step

__all__ = ["ActivityLimits", "State", "step"]
