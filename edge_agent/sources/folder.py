"""Folders of pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from edge_agent.errors import BrokenOffError, InputError
from edge_agent.sources.pace import Pace
from edge_agent.types import Frame, Image, View

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm"})
SECONDS = re.compile(r"(?:^|[^0-9.])(\d+\.\d+)$|(?:^|[^0-9.])(\d+)ms$")
"""A file name that tells its time ends in seconds with a decimal point (`cam_12.480.png`) or in milliseconds
(`cam_12480ms.png`); a bare number is an index and tells none."""


class ImageFolder:
    """The pictures of a folder in the order of their times."""

    def __init__(self, path: Path, camera: str, *, fps: float | None) -> None:
        """List the folder.

        Args:
            path: the folder.
            camera: the camera's id.
            fps: pictures per second; None to read the times from the file names.

        Raises:
            InputError: no pictures, no readable first picture, or no times.
        """
        self._path = path
        self._camera = camera
        files = sorted((p for p in path.iterdir() if p.suffix.lower() in SUFFIXES), key=_natural)
        if not files:
            raise InputError(f"{path}: no pictures in this folder", "give a folder of png or jpg files")
        if fps is not None:
            self._timed = [(i / fps, file) for i, file in enumerate(files)]
        else:
            self._timed = sorted((_time_of(file), file) for file in files)
        try:
            height, width = _read(files[0]).shape[:2]
        except BrokenOffError as broken:
            raise InputError(broken.problem, broken.remedy) from None
        self.size = (width, height)
        self.view = View()
        self.duration: float | None = self._timed[-1][0] - self._timed[0][0]

    def instants(self, fps: float) -> Iterator[Frame]:
        """Hand over the pictures; two of the same time are a fault of the folder."""
        pace = Pace(fps)
        last: tuple[float, Path] | None = None
        for t, file in self._timed:
            if last is not None and t <= last[0]:
                raise BrokenOffError(
                    f"{file}: has the same time as {last[1].name}", "name each picture by its own time"
                )
            last = t, file
            if pace.wants(t):
                yield Frame(self._camera, t, _read(file))

    def close(self) -> None:
        """Nothing is held open."""


def _natural(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.name)]


def _time_of(file: Path) -> float:
    found = SECONDS.search(file.stem)
    if found is None:
        raise InputError(
            f"{file}: the name tells no time", "add --fps, or name pictures like 12.480.png or 12480ms.png"
        )
    seconds, milliseconds = found.groups()
    return float(seconds) if seconds else int(milliseconds) / 1000.0


def _read(file: Path) -> Image:
    image = cv2.imdecode(np.fromfile(file, dtype=np.uint8), cv2.IMREAD_COLOR) if file.stat().st_size else None
    if image is None:
        raise BrokenOffError(f"{file}: not a readable picture", "remove or replace it")
    return np.asarray(image, dtype=np.uint8)
