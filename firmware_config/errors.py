"""What can go wrong for an installer: said in one line, or in a line for each fault, and never as a stack trace."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of `edge-config`."""

    DONE = 0
    INTERNAL = 1
    """A fault of ours."""
    USAGE = 2
    REFUSED = 3
    """What was asked for cannot be done, and nothing was changed."""
    INVALID = 78
    """EX_CONFIG of sysexits.h: a file of the installer's cannot be used."""


class InstallerError(Exception):
    """Something the installer can mend: what is wrong, and what to do."""

    def __init__(self, message: str, exit_code: Exit = Exit.REFUSED) -> None:
        """Say it in words for people."""
        super().__init__(message)
        self.exit_code = exit_code
