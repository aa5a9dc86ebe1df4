"""Keeping libraries from writing to the terminal, where a user looks for one clear line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STDERR = 2


@contextmanager
def without_chatter() -> Iterator[None]:
    """Drop what C code writes to standard error inside; Python's own writing goes on.

    For calls that chatter and offer no switch. Not for two threads at once.
    """
    sys.stderr.flush()
    kept = os.dup(STDERR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STDERR)
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)
        os.close(nowhere)
