"""An installer's day as one command: from a list of rooms to boxes that a real broker lets in, or no more."""
