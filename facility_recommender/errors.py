"""What can go wrong for whoever runs the recommender: one line, a remedy and a documented exit code."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes; the same numbers mean the same for `edge-agent`."""

    OK = 0
    INTERNAL = 1
    """A fault of ours; run again with --debug and report it."""
    USAGE = 2
    STORAGE = 6
    """The store or an output cannot be read or written."""
    ADDRESS = 7
    """The page's address cannot be listened on."""
    CONFIGURATION = 78
    """EX_CONFIG of sysexits.h: systemd does not restart on it."""


class UserError(Exception):
    """A fault that whoever runs us can mend."""

    exit_code = Exit.INTERNAL

    def __init__(self, problem: str, remedy: str) -> None:
        """Say `problem` in one line and how to mend it."""
        super().__init__(f"{problem} ({remedy})")
        self.problem = problem
        self.remedy = remedy


class StorageError(UserError):
    """A file or database cannot be used."""

    exit_code = Exit.STORAGE


class AddressError(UserError):
    """Nobody can listen where the page should be."""

    exit_code = Exit.ADDRESS


class ConfigurationError(UserError):
    """An option or a file of settings cannot be used."""

    exit_code = Exit.CONFIGURATION
