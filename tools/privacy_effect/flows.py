"""The agent's own flow on one recording, several times side by side: on pictures as they are, and on changed ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from edge_agent import pipeline
from edge_agent.pose.estimator import PoseEstimator
from edge_agent.privacy import FaceBlur, FaceDetector, Mask, Privacy, PrivacySettings
from edge_agent.privacy.heads import Head
from edge_agent.settings import Settings
from edge_agent.sources.recording import open_recording
from edge_agent.stopwatch import Stopwatch
from edge_agent.types import Camera, Demand, Event, Frame, Image, Observation, Person, Pose

CAMERA = "camera"
JPEG_QUALITY = 90
BANDS = (
    Mask("window", ((0.0, 0.0), (1.0, 0.0), (1.0, 0.12), (0.0, 0.12))),
    Mask("door", ((0.0, 0.0), (0.12, 0.0), (0.12, 1.0), (0.0, 1.0))),
)
"""An eighth of the picture at the top and at the left: who is there is masked with it."""


class Change(Protocol):
    """What happens to a picture before the pose stage sees it."""

    def clean(self, frame: Frame) -> Frame:
        """The picture the pose stage gets."""
        ...

    def seen(self, observation: Observation) -> None:
        """What the pose stage made of it."""
        ...


@dataclass(frozen=True, slots=True)
class Unrelated:
    """A change that has nothing to do with privacy: how much the same pipeline differs for nothing."""

    change: Callable[[Image], Image]

    def clean(self, frame: Frame) -> Frame:
        """The changed picture."""
        return replace(frame, image=self.change(frame.image))

    def seen(self, observation: Observation) -> None:
        """Nothing is learned."""


def shifted(image: Image) -> Image:
    """The picture one pixel further right and down."""
    moved = image.copy()
    moved[1:, 1:] = image[:-1, :-1]
    return moved


def encoded(image: Image) -> Image:
    """The picture after JPEG."""
    _, data = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY))
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


class Remembering:
    """A face detector whose last answer can be asked for."""

    def __init__(self, detector: FaceDetector) -> None:
        """Take the real one."""
        self._detector = detector
        self.last: tuple[Head, ...] = ()

    def find(self, image: Image, lying: Sequence[Head]) -> tuple[Head, ...]:
        """As the real one says."""
        self.last = self._detector.find(image, lying)
        return self.last


@dataclass(frozen=True, slots=True)
class Echo:
    """Gives the last answer of another, whatever the picture."""

    of: Remembering

    def find(self, image: Image, lying: Sequence[Head]) -> tuple[Head, ...]:
        """The same heads."""
        del image, lying
        return self.of.last


class Blurring:
    """Face blur, and which pixels it covers: its double does the same to a picture of noise."""

    def __init__(self, blur: FaceBlur, detector: FaceDetector, stopwatch: Stopwatch) -> None:
        """Make both."""
        remembering = Remembering(detector)
        settings = PrivacySettings(face_blur=blur)
        self._real = Privacy(settings, remembering, stopwatch=stopwatch)
        self._double = Privacy(settings, Echo(remembering))
        self._noise = np.zeros((0, 0, 3), np.uint8)
        self.covered = np.zeros((0, 0), np.bool_)
        """(H, W) of the last picture."""
        self.picture: Image = self._noise
        """The last picture, blurred."""

    def clean(self, frame: Frame) -> Frame:
        """The blurred picture."""
        cleaned = self._real.clean(frame)
        if self._noise.shape != frame.image.shape:
            self._noise = np.random.default_rng(0).integers(0, 256, frame.image.shape, dtype=np.uint8)
        blurred = self._double.clean(replace(frame, image=self._noise)).image
        self.covered = (blurred != self._noise).any(axis=2)
        self.picture = cleaned.image
        return cleaned

    def seen(self, observation: Observation) -> None:
        """Tell both."""
        self._real.seen(observation)
        self._double.seen(observation)


@dataclass(slots=True)
class Flow:
    """One way through, with its own state."""

    change: Change
    estimator: PoseEstimator
    shift: float = 0.0
    """px to take off every keypoint before it is compared."""
    demand: Demand = field(default_factory=lambda: Demand(10.0))
    state: pipeline.State = field(default_factory=pipeline.State)
    events: list[Event] = field(default_factory=list)
    poses: tuple[Pose, ...] = ()

    def step(self, settings: Settings, frame: Frame) -> None:
        """One picture."""
        observation = self.estimator.estimate(self.change.clean(frame), self.demand)
        self.change.seen(observation)
        self.poses = observation.poses
        self.state, events, self.demand = pipeline.step(settings, self.state, observation)
        self.events += events

    @property
    def persons(self) -> tuple[Person, ...]:
        """Everybody seen with a pose at this instant."""
        return tuple(person for person in self.state.persons if person.track.pose is not None)


def pictures(path: Path, fps: float) -> Iterator[Frame]:
    """The pictures of a recording."""
    recording = open_recording(path, CAMERA)
    try:
        for instant in recording.instants(fps):
            if isinstance(instant, Frame):
                yield instant
    finally:
        recording.close()


def settings(fps: float) -> Settings:
    """A room nothing is known of."""
    return Settings(Camera(CAMERA, "room"), analysis_fps=fps)
