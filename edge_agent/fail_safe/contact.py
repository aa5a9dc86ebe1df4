"""What the fail-safe closes: a dry contact that a nurse call system watches."""

from __future__ import annotations

from typing import Protocol


class Contact(Protocol):
    """A relay. Each call may be repeated.

    Raises:
        OSError: from each: the relay cannot be reached.
    """

    def close(self) -> None:
        """Call."""
        ...

    def open(self) -> None:
        """Call no more."""
        ...

    def release(self) -> None:
        """Open it and let it go; nothing is called after that."""
        ...
