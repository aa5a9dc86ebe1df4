"""Who may use the page: whoever knows the one-time code, once, and from then on whoever holds the cookie."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what is easily misread."""
CODE_LENGTH = 10
"""49 bits: at the rate of wrong tries that is let through, hopeless."""
FREE_TRIES = 5
"""Wrong codes before each further one must wait. [C]"""
WAIT_S = 10.0
"""After a wrong code then. [C]"""


class Entry(StrEnum):
    """How an attempt ended."""

    OPEN = "open"
    WRONG = "wrong"
    USED = "used"
    """The code was right and somebody has entered by it before."""
    WAIT = "wait"
    """Too many wrong tries; ask again later."""


def one_time_code() -> str:
    """A code to be typed or scanned."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


@dataclass(slots=True)
class Door:
    """Used under its owner's lock; times are given."""

    code: str
    _session: str | None = None
    _wrong: int = 0
    _next_at: float = float("-inf")
    _spare: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    """Compared with while nobody has entered, so that asking takes as long."""

    def enter(self, code: str, now: float) -> tuple[Entry, str | None]:
        """Exchange the code for a session; the session is None unless the door opened.

        Args:
            code: as given.
            now: monotonic seconds.
        """
        if now < self._next_at:
            return Entry.WAIT, None
        if not hmac.compare_digest(code.strip().lower().encode(), self.code.encode()):
            self._wrong += 1
            if self._wrong >= FREE_TRIES:
                self._next_at = now + WAIT_S
            return Entry.WRONG, None
        if self._session is not None:
            return Entry.USED, None
        self._session = secrets.token_urlsafe(32)
        return Entry.OPEN, self._session

    def knows(self, session: str) -> bool:
        """Whether a cookie is that of who entered."""
        known = self._session is not None
        return hmac.compare_digest(session.encode(), (self._session or self._spare).encode()) and known
