"""A video device and its driver, as far as OpenCV shows them, that a test can break in every way it likes."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from edge_agent.sources.grabber import VideoDevice
from edge_agent.types import Image


@dataclass
class FakeDriver:
    """What lies behind `path`, a plain file that stands for the device's node. Time is the test's."""

    path: Path
    now: Callable[[], float]
    grants: tuple[int, int] | None = None
    """Another size than the one asked for."""
    stamps: Callable[[float], float] = lambda now: now - 0.03
    """The time a buffer carries, seconds, by the time of the grab."""
    refuses: int | None = None
    """An errno with which it cannot be opened."""
    stalled: bool = False
    stale: bool = False
    """The same buffer is handed over again and again."""
    grey: Callable[[int], int] = lambda grabbed: grabbed % 200
    """What each pixel shows, by the number of the grab."""
    pace_s: float = 0.002
    """From one grab to the next."""
    torn: bool = False
    """Pictures cannot be decoded."""
    opened: int = 0
    released: int = 0
    grabbed: int = 0
    decoded: int = 0
    asked: dict[int, float] = field(default_factory=dict)
    _wake: threading.Event = field(default_factory=threading.Event)

    def plug_in(self) -> None:
        self.path.touch()

    def unplug(self) -> None:
        self.path.unlink()

    def recover(self) -> None:
        """End a stall: the hanging call comes back with nothing, as OpenCV's does after its own limit."""
        self.stalled = False
        self._wake.set()

    def opener(self, path: Path) -> VideoDevice:
        assert path == self.path
        if self.refuses is not None:
            raise OSError(self.refuses, os.strerror(self.refuses))
        if not path.exists():
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        self.opened += 1
        return FakeDevice(self)

    @property
    def held(self) -> bool:
        return self.opened > self.released


class FakeDevice:
    """One opened device."""

    def __init__(self, driver: FakeDriver) -> None:
        self._driver = driver
        self._grabbed = 0
        self._stamp = 0.0

    def grab(self) -> bool:
        driver = self._driver
        if driver.stalled:
            driver._wake.wait()
            return False
        threading.Event().wait(driver.pace_s)
        if not driver.path.exists():
            return False
        self._grabbed += 1
        driver.grabbed = self._grabbed
        if not driver.stale:
            self._stamp = driver.stamps(driver.now())
        return True

    def retrieve(self) -> tuple[bool, Image]:
        self._driver.decoded += 1
        if self._driver.torn:
            raise cv2.error("half a JPEG")
        width, height = self._size()
        picture = np.full((height, width, 3), self._driver.grey(self._grabbed), dtype=np.uint8)
        picture[0, 0] = 255  # the upper left corner, to see how it was turned
        return True, picture

    def get(self, propId: int) -> float:  # noqa: N803 - OpenCV's own name
        if propId == cv2.CAP_PROP_POS_MSEC:
            return 1000.0 * self._stamp
        sizes = {cv2.CAP_PROP_FRAME_WIDTH: self._size()[0], cv2.CAP_PROP_FRAME_HEIGHT: self._size()[1]}
        return float(sizes.get(propId, self._driver.asked.get(propId, 0.0)))

    def set(self, propId: int, value: float) -> bool:  # noqa: N803 - OpenCV's own name
        self._driver.asked[propId] = value
        return True

    def release(self) -> None:
        self._driver.released += 1

    def _size(self) -> tuple[int, int]:
        asked = self._driver.asked
        return self._driver.grants or (
            int(asked.get(cv2.CAP_PROP_FRAME_WIDTH, 640)),
            int(asked.get(cv2.CAP_PROP_FRAME_HEIGHT, 480)),
        )
