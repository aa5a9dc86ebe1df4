"""What the box's own system is told at its first start: network, time servers, time zone. Each format is an adapter."""
