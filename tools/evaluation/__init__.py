"""The measuring bench: the agent's own output against labels, task by task."""
