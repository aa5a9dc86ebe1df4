"""Files that are either whole and the right ones, or refused."""

import hashlib
import os
import tempfile
from pathlib import Path

from models.errors import DigestMismatchError


def sha256(path: Path) -> str:
    """The digest of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_of(content: bytes) -> str:
    """The digest of bytes."""
    return hashlib.sha256(content).hexdigest()


def verify(path: Path, expected: str, remedy: str) -> None:
    """Refuses a file whose digest isn't the expected one.

    Raises:
        DigestMismatchError: names the file, both digests and the remedy.
    """
    found = sha256(path)
    if found != expected:
        raise DigestMismatchError(path, expected, found, remedy)


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that its name never stands for half of it, whatever happens in between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp makes it private; the agent may run as another user
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
