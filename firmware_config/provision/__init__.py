"""`carepose-provision`: takes the bundle from the card before the agent starts, and keeps the last good one."""
