"""Everything the pipeline is told; may change between two steps."""

from __future__ import annotations

from dataclasses import dataclass, field

from edge_agent.activity.limits import ActivityLimits
from edge_agent.geometry import GeometryLimits
from edge_agent.incidents.limits import IncidentLimits
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.posture.additive import Additive
from edge_agent.posture.limits import PostureLimits
from edge_agent.tracking.limits import TrackingLimits
from edge_agent.types import Camera
from edge_agent.visibility import VisibilityLimits


@dataclass(frozen=True, slots=True)
class Settings:
    """The camera and the limits of every stage; each limit says its unit and source where it is defined."""

    camera: Camera
    analysis_fps: float = 10.0
    """Instants analysed per second."""
    search_for_s: float = 10.0
    """How long a body lost from sight is looked for again at its place, turned several ways. [C]"""
    search_hard_s: float = 2.0
    """For this long at every instant: longer than a body takes to fall. [C]"""
    search_every_s: float = 0.5
    """Later, this often. [C]"""
    tracking: TrackingLimits = field(default_factory=TrackingLimits)
    geometry: GeometryLimits = field(default_factory=GeometryLimits)
    kinematics: KinematicsLimits = field(default_factory=KinematicsLimits)
    posture: PostureLimits = field(default_factory=PostureLimits)
    activity: ActivityLimits = field(default_factory=ActivityLimits)
    incidents: IncidentLimits = field(default_factory=IncidentLimits)
    visibility: VisibilityLimits = field(default_factory=VisibilityLimits)
    seated: Additive | None = None
    """What was learned of how people sit; without it a rule on the trunk's angle judges."""
