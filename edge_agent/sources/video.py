"""Video files through OpenCV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from edge_agent.errors import BrokenOffError, InputError
from edge_agent.sources.pace import Pace
from edge_agent.types import Frame, View

PLAYABLE = "give an mp4, webm, mkv, avi or mov file that a video player can play"
SHORT_OF_END_S = 0.5
"""A file whose last picture comes this much before its announced end was cut off: encoders round ends to a frame or
two, and whole files of 12 sources ended within 0.2 s of what they announced."""


class VideoFile:
    """One pass over a video, clocked by its own timestamps."""

    def __init__(self, path: Path, camera: str) -> None:
        """Open the file.

        Raises:
            InputError: it is empty, no video, or holds no picture.
        """
        self._path = path
        self._camera = camera
        if path.stat().st_size == 0:
            raise InputError(f"{path}: the file is empty", "copy it again")
        self._capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        if not self._capture.isOpened() or not self._capture.grab():
            self._capture.release()
            raise InputError(f"{path}: no pictures can be decoded from it", f"truncated or not a video; {PLAYABLE}")
        self.size = (
            int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        )
        self.view = View()
        self.duration = self._announced_duration()

    def _announced_duration(self) -> float | None:
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        count = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        return count / fps if fps > 0 and count > 0 else None

    def instants(self, fps: float) -> Iterator[Frame]:
        """Hand over frames; a time that does not grow (broken timestamps) drops its picture."""
        pace = Pace(fps)
        last = -np.inf
        grabbed = True  # the constructor grabbed the first picture
        while grabbed:
            t = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
            if t > last:
                last = t
                if pace.wants(t):
                    yield Frame(self._camera, t, self._retrieve(t))
            grabbed = self._capture.grab()
        if self.duration is not None and last < self.duration - max(SHORT_OF_END_S, 0.02 * self.duration):
            raise BrokenOffError(
                f"{self._path}: breaks off at {last:.2f} s of {self.duration:.2f} s", "copy the file again"
            )

    def _retrieve(self, t: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        whole, image = self._capture.retrieve()
        if not whole:
            raise BrokenOffError(f"{self._path}: the picture at {t:.2f} s cannot be decoded", "copy the file again")
        return np.asarray(image, dtype=np.uint8)

    def close(self) -> None:
        """Let go of the file."""
        self._capture.release()
