"""The people of the month: our committed keypoint recordings, and the pose stage that reads them from the picture."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from edge_agent.sources.keypoints import KeypointRecording
from edge_agent.types import Demand, Frame, Layout, Observation, Pose, View
from tools.month import pictures
from tools.month.pictures import SIZE, Code

RECORDINGS = Path(__file__).resolve().parents[2] / "tests/recordings/keypoints"
FALLS = ("fall-forward", "fall-sideways")
"""Somebody falls, lies there for about 50 s, and gets up again."""
ORDINARY = ("walk", "sit-down", "stand-up", "tie-shoes", "bed", "ordinary")
"""Nobody falls."""
NAMES = (*FALLS, *ORDINARY)
"""A code's number is the place here."""
ALL_FPS = 1000.0


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recording, scaled to the size of the month's pictures."""

    name: str
    instants: tuple[Observation, ...]

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.instants[-1].t

    def at(self, t: float) -> int:
        """The number of the instant shown `t` seconds after the beginning."""
        return min(len(self.instants) - 1, int(t * (len(self.instants) - 1) / self.duration))


def recorded(name: str) -> Recorded:
    """Read one recording."""
    recording = KeypointRecording(RECORDINGS / f"{name}.npz", "any")
    scale = SIZE[0] / recording.size[0]
    return Recorded(name, tuple(_scaled(each, scale) for each in recording.instants(ALL_FPS)))


def view() -> View:
    """How the camera of the recordings stood; all were taken by one."""
    recording = KeypointRecording(RECORDINGS / f"{FALLS[0]}.npz", "any")
    known, scale = recording.view, SIZE[0] / recording.size[0]
    if known.intrinsics is None:
        return known
    fx, fy, cx, cy = (scale * value for value in known.intrinsics)
    return replace(known, intrinsics=(fx, fy, cx, cy))


def _scaled(instant: Observation, scale: float) -> Observation:
    poses = tuple(
        Pose(pose.keypoints * np.array([scale, scale, 1.0], np.float32), pose.layout, pose.score, pose.world)
        for pose in instant.poses
    )
    return Observation(instant.camera, instant.t, SIZE, poses)


@dataclass(slots=True)
class CodedPoses:
    """A pose stage that finds whoever the picture's code says, and nobody where it cannot be read."""

    recordings: tuple[Recorded, ...] = field(default_factory=lambda: tuple(recorded(name) for name in NAMES))
    layout: Layout = Layout.COCO17

    def estimate(self, frame: Frame, demand: Demand) -> Observation:  # noqa: ARG002
        """Look at the picture that privacy has left."""
        height, width = frame.image.shape[:2]
        code = pictures.read(frame.image)
        poses = () if code is None else self.recordings[code.recording].instants[code.instant].poses
        return Observation(frame.camera, frame.t, (width, height), poses)

    def close(self) -> None:
        """Nothing is held."""


def code_of(recordings: tuple[Recorded, ...], name: str, t: float) -> Code:
    """What stands for a recording `t` seconds after its beginning."""
    number = NAMES.index(name)
    return Code(number, recordings[number].at(t))
