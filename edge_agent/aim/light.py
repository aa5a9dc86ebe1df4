"""How bright a picture is, as a few numbers: the picture itself goes no further than this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

from edge_agent.pose.estimator import PoseEstimator
from edge_agent.types import Array, Demand, Frame, Image, Layout, Observation, Point

COLUMNS, ROWS = 16, 12
"""Fields over which a picture is averaged: too few to show anything of it, and they stay in the process."""


@dataclass(frozen=True, slots=True)
class Light:
    """Grey levels 0-255 over a coarse grid."""

    levels: Array = field(repr=False)
    """(ROWS, COLUMNS)"""
    colour: float
    """Mean spread between the colours, grey levels: next to 0 in infra-red."""

    def at(self, share: Point) -> float:
        """The level at a place, in fractions of the picture's width and height."""
        column, row = int(share[0] * COLUMNS), int(share[1] * ROWS)
        return float(self.levels[min(max(row, 0), ROWS - 1), min(max(column, 0), COLUMNS - 1)])


def light_of(image: Image) -> Light:
    """Measure one picture."""
    small = cv2.resize(image, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA).astype(np.float32)
    return Light(small.mean(axis=2), float((small.max(axis=2) - small.min(axis=2)).mean()))


@dataclass(frozen=True, slots=True)
class Lit:
    """A pose estimator that tells how bright the picture was: masks and blurs are in it already."""

    estimator: PoseEstimator
    tell: Callable[[Light], None]

    @property
    def layout(self) -> Layout:
        """Of every pose it gives."""
        return self.estimator.layout

    def estimate(self, frame: Frame, demand: Demand) -> Observation:
        """Find the bodies, and measure the light."""
        self.tell(light_of(frame.image))
        return self.estimator.estimate(frame, demand)

    def close(self) -> None:
        """Free the models."""
        self.estimator.close()
