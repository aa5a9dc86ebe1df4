"""Instants as messages carry them, read back."""

from __future__ import annotations

from datetime import datetime


def instant(text: str) -> datetime:
    """Read a message's UTC instant.

    >>> instant('1970-01-01T00:00:01.500Z').timestamp()
    1.5
    """
    return datetime.fromisoformat(text)
