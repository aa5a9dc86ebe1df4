"""How well the people in view can be judged: what a good picture alone does not tell. Pure."""

from edge_agent.visibility.limits import VisibilityLimits
from edge_agent.visibility.step import State, step

__all__ = ["State", "VisibilityLimits", "step"]
