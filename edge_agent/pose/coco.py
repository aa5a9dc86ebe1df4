"""Pose networks of COCO's 17 joints: how they are shown a picture, how they are read, and one as a landmarker."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, Protocol

import cv2
import numpy as np

from edge_agent.pose import decoders, layouts, roi
from edge_agent.pose.landmarks import Look
from edge_agent.stopwatch import UNMEASURED, Stopwatch
from edge_agent.types import Array, Image, Layout, Point, Pose, Region

JOINTS = len(layouts.COCO17)
_TRUNK = tuple(layouts.COCO17.index(f"{side}_{joint}") for joint in ("shoulder", "hip") for side in ("left", "right"))
REACH_PER_TORSO = 1.9
"""Radius of the circle around a body, as BlazePose draws it, in torso lengths; measured."""


class NamedNetwork(Protocol):
    """A model whose tensors are known by name; `interpreter.Model` is one."""

    def input(self) -> Array:
        """The input tensor without the batch."""
        ...

    def invoke(self) -> None:
        """Run."""
        ...

    def named(self, name: str) -> Array:
        """An output tensor by its name, without the batch.

        Raises:
            KeyError: there is none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Input:
    """How a network wants its picture: 0-255, minus the mean, by the deviation; bytes as they are."""

    colours: Literal["rgb", "bgr"] = "rgb"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    deviation: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def check(self, network: NamedNetwork) -> None:
        """Refuse a network that takes no picture.

        Raises:
            ValueError: its input is neither (H, W, 3) nor (3, H, W), or of another type than float32 or uint8.
        """
        tensor = network.input()
        if (
            tensor.ndim != 3
            or 3 not in (tensor.shape[0], tensor.shape[2])
            or tensor.dtype not in (np.float32, np.uint8)
        ):
            raise ValueError(f"its input is {tensor.dtype} {tensor.shape}, not a picture of float32 or uint8")
        if tensor.dtype == np.uint8 and (self.mean != (0.0,) * 3 or self.deviation != (1.0,) * 3):
            raise ValueError("its input is bytes: give no mean and no deviation")

    def size(self, network: NamedNetwork) -> tuple[int, int]:
        """Width, height in px."""
        shape = network.input().shape
        height, width = shape[:2] if shape[2] == 3 else shape[1:]
        return int(width), int(height)

    def show(self, network: NamedNetwork, picture: Image) -> None:
        """Put a picture, (H, W, 3) red green blue, of the network's size into its input."""
        ordered = picture if self.colours == "rgb" else picture[:, :, ::-1]
        tensor = network.input()
        if tensor.shape[2] != 3:
            ordered = ordered.transpose(2, 0, 1)
        if tensor.dtype == np.uint8:
            tensor[...] = ordered
            return
        per_channel = (3, 1, 1) if tensor.shape[2] != 3 else (1, 1, 3)
        np.subtract(ordered, np.array(self.mean, np.float32).reshape(per_channel), out=tensor)
        np.divide(tensor, np.array(self.deviation, np.float32).reshape(per_channel), out=tensor)


@dataclass(frozen=True, slots=True)
class Reader:
    """How a network's outputs are read."""

    decoder: str
    """`heatmap`, `simcc`, `movenet` or `movenet-multipose`."""
    outputs: tuple[str, ...]

    def check(self, network: NamedNetwork) -> None:
        """Refuse a network that answers in another form.

        Raises:
            ValueError: an output is missing, is not float32, or has another shape than the decoder reads.
        """
        wanted = 2 if self.decoder == "simcc" else 1
        if len(self.outputs) != wanted:
            raise ValueError(f"{self.decoder} reads {wanted} output(s), {len(self.outputs)} named")
        for name in self.outputs:
            try:
                tensor = network.named(name)
            except KeyError:
                raise ValueError(f"it has no output {name!r}") from None
            if tensor.dtype != np.float32:
                raise ValueError(f"output {name!r} is {tensor.dtype}: export it with float32 outputs")
            if not self._fits(tensor.shape):
                raise ValueError(f"output {name!r} has shape {tensor.shape}, which {self.decoder} does not read")

    def _fits(self, shape: tuple[int, ...]) -> bool:
        match self.decoder:
            case "heatmap":
                return len(shape) == 3 and JOINTS in (shape[0], shape[2])
            case "simcc":
                return len(shape) == 2 and shape[0] == JOINTS
            case "movenet":
                return shape[-2:] == (JOINTS, 3) and math.prod(shape) == 3 * JOINTS
            case _:
                return len(shape) == 2 and shape[1] == decoders.PEOPLE_ROW

    def joints(self, network: NamedNetwork) -> Array:
        """(17, 3) x, y in 0-1 of the input and score, of the one body in it."""
        first = network.named(self.outputs[0])
        if self.decoder == "simcc":
            return decoders.simcc(first, network.named(self.outputs[1]))
        if self.decoder == "movenet":
            return decoders.movenet(first.reshape(JOINTS, 3))
        return decoders.heatmaps(first if first.shape[0] == JOINTS else first.transpose(2, 0, 1))

    def people(self, network: NamedNetwork) -> tuple[tuple[Array, float], ...]:
        """Joints as above and score of everybody in the input."""
        return decoders.movenet_people(network.named(self.outputs[0]))


class CocoLandmarks:
    """A `Landmarker` of a top-down network."""

    layout = Layout.COCO17

    def __init__(
        self, network: NamedNetwork, reader: Reader, picture: Input, stopwatch: Stopwatch = UNMEASURED
    ) -> None:
        """Take a checked network; stages measured are pose.pre, landmarks.invoke and pose.post."""
        self._network = network
        self._reader = reader
        self._input = picture
        self._stopwatch = stopwatch
        self._width, self._height = picture.size(network)
        side = max(self._width, self._height)
        self._share = np.array([self._width / side, self._height / side], np.float32)
        """Of the square that the input's picture takes up, around its middle."""

    def look(self, image4: Image, region: Region) -> Look:
        """Find the joints in one square."""
        with self._stopwatch.measure("pose.pre"):
            self._input.show(self._network, self._crop(image4, region))
        with self._stopwatch.measure("landmarks.invoke"):
            self._network.invoke()
        with self._stopwatch.measure("pose.post"):
            joints = self._reader.joints(self._network)
            unit = (joints[:, :2] - np.float32(0.5)) * self._share + np.float32(0.5)
            keypoints = np.concatenate([roi.to_picture(region, unit), joints[:, 2:]], axis=1)
            return Look(Pose(keypoints, Layout.COCO17, float(joints[:, 2].mean())), square_around(keypoints, region))

    def _crop(self, image4: Image, region: Region) -> Image:
        side = max(self._width, self._height)
        whole = roi.pixel_map(region, side)
        whole[:, 2] += whole[:, :2] @ np.array([(side - self._width) / 2, (side - self._height) / 2])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        warped = cv2.warpAffine(image4, whole, (self._width, self._height), flags=flags)
        return np.asarray(warped[:, :, :3], dtype=np.uint8)


def square_around(keypoints: Array, before: Region) -> Region:
    """The square to look at next, from the trunk; the one before where the trunk has no length.

    Args:
        keypoints: (17, 3) px and score.
        before: the square in which they were found.
    """
    left_shoulder, right_shoulder, left_hip, right_hip = keypoints[list(_TRUNK), :2].astype(float)
    hip, shoulder = 0.5 * (left_hip + right_hip), 0.5 * (left_shoulder + right_shoulder)
    torso = float(np.hypot(*(shoulder - hip)))
    if not math.isfinite(torso) or torso < 1.0:
        return before
    sure = keypoints[keypoints[:, 2] > 0.3, :2] if (keypoints[:, 2] > 0.3).any() else keypoints[:, :2]
    extent = float(np.hypot(*(sure - hip).T).max())
    up: Point = (float(shoulder[0] - hip[0]) / torso, float(shoulder[1] - hip[1]) / torso)
    reach = min(max(REACH_PER_TORSO * torso, extent), before.size)
    return roi.around((float(hip[0]), float(hip[1])), (float(hip[0]) + up[0] * reach, float(hip[1]) + up[1] * reach))
