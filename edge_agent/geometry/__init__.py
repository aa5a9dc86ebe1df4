"""How a camera looks into its room, worked out from the people who stand and walk there. Pure."""

from edge_agent.geometry.limits import GeometryLimits
from edge_agent.geometry.step import State, step, view_in_use

__all__ = ["GeometryLimits", "State", "step", "view_in_use"]
