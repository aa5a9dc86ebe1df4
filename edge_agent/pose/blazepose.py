"""BlazePose: 33 joints in the picture and in metres."""

from __future__ import annotations

from pathlib import Path

from edge_agent.pose import crops, interpreter, landmarks
from edge_agent.pose.landmarks import Look, Tensors
from edge_agent.pose.limits import PoseLimits
from edge_agent.pose.top_down import Network, TopDown
from edge_agent.stopwatch import UNMEASURED, Stopwatch
from edge_agent.types import Image, Layout, Region

DETECTOR = "pose_detection_int8"
LANDMARKS = "pose_landmark_int8"


class BlazeLandmarks:
    """A `Landmarker`."""

    layout = Layout.BLAZEPOSE33

    def __init__(self, network: Network, stopwatch: Stopwatch = UNMEASURED) -> None:
        """Take the landmark model; stages measured are pose.pre, landmarks.invoke and pose.post."""
        self._network = network
        self._stopwatch = stopwatch
        self._square = crops.Cropper(landmarks.INPUT_SIDE, 0.0, 1.0)

    def look(self, image4: Image, region: Region) -> Look:
        """Find the joints in one square."""
        network, points = self._network, landmarks.POINTS
        with self._stopwatch.measure("pose.pre"):
            self._square.crop(image4, region, network.input())
        with self._stopwatch.measure("landmarks.invoke"):
            network.invoke()
        with self._stopwatch.measure("pose.post"):
            tensors = Tensors(
                points=network.output(points * 5).reshape(points, 5),
                flag=float(network.output(1)[0]),
                heatmaps=network.output(64, 64, points),
                world=network.output(points * 3).reshape(points, 3),
            )
            return landmarks.decode(tensors, region)


def load(
    folder: Path, limits: PoseLimits | None = None, *, threads: int = 1, stopwatch: Stopwatch = UNMEASURED
) -> TopDown:
    """Load the built models.

    Raises:
        interpreter.ModelError: a model is missing or was changed.
    """
    landmarker = BlazeLandmarks(interpreter.load(folder, LANDMARKS, threads), stopwatch)
    return TopDown(interpreter.load(folder, DETECTOR, threads), landmarker, limits, stopwatch)
