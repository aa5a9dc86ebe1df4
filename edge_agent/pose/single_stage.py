"""Single-stage estimation: one network that finds everybody's joints in the whole picture."""

from __future__ import annotations

import cv2
import numpy as np

from edge_agent.pose.coco import Input, NamedNetwork, Reader
from edge_agent.pose.limits import PoseLimits
from edge_agent.stopwatch import UNMEASURED, Stopwatch
from edge_agent.types import Array, Demand, Frame, Image, Layout, Observation, Pose


class SingleStage:
    """A `PoseEstimator` without memory: it looks at every picture as a whole, so there is nothing to demand.

    People lying on their side are found as well as the network finds them: nothing turns the picture for it.
    """

    layout = Layout.COCO17

    def __init__(
        self,
        network: NamedNetwork,
        reader: Reader,
        picture: Input,
        limits: PoseLimits,
        stopwatch: Stopwatch = UNMEASURED,
    ) -> None:
        """Take a checked network; stages measured are pose.pre, landmarks.invoke and pose.post."""
        self._network = network
        self._reader = reader
        self._input = picture
        self._limits = limits
        self._stopwatch = stopwatch
        width, height = picture.size(network)
        self._shown: Image = np.zeros((height, width, 3), np.uint8)

    def estimate(self, frame: Frame, demand: Demand) -> Observation:  # noqa: ARG002  it looks everywhere, always
        """Find the bodies in one picture."""
        height, width = frame.image.shape[:2]
        with self._stopwatch.measure("pose.pre"):
            scale = self._letterbox(frame.image)
            self._input.show(self._network, self._shown)
        with self._stopwatch.measure("landmarks.invoke"):
            self._network.invoke()
        with self._stopwatch.measure("pose.post"):
            people = self._reader.people(self._network)
            poses = tuple(
                Pose(self._placed(joints, scale), Layout.COCO17, score)
                for joints, score in people
                if score >= self._limits.landmark_flag
            )
        return Observation(frame.camera, frame.t, (width, height), poses)

    def close(self) -> None:
        """There is nothing to forget; the model goes with this object."""
        self._shown.fill(0)

    def _letterbox(self, image: Image) -> float:
        """Put the whole picture into the upper left corner of the input; input px per picture px."""
        height, width = image.shape[:2]
        scale = float(min(self._shown.shape[1] / width, self._shown.shape[0] / height))
        across, down = max(1, round(width * scale)), max(1, round(height * scale))
        self._shown.fill(0)
        resized = cv2.resize(image, (across, down), interpolation=cv2.INTER_LINEAR)
        cv2.cvtColor(resized, cv2.COLOR_BGR2RGB, dst=self._shown[:down, :across])
        return scale

    def _placed(self, joints: Array, scale: float) -> Array:
        size = np.array([self._shown.shape[1], self._shown.shape[0]], np.float32)
        placed: Array = np.concatenate([joints[:, :2] * size / np.float32(scale), joints[:, 2:]], axis=1)
        return placed
