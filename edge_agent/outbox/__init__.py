"""Events on the card until somebody has said that they are stored elsewhere."""

from __future__ import annotations

from edge_agent.outbox.entry import Counts, Entry, LaneStatus, Position
from edge_agent.outbox.errors import CorruptError, DiskFullError
from edge_agent.outbox.limits import OutboxLimits
from edge_agent.outbox.outbox import Outbox

__all__ = ["CorruptError", "Counts", "DiskFullError", "Entry", "LaneStatus", "Outbox", "OutboxLimits", "Position"]
