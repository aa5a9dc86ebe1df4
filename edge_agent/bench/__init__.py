"""`edge-agent bench`: how fast each model and each stage is on this box."""
