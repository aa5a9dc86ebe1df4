"""Whether faces are covered: faces a detector finds in clips, true faces of rendered people, labelled photographs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from edge_agent.privacy import FaceDetector, PrivacyLimits
from edge_agent.privacy.heads import of_pose
from edge_agent.types import Frame, Image, Pose
from tools.evaluation.sets.photographs import SETS
from tools.privacy_effect.flows import CAMERA

Array = npt.NDArray[np.float64]
Covered = npt.NDArray[np.bool_]
Face: TypeAlias = tuple[Array, float]
"""Middle and radius, px."""

GONE = 0.99
"""Share of a face's pixels that must be covered."""
FACE_IN_HEAD = 0.75
"""Of the head's radius: from brow to chin."""
NEAR = 1.5
"""Radii of a head within which a face is its."""
SURE = 0.5
"""Score of the faces that are looked for in clips and in blurred pictures."""
_OF_TORSO, _OF_EYES = 0.18, 1.4
"""A face's radius (9 cm) in torso lengths, and in distances from eye to eye (6.3 cm)."""
_SHOULDERS, _HIPS, _EYES = [5, 6], [11, 12], [1, 2]
PHOTOGRAPHS = ("coco_train28", "coco", "ochuman")


@dataclass(slots=True)
class Count:
    """Faces, and how many of them are covered, wholly and at least half."""

    faces: int = 0
    gone: int = 0
    half: int = 0
    again: int | None = None
    """Found once more by the detector in the blurred picture, where that was asked."""

    def add(self, covered: Covered, centre: Array, radius: float) -> None:
        """Look at one face; one wholly outside the picture is none."""
        height, width = covered.shape
        down, across = np.ogrid[:height, :width]
        inside = np.hypot(across + 0.5 - centre[0], down + 0.5 - centre[1]) <= radius
        if not inside.any():
            return
        share = float(covered[inside].mean())
        self.faces += 1
        self.gone += share >= GONE
        self.half += share >= 0.5


@dataclass(frozen=True, slots=True)
class TrueFaces:
    """The faces of a rendered recording that look towards the camera, by its exact joints."""

    t: Array
    frame: npt.NDArray[np.int64]
    keypoints: Array

    @classmethod
    def beside(cls, video: Path) -> TrueFaces | None:
        """Of a rendered video; None for any other."""
        path = video.parents[1] / "keypoints" / f"{video.stem}.npz"
        if video.parent.name != "rendered" or not path.exists():
            return None
        with np.load(path) as recording:
            return cls(recording["t"], recording["frame"], recording["keypoints"].astype(np.float64))

    def at(self, t: float) -> Iterator[Face]:
        """Middle and radius, px, of each face whose nose and eyes are seen."""
        for joints in self.keypoints[self.frame == int(np.argmin(np.abs(self.t - t)))]:
            if (joints[:3, 2] > 0).all():
                torso = np.hypot(*(joints[_SHOULDERS, :2].mean(axis=0) - joints[_HIPS, :2].mean(axis=0)))
                eyes = np.hypot(*(joints[1, :2] - joints[2, :2]))
                yield joints[:3, :2].mean(axis=0), float(max(0.5 * _OF_TORSO * torso, _OF_EYES * eyes, 2.0))


def photographs(data: Path) -> dict[Path, list[Face]]:
    """Labelled photographs and the faces in them whose nose and both eyes are labelled as seen."""
    found: dict[Path, list[Face]] = {}
    for name in PHOTOGRAPHS:
        annotations, pictures = (data / part for part in SETS[name])
        if not annotations.exists():
            continue
        content = json.loads(annotations.read_bytes())
        files = {image["id"]: pictures / image["file_name"] for image in content["images"]}
        for entry in content["annotations"]:
            joints = np.asarray(entry["keypoints"], np.float64).reshape(-1, 3)
            if (joints[:3, 2] > 0).all() and files[entry["image_id"]].exists():
                eyes = float(np.hypot(*(joints[1, :2] - joints[2, :2])))
                face = (joints[:3, :2].mean(axis=0), max(_OF_EYES * eyes, 2.0))
                found.setdefault(files[entry["image_id"]], []).append(face)
    return found


def in_photograph(picture: Path) -> Frame:
    """A photograph as a camera's first picture."""
    return Frame(CAMERA, 0.0, np.asarray(cv2.imread(str(picture)), np.uint8))


def still_found(detector: FaceDetector, blurred: Image, found: list[Face]) -> int:
    """How many of these faces a detector sees again."""
    again = [head.centre for head in detector.find(blurred, ())]
    return sum(any(np.hypot(*(centre - other)) <= radius for other in again) for centre, radius in found)


def on_people(faces: Sequence[Face], poses: Iterable[Pose]) -> set[int]:
    """Which of the faces are where a pose has its head; the others are furniture, or somebody without a pose."""
    limits = PrivacyLimits()
    known = [head for head in (of_pose(limits, pose) for pose in poses) if head is not None]
    return {
        number
        for number, (centre, _) in enumerate(faces)
        if any(np.hypot(*(centre - head.centre)) <= NEAR * head.radius for head in known)
    }


def faces_in(detector: FaceDetector, image: Image) -> list[Face]:
    """Faces a detector finds in the picture mirrored: not by the very run that guides the blur."""
    width = image.shape[1]
    mirrored = np.ascontiguousarray(image[:, ::-1])
    return [
        (np.array([width - head.centre[0], head.centre[1]]), FACE_IN_HEAD * head.radius)
        for head in detector.find(mirrored, ())
    ]
