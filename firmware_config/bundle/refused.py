"""Why a bundle is refused: a kind for programs, a sentence for people."""

from __future__ import annotations

from enum import StrEnum

from firmware_config.errors import Exit, InstallerError


class Fault(StrEnum):
    """What is wrong with a bundle."""

    INCOMPLETE = "incomplete"
    """A file is missing or shorter than it was."""
    OVERSIZE = "oversize"
    UNKNOWN_FILE = "unknown-file"
    TAMPERED = "tampered"
    """The signature or a hash does not fit."""
    UNREADABLE = "unreadable"
    """Signed, but no manifest that this version understands."""
    WRONG_FACILITY = "wrong-facility"
    WRONG_DEVICE = "wrong-device"
    REPLAYED = "replayed"
    """A generation that the box has had, or an older one."""
    UNUSABLE = "unusable"
    """Signed and whole, but no box could run with it."""


class RefusedError(InstallerError):
    """A bundle that no box takes."""

    def __init__(self, fault: Fault, sentence: str) -> None:
        """Say why, and what to do, in one sentence."""
        super().__init__(sentence, Exit.INVALID)
        self.fault = fault
