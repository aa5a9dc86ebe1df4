"""What to offer a resident, and why: a hard safety filter, then a guideline-based score."""
