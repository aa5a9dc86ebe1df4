"""What somebody should know of: falls and their lives, postures held too long, sitting too long, lying too still."""

from edge_agent.incidents.limits import IncidentLimits
from edge_agent.incidents.step import State, step

__all__ = ["IncidentLimits", "State", "step"]
