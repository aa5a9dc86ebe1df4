"""Exact angles of recorded 3D skeletons, worked out in the room's axes and apart from the agent's own geometry."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tools.evaluation.skeletons import Skeleton
from tools.scenes.camera import Camera

Floats = NDArray[np.float64]

SIDE = ("trunk_forward_deg", "neck_forward_deg")
"""Measured in the plane that the body faces along."""
FRONTAL = ("trunk_lateral_deg", "shoulder_tilt_deg", "hip_tilt_deg")
"""Measured in the plane across the body."""
METRICS = (*SIDE, *FRONTAL)


def angles(joints: Mapping[str, Floats]) -> dict[str, Floats]:
    """Every metric at every instant, degrees, signs as `Kinematics` gives them.

    Args:
        joints: (T, 3) by COCO's names, z up.
    """
    right, ahead = _right(joints), _ahead(joints)
    trunk = _middle(joints, "shoulder") - _middle(joints, "hip")
    neck = _middle(joints, "ear") - _middle(joints, "shoulder")
    forward = _lean(trunk, ahead)
    return {
        "trunk_forward_deg": forward,
        "neck_forward_deg": _lean(neck, ahead) - forward,
        "trunk_lateral_deg": _lean(trunk, right),
        "shoulder_tilt_deg": _tilt(joints, "shoulder"),
        "hip_tilt_deg": _tilt(joints, "hip"),
    }


def azimuth(joints: Mapping[str, Floats], camera: Camera) -> Floats:
    """Between the way the body faces and the way to the camera, over the floor, -180 to 180 degrees; 0 is face on."""
    ahead = _ahead(joints)
    to_camera = np.array(camera.position) - _middle(joints, "hip")
    across = ahead[:, 0] * to_camera[:, 1] - ahead[:, 1] * to_camera[:, 0]
    along = ahead[:, 0] * to_camera[:, 0] + ahead[:, 1] * to_camera[:, 1]
    turned: Floats = np.degrees(np.arctan2(across, along))
    return turned


def out_of_plane(metric: str, azimuth_deg: Floats) -> Floats:
    """How far a metric's plane is turned away from the camera, 0 to 90 degrees."""
    turned = np.abs(azimuth_deg)
    across = np.abs(turned - 90.0)
    return across if metric in SIDE else 90.0 - across


def before(skeleton: Skeleton, azimuth_deg: float, tilt_deg: float, away_m: float = 3.5) -> Camera:
    """A camera that stands still and looks at the middle of the way, whole in view.

    Args:
        skeleton: whom it looks at.
        azimuth_deg: from the side of the recording's viewer, around to the left.
        tilt_deg: how far down it looks.
        away_m: farther than this, by half the way gone.
    """
    hips = _middle(skeleton.joints, "hip")
    low, high = hips.min(axis=0), hips.max(axis=0)
    turn, tilt = np.radians((azimuth_deg - 90.0, tilt_deg))
    away = away_m + float(np.hypot(*(high - low)[:2])) / 2
    x, y, z = (low + high) / 2 + away * np.array(
        [np.cos(turn) * np.cos(tilt), np.sin(turn) * np.cos(tilt), np.sin(tilt)]
    )
    return Camera((x, y, z), yaw_deg=azimuth_deg + 90.0, tilt_deg=tilt_deg, width=640, height=480, fov_deg=62.73)


def _middle(joints: Mapping[str, Floats], name: str) -> Floats:
    middle: Floats = (joints[f"left_{name}"] + joints[f"right_{name}"]) / 2
    return middle


def _right(joints: Mapping[str, Floats]) -> Floats:
    """Level unit vectors to the person's right, of shoulders and hips together."""
    across = sum(joints[f"right_{name}"] - joints[f"left_{name}"] for name in ("shoulder", "hip"))
    level = np.asarray(across, dtype=float) * (1.0, 1.0, 0.0)
    unit: Floats = level / np.linalg.norm(level, axis=1, keepdims=True)
    return unit


def _ahead(joints: Mapping[str, Floats]) -> Floats:
    right = _right(joints)
    return np.stack((-right[:, 1], right[:, 0], np.zeros(len(right))), axis=1)


def _lean(span: Floats, level: Floats) -> Floats:
    lean: Floats = np.degrees(np.arctan2((span * level).sum(axis=1), span[:, 2]))
    return lean


def _tilt(joints: Mapping[str, Floats], name: str) -> Floats:
    """How much lower the right one of a pair is."""
    apart = joints[f"left_{name}"] - joints[f"right_{name}"]
    tilt: Floats = np.degrees(np.arctan2(apart[:, 2], np.hypot(apart[:, 0], apart[:, 1])))
    return tilt
