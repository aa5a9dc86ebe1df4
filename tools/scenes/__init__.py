"""Rendered recordings with exact truth: an older body in a furnished room, from seeds, bodies and rooms."""
