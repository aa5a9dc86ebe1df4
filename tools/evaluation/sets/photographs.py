"""Photographs with known keypoints, of several sets, brought to the twelve joints all of them share."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

JOINTS = tuple(
    f"{side}_{part}" for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in ("left", "right")
)
SHOULDERS, HIPS = (0, 1), (6, 7)
LEAST_JOINTS = 8
LEAST_TORSO_PX = 30.0  # smaller bodies: the truth itself is a few pixels off

_MPII = (
    *("right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "pelvis", "thorax"),
    *("neck", "head", "right_wrist", "right_elbow", "right_shoulder", "left_shoulder", "left_elbow", "left_wrist"),
)
# name of the set: (annotations, folder of the pictures), below the data folder
SETS = {
    "coco_train28": ("coco_keypoints_train28/person_keypoints_train2017.json", "coco_keypoints_train28/images"),
    "coco": ("mmpose_testdata/coco/test_coco.json", "mmpose_testdata/coco"),
    "ochuman": ("mmpose_testdata/ochuman/test_ochuman.json", "mmpose_testdata/ochuman"),
    "crowdpose": ("mmpose_testdata/crowdpose/test_crowdpose.json", "mmpose_testdata/crowdpose"),
    "aic": ("mmpose_testdata/aic/test_aic.json", "mmpose_testdata/aic"),
    "exlpose": ("mmpose_testdata/exlpose/test_exlpose.json", "mmpose_testdata/exlpose"),
    "jhmdb": ("mmpose_testdata/jhmdb/test_jhmdb_sub1.json", "mmpose_testdata/jhmdb"),
    "mpii": ("mmpose_testdata/mpii/test_mpii.json", "mmpose_testdata/mpii"),
    "posetrack18": (
        "mmpose_testdata/posetrack18/annotations/test_posetrack18_val.json",
        "mmpose_testdata/posetrack18",
    ),
}


@dataclass(frozen=True, slots=True)
class Person:
    """One person whose shoulders and hips, and at least eight of the twelve joints, are known.

    Attributes:
        picture: the file.
        joints: (12, 2) px in the order of ``JOINTS``; NaN where unknown.
    """

    picture: Path
    joints: Array

    @property
    def hip(self) -> Array:
        """The middle of the hips, (2,) px."""
        return np.asarray(self.joints[list(HIPS)].mean(axis=0), np.float64)

    @property
    def up(self) -> Array:
        """From the middle of the hips to that of the shoulders, (2,) px."""
        return np.asarray(self.joints[list(SHOULDERS)].mean(axis=0) - self.hip, np.float64)

    @property
    def torso(self) -> float:
        """Length of the trunk, px: the unit every error is given in."""
        return float(np.hypot(*self.up))


def load(data: Path, name: str) -> list[Person]:
    """The people of one set who are large and complete enough; empty where the set isn't present."""
    annotations, pictures = (data / part for part in SETS[name])
    if not annotations.exists():
        return []
    found = []
    for file, names, keypoints in _annotated(json.loads(annotations.read_bytes())):
        joints = np.full((len(JOINTS), 2), np.nan)
        for position, joint in enumerate(JOINTS):
            x, y, known = keypoints[names.index(joint)]
            if known > 0:
                joints[position] = x, y
        person = Person(pictures / file, joints)
        complete = np.isfinite(joints[[*SHOULDERS, *HIPS]]).all() and np.isfinite(joints[:, 0]).sum() >= LEAST_JOINTS
        if complete and person.torso >= LEAST_TORSO_PX and person.picture.exists():
            found.append(person)
    return found


def _annotated(content: Any) -> Iterator[tuple[str, tuple[str, ...], Array]]:  # noqa: ANN401 - foreign JSON
    """(picture, names of the joints, (K, 3) x px, y px, known) of each person."""
    if isinstance(content, list):
        for entry in content:
            yield entry["image"], _MPII, np.column_stack([entry["joints"], entry["joints_vis"]])
        return
    names = tuple(name.lower().replace(" ", "_") for name in content["categories"][0]["keypoints"])
    files = {image["id"]: image["file_name"] for image in content["images"]}
    for entry in content["annotations"]:
        if not entry.get("iscrowd"):
            yield files[entry["image_id"]], names, np.asarray(entry["keypoints"], np.float64).reshape(-1, 3)
