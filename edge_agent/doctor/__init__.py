"""`edge-agent doctor`: whether this box is fit for its work, each finding with what to do about it."""

from edge_agent.doctor.examination import Examined, examine
from edge_agent.doctor.finding import Finding, Verdict
from edge_agent.doctor.situation import Situation

__all__ = ["Examined", "Finding", "Situation", "Verdict", "examine"]
