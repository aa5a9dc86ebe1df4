"""A facility on the installer's laptop: its file, its keys, its boxes and what its broker needs."""
