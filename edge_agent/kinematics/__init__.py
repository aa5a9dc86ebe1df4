"""From followed bodies to how they are held and move, against gravity. Pure."""

from edge_agent.kinematics.lens import straightened
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.kinematics.marked import marked
from edge_agent.kinematics.stage import State, step

__all__ = ["KinematicsLimits", "State", "marked", "step", "straightened"]
