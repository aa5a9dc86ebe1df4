"""The bones a body is posed by, and the landmarks that ride on them.

Fewer bones than the parametric model's: fingers, toes and the halves of each limb move as one. Rest frame of a body,
metres: x forward, y to the person's left, z up, origin at the pelvis.
"""

from __future__ import annotations

from typing import Final, Literal

from edge_agent.types import KEYPOINTS, Layout

Side = Literal["L", "R"]
SIDES: Final[tuple[Side, Side]] = ("L", "R")
SIGN: Final[dict[Side, float]] = {"L": 1.0, "R": -1.0}
"""Of y on that side of the body."""
SPINE: Final = ("spine05", "spine04", "spine03", "spine02", "spine01")
"""From the sacrum to the neck; a bend of the trunk is shared equally among them."""

PARENT: Final[dict[str, str | None]] = {
    "pelvis": None,
    "spine05": "pelvis",
    "spine04": "spine05",
    "spine03": "spine04",
    "spine02": "spine03",
    "spine01": "spine02",
    "neck": "spine01",
    "head": "neck",
    **{
        f"{bone}.{side}": parent if parent in ("pelvis", "spine01") else f"{parent}.{side}"
        for side in SIDES
        for bone, parent in (
            ("clavicle", "spine01"),
            ("upperarm", "clavicle"),
            ("forearm", "upperarm"),
            ("hand", "forearm"),
            ("thigh", "pelvis"),
            ("shin", "thigh"),
            ("foot", "shin"),
        )
    },
}
"""Parents come before their children."""

BONES: Final = tuple(PARENT)

COCO17: Final = KEYPOINTS[Layout.COCO17]
BLAZEPOSE33: Final = KEYPOINTS[Layout.BLAZEPOSE33]
"""A superset of COCO17."""

LANDMARK_BONE: Final[dict[str, str]] = {
    "shoulder": "clavicle",
    "elbow": "forearm",
    "wrist": "hand",
    "pinky": "hand",
    "index": "hand",
    "thumb": "hand",
    "knee": "shin",
    "ankle": "foot",
    "heel": "foot",
    "foot_index": "foot",
}


def bone_of(landmark: str) -> str:
    """The bone a landmark is rigidly fixed to."""
    side, _, part = landmark.partition("_")
    if part == "hip":
        return "pelvis"
    bone = LANDMARK_BONE.get(part)
    return f"{bone}.{side[0].upper()}" if bone else "head"
