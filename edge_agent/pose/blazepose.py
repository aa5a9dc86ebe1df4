"""BlazePose: a detector at its cadence, and landmarks in the rotated square around each body."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from edge_agent.pose import anchors, crops, detector, interpreter, landmarks, people, roi
from edge_agent.pose.landmarks import Look, Tensors
from edge_agent.pose.limits import PoseLimits
from edge_agent.stopwatch import UNMEASURED, Stopwatch
from edge_agent.types import Array, Demand, Detection, Frame, Image, Layout, Observation, Region

DETECTOR = "pose_detection_int8"
LANDMARKS = "pose_landmark_int8"


class Network(Protocol):
    """A model with one input and outputs known by their shapes; `interpreter.Model` is one."""

    def input(self) -> Array:
        """The input tensor, (height, width, 3), to be written to; valid until `invoke`."""
        ...

    def invoke(self) -> None:
        """Run."""
        ...

    def output(self, *shape: int) -> Array:
        """The output of this shape; valid until `invoke`."""
        ...


class BlazePose:
    """A `PoseEstimator`. One thread at a time; cameras share the models and nothing else.

    `Observation.detections` are of this very picture: see `people.detector_due` for when the detector runs.
    """

    layout = Layout.BLAZEPOSE33

    def __init__(
        self,
        detector_network: Network,
        landmark_network: Network,
        limits: PoseLimits | None = None,
        stopwatch: Stopwatch = UNMEASURED,
    ) -> None:
        """Take the two models; stages measured are pose.pre, detect.invoke, landmarks.invoke and pose.post."""
        self._detector = detector_network
        self._landmarks = landmark_network
        self._limits = limits or PoseLimits()
        self._stopwatch = stopwatch
        self._whole = crops.Cropper(anchors.INPUT_SIDE, -1.0, 1.0)
        self._square = crops.Cropper(landmarks.INPUT_SIDE, 0.0, 1.0)
        self._image4: Image | None = None
        self._states: dict[str, people.State] = {}

    @classmethod
    def load(
        cls,
        folder: Path,
        limits: PoseLimits | None = None,
        *,
        threads: int = 1,
        stopwatch: Stopwatch = UNMEASURED,
    ) -> BlazePose:
        """Load the built models.

        Raises:
            interpreter.ModelError: a model is missing or was changed.
        """
        return cls(
            interpreter.load(folder, DETECTOR, threads),
            interpreter.load(folder, LANDMARKS, threads),
            limits,
            stopwatch,
        )

    def estimate(self, frame: Frame, demand: Demand) -> Observation:
        """Find the bodies in one picture; a picture not later than the one before starts its camera afresh."""
        limits, t = self._limits, frame.t
        state = self._states.get(frame.camera, people.State())
        if t <= state.t:
            state = people.State()
        with self._stopwatch.measure("pose.pre"):
            image = self._image4 = crops.four_channels(frame.image, self._image4)

        followed = people.expected(limits, state, t)
        answers = [(old, self._look(image, old.region)) for old in followed]
        looks = [look for _, look in answers if self._credible(look)]
        missed = [old for old, look in answers if not self._credible(look)]

        detected_at = state.detected_at
        detections: tuple[Detection, ...] = ()
        if people.detector_due(limits, state, t, asked=demand.redetect, lost=bool(missed)):
            detected_at, detections = t, self._detect(frame.image)
        unsettled = [roi.from_detection(body) for body in detections if not people.settled(limits, body, looks)]
        looks += self._found(image, unsettled)
        tries = people.retries(limits, state, demand, looks)
        looks += self._found(image, tries)

        with self._stopwatch.measure("pose.post"):
            bodies = people.merged(limits, looks)
            bare = people.without_landmarks(limits, detections, bodies)
            self._states[frame.camera] = people.State(
                t, detected_at, people.followed(limits, bodies, missed, t), bool(bare), state.turn + len(tries)
            )
        height, width = frame.image.shape[:2]
        return Observation(frame.camera, t, (width, height), tuple(look.pose for look in bodies), bare)

    def close(self) -> None:
        """Forget every camera; the models go with this object."""
        self._states.clear()
        self._image4 = None

    def _credible(self, look: Look) -> bool:
        return look.pose.score >= self._limits.landmark_flag

    def _found(self, image: Image, regions: Iterable[Region]) -> list[Look]:
        """Bodies in squares nobody was followed to: looked at twice, the second time where the first says."""
        twice = (self._look(image, self._look(image, region).region) for region in regions)
        return [look for look in twice if self._credible(look)]

    def _detect(self, image: Image) -> tuple[Detection, ...]:
        network = self._detector
        with self._stopwatch.measure("pose.pre"):
            box = self._whole.letterbox(image, network.input())
        with self._stopwatch.measure("detect.invoke"):
            network.invoke()
        with self._stopwatch.measure("pose.post"):
            found = detector.decode(
                network.output(anchors.COUNT, 12), network.output(anchors.COUNT, 1)[:, 0], self._limits.detection_score
            )
            return tuple(box.detection(body) for body in found)

    def _look(self, image: Image, region: Region) -> Look:
        network, points = self._landmarks, landmarks.POINTS
        with self._stopwatch.measure("pose.pre"):
            self._square.crop(image, region, network.input())
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
