"""Configuration as installers write it."""
