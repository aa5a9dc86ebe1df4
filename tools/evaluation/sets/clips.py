"""Recordings of falls and of daily life, with what is expected of each."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording and its label."""

    path: Path
    """A video or a folder of pictures."""
    name: str
    subject: str
    """Who is seen; the recording itself where nobody says."""
    expected: bool | None
    """A fall is in it; None: not scored."""
    onset_s: float | None = None
    """When the fall begins."""
    fps: float | None = None
    """Of a folder of pictures whose names tell no time."""
    note: str = ""


EXPECTED = {"fall": True, "none": False}
"""Any other label (`either`, none at all) is not scored."""


def labelled(folder: Path) -> Iterator[Clip]:
    """The clips of a `labels.csv` with the columns clip, expected, onset_s, note.

    The subject is the clip's first folder, where it lies in one.
    """
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            clip = row["clip"]
            subject = clip.partition("/")[0] if "/" in clip else clip
            onset = float(row["onset_s"]) if row.get("onset_s") else None
            expected = EXPECTED.get(row["expected"])
            yield Clip(folder / clip, clip, f"{folder.name}/{subject}", expected, onset, note=row.get("note") or "")


def is_labelled(folder: Path) -> bool:
    """Whether a folder has such a list."""
    try:
        with (folder / "labels.csv").open(encoding="utf-8") as stream:
            return stream.readline().startswith("clip,expected")
    except OSError:
        return False
