"""Putting the clock of a stream onto the monotonic clock of this box."""

from __future__ import annotations

from dataclasses import dataclass

SETTLED_S = 0.005
"""A picture that is fresher than all before it by more than this shows that those were held up on their way. [C]"""
QUIET_S = 0.2
"""The offset must not have moved for this long: the first picture of a queue may be decoded so slowly that the second
seems to be on time. [C]"""
DRIFT = 0.001
"""Seconds per second by which the clocks may part: ten times what a cheap crystal does. [C]"""


@dataclass(slots=True)
class StreamTime:
    """Times of a stream's pictures, steady although the network delivers them unevenly.

    The offset between the clocks is that of the picture which came with the least delay: the other delays are
    jitter, and would shake every speed that is measured between two pictures. The least delay is forgotten at the
    rate of `DRIFT`, so that a camera whose clock runs slow is followed.
    """

    _offset: float | None = None
    _stream: float = 0.0
    _arrived: float = 0.0
    _moved: float = 0.0
    _given: float = float("-inf")

    def at(self, stream: float, arrived: float) -> float | None:
        """When a picture was taken, monotonic seconds, never after it arrived.

        Args:
            stream: its time by the stream's own clock, seconds.
            arrived: when it arrived, monotonic seconds.

        Returns:
            None for a picture that must not be used: one not after the last, or one whose time is not sure because
            the offset still moves, as it does while pictures come that were queued when the stream was opened.
        """
        delay = arrived - stream
        before, self._offset = self._offset, self._next_offset(stream, delay, arrived)
        if before is None or stream < self._stream or self._offset < before - SETTLED_S:
            self._moved = arrived
        same = stream == self._stream
        self._stream, self._arrived = stream, arrived
        t = stream + self._offset
        if same or arrived - self._moved < QUIET_S or t <= self._given:
            return None
        self._given = t
        return t

    def _next_offset(self, stream: float, delay: float, arrived: float) -> float:
        if self._offset is None or stream < self._stream:  # the camera began its clock again
            return delay
        return min(delay, self._offset + DRIFT * (arrived - self._arrived))
