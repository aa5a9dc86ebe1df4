"""The seam between pictures and poses: another model is another class behind this protocol."""

from __future__ import annotations

from typing import Protocol

from edge_agent.types import Demand, Frame, Layout, Observation


class PoseEstimator(Protocol):
    """Finds the bodies in the pictures of one or more cameras, each camera's in the order of time."""

    @property
    def layout(self) -> Layout:
        """Of every pose it gives."""
        ...

    def estimate(self, frame: Frame, demand: Demand) -> Observation:
        """Find the bodies in one picture.

        Args:
            frame: the picture; nothing of it is kept.
            demand: what the pipeline asked for after the picture before.
        """
        ...

    def close(self) -> None:
        """Free the models."""
        ...
