"""Bandai-Namco's motion capture: acted walks, bows and gestures in many styles, joints exact in three dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.evaluation.sets.skeleton_sets import FPS, face_about
from tools.evaluation.skeletons import Skeleton

_JOINTS: Final = {
    "shoulder": "UpperArm", "elbow": "LowerArm", "wrist": "Hand", "hip": "UpperLeg", "knee": "LowerLeg",
    "ankle": "Foot",
}  # fmt: skip


def clips(folder: Path) -> Iterator[tuple[Skeleton, str, str]]:
    """Every clip with its act (`walk`, `bow`, ...) and its style (`old`, `tired`, ...).

    The set names no performers. Its one head joint stands for the ears; a nose and eyes are put before it as the
    shoulders face, which tells which way the body looks and is part of no angle.
    """
    file = np.load(folder / "bandai_d1.npz")
    names = file["joints"].tolist()
    every, starts = file["xyz_cm"], file["offsets"]
    for index, name in enumerate(file["clips"].tolist()):
        places = _upright(every[starts[index] : starts[index + 1]] / 100.0)
        joints = {
            f"{side}_{joint}": places[:, names.index(f"{there}_{side[0].upper()}")]
            for joint, there in _JOINTS.items()
            for side in ("left", "right")
        }
        joints |= face_about(places[:, names.index("Head")], joints)
        _, act, style, take = name.split("_")
        yield Skeleton(f"{act} {style} {take}", style, np.arange(len(places)) / FPS, joints), act, style


def _upright(places: NDArray[np.floating]) -> NDArray[np.float64]:
    """From the recording's x, y up, z towards the viewer to x right, y away, z up."""
    turned: NDArray[np.float64] = np.stack((places[..., 0], -places[..., 2], places[..., 1]), axis=-1).astype(float)
    return turned
