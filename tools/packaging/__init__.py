"""Debian packages of the application and of what stays on a box from version to version."""
