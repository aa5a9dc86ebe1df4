"""Threads, clock and health: everything around the flow that the flow itself does not know."""
