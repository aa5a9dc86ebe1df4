"""What can be seen of a camera's own faults in its pictures: frozen, dark, over-exposed, covered, blurred, moved."""

from edge_agent.picture.limits import PictureLimits
from edge_agent.picture.step import State, step

__all__ = ["PictureLimits", "State", "step"]
