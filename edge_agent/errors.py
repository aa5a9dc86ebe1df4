"""What can go wrong for a user: one line, a remedy and a documented exit code."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the commands; README, "Exit codes", lists them for users."""

    OK = 0
    INTERNAL = 1
    """A fault of ours; run again with --debug and report it."""
    USAGE = 2
    INPUT = 3
    """An input could not be read at all; the others were processed."""
    BROKEN_OFF = 4
    """An input broke off; what came before is written."""
    MODELS = 5
    """Models are missing, or not the ones that were built."""
    STORAGE = 6
    """The outbox or an output cannot be written."""
    UNFIT = 9
    """`doctor` found something that keeps this box from its work."""
    STALLED = 70
    """EX_SOFTWARE of sysexits.h: a thread made no progress for too long; start the agent again."""
    WEDGED = 75
    """EX_TEMPFAIL: a camera stays silent however often it is opened again; the unit may restart the box on it."""
    CONFIGURATION = 78
    """EX_CONFIG of sysexits.h: systemd does not restart on it."""
    INTERRUPTED = 130


class UserError(Exception):
    """A fault the user can mend."""

    exit_code = Exit.INTERNAL

    def __init__(self, problem: str, remedy: str) -> None:
        """Say `problem` in one line and how to mend it."""
        super().__init__(f"{problem} ({remedy})")
        self.problem = problem
        self.remedy = remedy


class UsageError(UserError):
    """The command was called with words that do not fit."""

    exit_code = Exit.USAGE


class InputError(UserError):
    """A recording cannot be read at all."""

    exit_code = Exit.INPUT


class BrokenOffError(UserError):
    """A recording stopped being readable; everything before was handed over."""

    exit_code = Exit.BROKEN_OFF


class StorageError(UserError):
    """A file cannot be written."""

    exit_code = Exit.STORAGE


class ConfigurationError(UserError):
    """The configuration cannot be used."""

    exit_code = Exit.CONFIGURATION


class CameraWedgedError(UserError):
    """A camera gives no pictures though it was closed and opened again several times."""

    exit_code = Exit.WEDGED
