"""Our rendered recordings as a wider lens on the same camera shows them: people as small as farther away.

The room around the filmed part is rendered anew, so that no small picture hangs on a wall: the detector takes that for
somebody's chest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from edge_agent.types import Image
from tools.evaluation.keypoint_errors import Array
from tools.scenes.backdrop import backdrop
from tools.scenes.camera import Camera
from tools.scenes.catalogue import room_named
from tools.scenes.paint import noisy


@dataclass(frozen=True, slots=True, eq=False)
class Farther:
    """One recording, made smaller."""

    by: float
    """Size of people in the picture to their size as filmed, at most 1."""
    around: Image
    """The empty room as the wider lens shows it."""

    @classmethod
    def of(cls, truth: dict[str, Any], by: float) -> Farther:
        """Of a recording whose truth this is."""
        told, (width, height) = truth["camera"], truth["size"]
        fov = float(np.degrees(2.0 * np.arctan(width / (2.0 * by * told["fx"]))))
        aim = (told["yaw_deg"], told["tilt_deg"], told["roll_deg"])
        camera = Camera(tuple(told["position"]), *aim, width, height, fov)
        empty = np.asarray(backdrop(room_named(truth["room"]["name"]), camera, 1).colour + 0.5, np.uint8)
        return cls(by, noisy(empty, truth["seed"], 0))

    def picture(self, image: Image) -> Image:
        """A filmed picture, (H, W, 3), in the room around it."""
        if self.by == 1.0:
            return image
        small = cv2.resize(image, None, fx=self.by, fy=self.by, interpolation=cv2.INTER_AREA)
        left, top = self._corner(image.shape)
        shown = self.around.copy()
        shown[top : top + small.shape[0], left : left + small.shape[1]] = small
        return shown

    def joints(self, filmed: Array, image: Image) -> Array:
        """Where filmed places, (N, 2) px, are then."""
        placed: Array = filmed * self.by + np.array(self._corner(image.shape), np.float64)
        return placed

    def _corner(self, shape: tuple[int, ...]) -> tuple[int, int]:
        """Left, top of the filmed part, px."""
        height, width = (round(length * self.by) for length in shape[:2])
        return (shape[1] - width) // 2, (shape[0] - height) // 2
