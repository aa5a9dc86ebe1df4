"""Thresholds of the pose stage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoseLimits:
    """What counts as a body, and how often it is looked for."""

    detection_score: float = 0.45
    """From here the detector saw a body. Source: of 45 that float found, int8 missed 7 at .5 and none at .45."""
    landmark_flag: float = 0.5
    """From here the landmarks are of a person. Source: the value MediaPipe ships with."""
    redetect_s: float = 0.5
    """Between two runs of the detector while everybody known is followed by landmarks. [C]"""
    remember_s: float = 0.5
    """How long landmarks are tried again at the place where they were lost, unasked. [C]"""
    hip_apart: float = 0.35
    """Detector and landmarks speak of one body when their hips are closer, in radii of the smaller body. [C]"""
    angle_apart_deg: float = 45.0
    """Landmarks are looked for again when the detector's axis differs by more. [C]"""
    size_ratio: float = 1.6
    """The same for the size. [C]"""
    same_body: float = 0.5
    """Two poses are one body from this keypoint similarity on (0-1, as OKS). [C]"""
    retry_looks: int = 4
    """Most landmark runs spent on one picture for `Demand.retries`: bounds the delay of that picture."""
