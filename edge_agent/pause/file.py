"""The pause file: for people and programs on the box itself."""

from __future__ import annotations

import math
import stat
from dataclasses import dataclass
from pathlib import Path

READ_MOST = 64
"""Bytes; enough for a number. [C]"""


@dataclass(frozen=True, slots=True)
class Mark:
    """The pause file as it was found."""

    mtime_ns: int
    wanted_s: float | None
    """What its text says; None where it says nothing that is a number of seconds."""


def look(path: Path) -> Mark | None:
    """The file, if it is there; one whose text cannot be read asks as well: it was put there to be left alone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return Mark(found.st_mtime_ns, _seconds(path) if stat.S_ISREG(found.st_mode) else None)


def _seconds(path: Path) -> float | None:
    try:
        with path.open("rb") as opened:
            wanted = float(opened.read(READ_MOST))
    except (OSError, ValueError):
        return None
    return wanted if math.isfinite(wanted) and wanted > 0 else None
