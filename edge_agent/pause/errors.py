"""Why a pause that was asked for is not given."""

from __future__ import annotations


class UnknownCameraError(Exception):
    """This box has no such camera; the message says which it has."""


class PauseRefusedError(Exception):
    """There is a reason to go on watching; the message says it to people."""
