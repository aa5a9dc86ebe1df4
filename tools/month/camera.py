"""A live camera that the script breaks."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from edge_agent.sources.live import READ_S, SourceLostError
from edge_agent.types import Frame, Image
from tools.month import pictures
from tools.month.people import Recorded, code_of
from tools.month.virtual import VirtualTime

QUIET_PERIOD_S = 1.0
"""Between two pictures of an empty room: the slowest that still counts as looking on."""
BUSY_PERIOD_S = 0.2
"""With somebody in view."""
DELAY_S = 0.03
"""From the sensor to us."""


@dataclass
class Visit:
    """Somebody is in view."""

    recording: str
    since: float
    """On the clock that goes on through a suspend."""
    at: tuple[int, int]


@dataclass
class ScriptedCamera:
    """A `LiveSource`; the script sets `mode`, `look`, `infra_red` and `visit`."""

    camera: str
    seed: int
    clock: VirtualTime
    recordings: tuple[Recorded, ...]
    mode: str = "well"
    """well, silent, unplugged, unreachable, wedged."""
    look: str = "clear"
    """clear, frozen, dark, over_exposed, covered."""
    infra_red: bool = False
    visit: Visit | None = None
    given: int = 0
    _due: float = 0.0
    _still: Image | None = None
    _draw: np.random.Generator = field(init=False)
    _takes: dict[str, tuple[Image, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Draw the room's pictures."""
        self._draw = np.random.default_rng(self.seed)
        room = pictures.room(self.seed)
        self._takes = {
            "day": pictures.takes(room, self.seed),
            "infra_red": pictures.takes(pictures.infra_red(room), self.seed + 1),
            "covered": pictures.takes(np.full_like(room, 90), self.seed + 2),
        }

    def open(self) -> None:
        """Where there is one.

        Raises:
            SourceLostError: there is none.
        """
        if self.mode == "unplugged":
            raise SourceLostError("camera_missing", "no such device")
        if self.mode == "unreachable":
            raise SourceLostError("unreachable", "nothing answers")

    def read(self) -> Frame | None:
        """The next picture, in virtual time.

        Raises:
            SourceLostError: it broke off.
        """
        if self.mode == "unplugged":
            raise SourceLostError("camera_missing", "unplugged")
        if self.mode == "unreachable":
            raise SourceLostError("reconnecting", "broke off")
        if self.mode in ("silent", "wedged"):
            self.clock.wait(READ_S)
            return None
        now = self.clock.monotonic()
        period = QUIET_PERIOD_S if self.visit is None else BUSY_PERIOD_S
        self._due = min(max(self._due + period, now), now + READ_S - 2 * DELAY_S)
        self.clock.wait(self._due + DELAY_S - now)
        self.given += 1
        return Frame(self.camera, self._due, self._picture())

    def close(self) -> None:
        """Nothing is held."""

    def _picture(self) -> Image:
        if self.look == "frozen" and self._still is not None:
            return self._still
        if self.look == "covered":
            return self._take("covered")
        image = self._take("infra_red" if self.infra_red else "day")
        if self.visit is not None:
            t = self.clock.boottime() - self.visit.since
            image = pictures.with_code(image, code_of(self.recordings, self.visit.recording, t), self.visit.at)
        if self.look == "dark":
            image = np.asarray(cv2.convertScaleAbs(image, alpha=0.03), np.uint8)
        elif self.look == "over_exposed":
            image = np.asarray(cv2.convertScaleAbs(image, beta=pictures.WHITE), np.uint8)
        self._still = image
        return image

    def _take(self, name: str) -> Image:
        takes = self._takes[name]
        return takes[int(self._draw.integers(len(takes)))]
