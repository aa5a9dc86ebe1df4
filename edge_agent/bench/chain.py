"""The whole way of a picture through the agent, as one camera of a configuration has it, on drawn pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from edge_agent import box, pipeline
from edge_agent.bench import people
from edge_agent.bench.laps import Laps
from edge_agent.eye import eye
from edge_agent.privacy import FaceDetector, PrivacySettings
from edge_agent.types import Demand, Frame
from firmware_config.profiles import PROFILES
from firmware_config.schema import Camera, Configuration

WARM_UP = 5
"""Pictures that are not counted: the first ones fetch code and weights into the caches."""
LEAST = 20
"""Pictures measured, however slow they are."""


def size_of(configuration: Configuration, camera: Camera) -> tuple[int, int]:
    """What the camera is asked for, else what the profile would ask for."""
    asked = camera.source.v4l2 or camera.source.picamera2
    profile = PROFILES[configuration.profile]
    return (asked.width, asked.height) if asked is not None else (profile.camera_width, profile.camera_height)


class Chain:
    """One camera's; made, warmed up, then driven as often as wanted."""

    def __init__(
        self,
        configuration: Configuration,
        camera: Camera,
        privacy: PrivacySettings | None = None,
        faces: Callable[[Laps], FaceDetector] | None = None,
    ) -> None:
        """Load what the configuration names.

        Args:
            configuration: the box.
            camera: one of its cameras.
            privacy: other masks and blur than the camera's.
            faces: makes the detector of that other blur.

        Raises:
            ModelError: a model is missing or was changed.
        """
        self.laps = Laps()
        self.size = size_of(configuration, camera)
        self._settings = box.settings_of(configuration, camera)
        detector = faces(self.laps) if faces is not None else box.load_faces(configuration, self.laps)
        estimator = box.load_estimator(configuration, self.laps)
        lens = self._settings.camera.view.intrinsics
        self._eye = eye(estimator, privacy or box.privacy_of(camera), detector, self.laps, lens=lens)
        self._state, self._demand = pipeline.State(), Demand(self._settings.analysis_fps)
        self._walk = people.Walk(self.size)
        self._number = 0
        self._seen = 0
        for _ in range(WARM_UP):
            self.step()
        self.laps.pictures.clear()
        self._seen = 0

    @property
    def seen(self) -> float:
        """Share 0-1 of the pictures in which the drawn person was found: below 1, less than the full work was done."""
        return self._seen / max(1, len(self.laps.pictures))

    def step(self) -> None:
        """One picture."""
        t = self._number / self._settings.analysis_fps
        frame = Frame(self._settings.camera.id, t, self._walk.picture(t))
        self._number += 1
        with self.laps.picture():
            observation = self._eye.look(frame, self._demand)
            self._state, _, self._demand = pipeline.step(self._settings, self._state, observation, self.laps)
        self._seen += bool(observation.poses)


def in_turn(chains: Sequence[Chain], seconds: float) -> None:
    """Drive them picture by picture, so that what disturbs the machine disturbs all alike; `LEAST` pictures each."""
    until, taken = time.monotonic() + seconds, 0
    while time.monotonic() < until or taken < LEAST:
        for chain in chains:
            chain.step()
        taken += 1
