"""The latest-instant slots between capture and pipeline: one per camera, drops counted."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from edge_agent.sources.recording import Instant

LAST_TAKEN_WITHIN_S = 5.0
"""How long the end of a camera waits for its last instant to be analysed."""


@dataclass(frozen=True, slots=True)
class End:
    """Nothing more comes of a camera."""

    camera: str


@dataclass(slots=True)
class _Slot:
    waiting: Instant | End | None = None
    dropped: int = 0


class LatestSlots:
    """Capture threads put, the pipeline takes; what was not taken in time is replaced, never queued."""

    def __init__(self, cameras: tuple[str, ...]) -> None:
        """One empty slot per camera."""
        self._slots = {camera: _Slot() for camera in cameras}
        self._order = list(cameras)
        self._changed = threading.Condition()

    def put(self, item: Instant | End) -> None:
        """Hand over an instant of its camera; the one still waiting is dropped, unless this is the end."""
        with self._changed:
            slot = self._slots[item.camera]
            if isinstance(item, End):
                self._changed.wait_for(lambda: slot.waiting is None, LAST_TAKEN_WITHIN_S)
            slot.dropped += slot.waiting is not None
            slot.waiting = item
            self._changed.notify_all()

    def take(self, timeout: float) -> Instant | End | None:
        """The next item, cameras in turn; None when none came within `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: any(slot.waiting is not None for slot in self._slots.values()), timeout)
            for camera in self._order:
                slot = self._slots[camera]
                if slot.waiting is not None:
                    item, slot.waiting = slot.waiting, None
                    self._order.remove(camera)
                    self._order.append(camera)
                    self._changed.notify_all()
                    return item
            return None

    def dropped(self, camera: str) -> int:
        """How many instants were replaced before they were taken."""
        with self._changed:
            return self._slots[camera].dropped
