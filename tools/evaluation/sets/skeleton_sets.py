"""UTD-MHAD, Northwestern-UCLA and CAD-60: 3D skeletons of gestures and daily actions, in which nobody falls."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tools.evaluation.skeletons import Skeleton

FPS: Final = 30.0
HEAD = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
EYE_M = 0.03
EAR_M = 0.07
"""Half the distances between eyes and between ears, metres: the recordings have one head joint."""

_UTD = {
    "head": 0, "neck": 1, "left_shoulder": 4, "left_elbow": 5, "left_wrist": 6, "right_shoulder": 8, "right_elbow": 9,
    "right_wrist": 10, "left_hip": 12, "left_knee": 13, "left_ankle": 14, "right_hip": 16, "right_knee": 17,
    "right_ankle": 18,
}  # fmt: skip
_UCLA = {**_UTD, "head": 3, "neck": 2}
_CAD = {
    "head": 0, "neck": 1, "left_shoulder": 3, "left_elbow": 4, "right_shoulder": 5, "right_elbow": 6, "left_hip": 7,
    "left_knee": 8, "right_hip": 9, "right_knee": 10, "left_wrist": 11, "right_wrist": 12, "left_ankle": 13,
    "right_ankle": 14,
}  # fmt: skip
UTD_TRAIN = frozenset({1, 3, 5, 7})
"""The split the set's authors give; the others test."""


def utd(folder: Path, actions: frozenset[int] | None = None) -> Iterator[tuple[Skeleton, int]]:
    """Every sequence, or those of some actions, with its action, 1-27."""
    file = _arrays(folder / "utd.npz")
    every, starts = file["xyz"], file["off"]
    for index, (action, subject, trial) in enumerate(file["meta"].tolist()):
        if actions is not None and action not in actions:
            continue
        places = every[starts[index] : starts[index + 1]]
        yield _skeleton(f"a{action}_s{subject}_t{trial}", f"utd-{subject}", _upright(places), _UTD), int(action)


def ucla(folder: Path) -> Iterator[tuple[Skeleton, int]]:
    """Every sequence with its action."""
    file = _arrays(folder / "nwucla.npz")
    every, starts = file["xyz"], file["off"]
    for index, (action, subject, episode, view) in enumerate(file["meta"].tolist()):
        places = every[starts[index] : starts[index + 1]]
        name = f"a{action}_s{subject}_e{episode}_v{view}"
        yield _skeleton(name, f"ucla-{subject}", _upright(places), _UCLA), int(action)


def cad60(folder: Path) -> Iterator[tuple[Skeleton, str]]:
    """Every sequence with its activity; one subject."""
    file = _arrays(folder / "cad60.npz")
    every, starts = file["xyzc"], file["off"]
    for index, label in enumerate(file["label"].tolist()):
        rows = every[starts[index] : starts[index + 1]]
        seen = {name: rows[:, joint, 3].astype(float) for name, joint in _CAD.items()}
        skeleton = _skeleton(f"{index:02d} {label}", "cad60", _upright(rows[..., :3] / 1000.0), _CAD, seen)
        yield skeleton, str(label)


def labels(folder: Path) -> list[dict[str, str]]:
    """The rows of the set's `labels.csv`."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays, read once: each look into the archive itself unpacks the whole array again."""
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


def _upright(places: NDArray[np.floating]) -> NDArray[np.float64]:
    """From the recordings' x, y up, z away to x right, y away, z up.

    All three were taken as in a mirror: with toes towards the camera, the joints called left lie at the picture's left.
    """
    turned: NDArray[np.float64] = np.stack((-places[..., 0], places[..., 2], places[..., 1]), axis=-1).astype(float)
    return turned


def _skeleton(
    name: str,
    subject: str,
    places: NDArray[np.float64],
    order: Mapping[str, int],
    seen: Mapping[str, NDArray[np.float64]] | None = None,
) -> Skeleton:
    joints = {joint: places[:, index] for joint, index in order.items() if joint not in {"head", "neck"}}
    joints |= face_about(places[:, order["head"]], joints)
    if seen is not None:
        seen = {joint: values for joint, values in seen.items() if joint in joints} | dict.fromkeys(HEAD, seen["head"])
    return Skeleton(name, subject, np.arange(len(places)) / FPS, joints, seen)


def face_about(
    centre: NDArray[np.float64], joints: Mapping[str, NDArray[np.float64]]
) -> dict[str, NDArray[np.float64]]:
    """A face about the one joint there is, turned as the shoulders are."""
    across = joints["right_shoulder"] - joints["left_shoulder"]
    across = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
    ahead = np.cross(np.array([0.0, 0.0, 1.0]), across)
    ahead = ahead / np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-6)
    face = centre + 0.08 * ahead
    return {
        "nose": centre + 0.1 * ahead,
        "left_eye": face - EYE_M * across,
        "right_eye": face + EYE_M * across,
        "left_ear": centre - EAR_M * across,
        "right_ear": centre + EAR_M * across,
    }
