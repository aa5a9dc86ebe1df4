"""What can go wrong while building, each with the exit code the command ends with."""

from pathlib import Path
from typing import ClassVar


class BuildError(Exception):
    """A failure a person can act on: its text is one line that ends with the remedy."""

    exit_code: ClassVar[int] = 1


class ManifestError(BuildError):
    """The manifest, or a file of ranges, does not follow its schema."""

    exit_code = 2


class MissingError(BuildError):
    """A file that should be there isn't."""

    exit_code = 4


class DigestMismatchError(BuildError):
    """A file isn't the one the manifest names: it was changed, or an expected result was not reached."""

    exit_code = 5

    def __init__(self, path: Path | str, expected: str, found: str, remedy: str) -> None:
        super().__init__(f"{path}: expected sha256 {expected}, found {found}; {remedy}")
        self.path, self.expected, self.found, self.remedy = path, expected, found, remedy


class FetchError(BuildError):
    """A package could not be downloaded."""

    exit_code = 6


class DisagreementError(BuildError):
    """A model built here doesn't compute what its reference computes."""

    exit_code = 7
