"""How each tracked person is held: posture, zone, and the trend of the angles."""

from edge_agent.posture.limits import PostureLimits
from edge_agent.posture.step import State, step

__all__ = ["PostureLimits", "State", "step"]
