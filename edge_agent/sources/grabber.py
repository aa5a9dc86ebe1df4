"""A camera read by a thread of its own, of which only the newest picture is kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

import cv2
import numpy as np

from edge_agent.sources.live import READ_S, Loss, SourceLostError
from edge_agent.types import Frame, Image

Rotation: TypeAlias = Literal[0, 90, 180, 270]
"""Clockwise degrees by which a picture is turned to stand upright."""

_ERRORS = 2
"""OpenCV's level that lets errors alone pass."""
TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


class VideoDevice(Protocol):
    """What is asked of OpenCV's capture, once it is open."""

    def grab(self) -> bool:
        """Wait for the next picture, without decoding more of it than is needed for the one after."""
        ...

    def retrieve(self) -> tuple[bool, Image]:
        """The picture grabbed last."""
        ...

    def get(self, propId: int) -> float:  # noqa: N803 - OpenCV's own name
        """A property, `cv2.CAP_PROP_...`."""
        ...

    def set(self, propId: int, value: float) -> bool:  # noqa: N803 - OpenCV's own name
        """Ask for a property."""
        ...

    def release(self) -> None:
        """Let go."""
        ...


class Stream(Protocol):
    """One connection to a camera, used by one thread."""

    def next(self) -> float | None:
        """Wait for the next picture; its time, monotonic seconds, or None where it is no new one.

        Raises:
            SourceLostError: the camera broke off.
        """
        ...

    def picture(self) -> Image | None:
        """The picture `next` waited for, or None where it cannot be decoded."""
        ...

    def release(self) -> None:
        """Let go of the camera."""
        ...


class Grabber:
    """A live source over a `Stream`.

    Its thread takes every picture as it comes, so that none waits in a queue and grows old, and decodes those alone
    that somebody waits for. Calls that hang in a driver or a network hang in that thread: `open`, `read` and `close`
    never take longer than `READ_S`.
    """

    def __init__(
        self,
        camera: str,
        connect: Callable[[], Stream],
        *,
        rotate_deg: Rotation = 0,
        open_s: float,
        stuck: Loss,
    ) -> None:
        """Nothing is opened yet.

        Args:
            camera: the camera's id, carried by every frame.
            connect: opens the camera; raises SourceLostError.
            rotate_deg: clockwise turn applied to every picture.
            open_s: how long `connect` may take, seconds.
            stuck: what is said when it takes longer.
        """
        _hush_opencv()  # we say ourselves, and clearly, what it would warn of
        self._camera = camera
        self._connect = connect
        self._rotate_deg = rotate_deg
        self._open_s = open_s
        self._stuck: Loss = stuck
        self._turn: _Turn | None = None
        self._left: _Turn | None = None

    def open(self) -> None:
        """Begin to open the camera.

        Raises:
            SourceLostError: the call in which it hung when it was closed has still not come back.
        """
        self.close()
        if self._left is not None and not self._left.end(READ_S):
            raise SourceLostError(self._stuck, "the last attempt still hangs")
        self._left = None
        self._turn = _Turn(f"grab-{self._camera}", self._connect)

    def read(self) -> Frame | None:
        """The next picture; see `LiveSource.read`."""
        if self._turn is None:
            raise SourceLostError("reconnecting", "not open")
        taken = self._turn.newest(READ_S)
        if taken is None:
            if self._turn.opening_for() > self._open_s:
                raise SourceLostError(self._stuck, f"did not open within {self._open_s:.0f} s")
            return None
        t, image = taken
        turn = TURNS.get(self._rotate_deg)
        return Frame(self._camera, t, image if turn is None else np.asarray(cv2.rotate(image, turn), dtype=np.uint8))

    def close(self) -> None:
        """Let go of the camera: at once, or, from within a call that hangs, as soon as that comes back."""
        if self._turn is not None and not self._turn.end(READ_S):
            self._left = self._turn
        self._turn = None


class _Turn:
    """One thread from opening to closing; what an earlier one still does cannot reach a later one."""

    def __init__(self, name: str, connect: Callable[[], Stream]) -> None:
        self._connect = connect
        self._began = time.monotonic()
        self._changed = threading.Condition()
        self._connected = False
        self._ended = False
        self._wanted = False
        self._taken: tuple[float, Image] | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def opening_for(self) -> float:
        """Seconds since the camera began to be opened; 0 once it is."""
        return 0.0 if self._connected else time.monotonic() - self._began

    def newest(self, timeout: float) -> tuple[float, Image] | None:
        with self._changed:
            self._wanted, self._taken = True, None
            self._changed.wait_for(lambda: self._taken is not None or self._failure is not None, timeout)
            self._wanted = False
            if self._taken is None and self._failure is not None:
                raise self._failure
            return self._taken

    def end(self, timeout: float) -> bool:
        """Stop; whether the thread has ended and let go of the camera."""
        self._ended = True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            stream = self._connect()
            try:
                self._connected = True
                while not self._ended:
                    self._take(stream)
            finally:
                stream.release()
        except BaseException as failure:  # noqa: BLE001 - raised again in the thread that reads
            with self._changed:
                self._failure = failure
                self._changed.notify_all()

    def _take(self, stream: Stream) -> None:
        t = stream.next()
        if t is None or not self._wanted:
            return
        image = stream.picture()
        if image is not None:
            with self._changed:
                self._taken = (t, image)
                self._changed.notify_all()


def _hush_opencv() -> None:
    """Let OpenCV log errors alone; before version 5 the function had another place."""
    before = getattr(cv2, "setLogLevel", None)
    (before or cv2.utils.logging.setLogLevel)(_ERRORS)
