"""Pauses: somebody wants not to be watched for a while. Each has an end, and counts down to it (docs/adr/0005)."""

from __future__ import annotations

from edge_agent.pause.errors import PauseRefusedError, UnknownCameraError
from edge_agent.pause.pauses import Pauses
from edge_agent.pause.rules import By, Pause
from edge_agent.pause.settings import PauseSettings
from edge_agent.pause.windows import Window

__all__ = ["By", "Pause", "PauseRefusedError", "PauseSettings", "Pauses", "UnknownCameraError", "Window"]
