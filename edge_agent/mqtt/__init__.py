"""The way to the broker: a connection that comes back, a publisher that sends until acknowledged."""

from __future__ import annotations

from edge_agent.mqtt.publisher import Publisher, Status
from edge_agent.mqtt.settings import BrokerSettings, DeliverySettings

__all__ = ["BrokerSettings", "DeliverySettings", "Publisher", "Status"]
