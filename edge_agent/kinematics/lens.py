"""What the lens bends: picture points to where an ideal lens would show them, and back (Brown & Conrady's model).

Applied to the points of bodies, not to pictures. As calibrations give it: radial k1, k2, k3 and tangential p1, p2.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import Array, Point, Pose, Track, View

Floats: TypeAlias = NDArray[np.float64]
Lens: TypeAlias = tuple[float, float, float, float, float]

ROUNDS = 10
"""In each the tangential part, which is small, is taken off, and Newton's method goes two steps for the radial part."""
SHORT_OF = 0.98
"""Share of the farthest the model reaches before it folds back: beyond it, it says nothing."""
FARTHEST = 3.0
"""Tangent of the angle from the axis of what no such lens shows: 72 degrees."""


def straight(view: View, points: Floats) -> Floats:
    """Picture points (N, 2), px, as an ideal lens would show them; unchanged where nobody measured the lens."""
    if view.distortion is None or view.intrinsics is None:
        return points
    lens, focal, centre = view.distortion, np.array(view.intrinsics[:2]), np.array(view.intrinsics[2:])
    bent_to = (points - centre) / focal
    at = bent_to
    for _ in range(ROUNDS):
        at = _nearer(lens, bent_to - _sideways(lens, at), at)
    ideal: Floats = at * focal + centre
    return ideal


def bent(view: View, points: Floats) -> Floats:
    """The other way round: where the camera shows the points of an ideal lens, px."""
    if view.distortion is None or view.intrinsics is None:
        return points
    lens, focal, centre = view.distortion, np.array(view.intrinsics[:2]), np.array(view.intrinsics[2:])
    at = (points - centre) / focal
    far = np.linalg.norm(at, axis=1, keepdims=True)
    at = at * np.minimum(1.0, _reach(lens) / np.maximum(far, 1e-9))
    r = np.linalg.norm(at, axis=1, keepdims=True)
    shown: Floats = (at * _radial(lens, r) + _sideways(lens, at)) * focal + centre
    return shown


def straightened(view: View, tracks: tuple[Track, ...]) -> tuple[Track, ...]:
    """Bodies as an ideal lens would show them; the same ones where nobody measured the lens."""
    if view.distortion is None or view.intrinsics is None:
        return tracks
    return tuple(_track(view, track) for track in tracks)


def _track(view: View, track: Track) -> Track:
    (x, y), torso = track.hip, track.torso_px
    hip, above = straight(view, np.array([(x, y), (x, y - torso)]))
    pose: Pose | None = track.pose
    if pose is not None:
        pose = replace(pose, keypoints=_keypoints(view, pose.keypoints))
    detection = track.detection
    if detection is not None:
        ends = straight(view, np.array([detection.hip, detection.top]))
        detection = replace(detection, hip=_point(ends[0]), top=_point(ends[1]))
    return replace(
        track,
        hip=_point(hip),
        torso_px=float(np.hypot(*(above - hip))),
        pose=pose,
        measured=None if track.measured is None else _keypoints(view, track.measured),
        detection=detection,
    )


def _keypoints(view: View, keypoints: Array) -> Array:
    moved = keypoints.copy()
    moved[:, :2] = straight(view, keypoints[:, :2].astype(float))
    return moved


def _point(at: Floats) -> Point:
    return float(at[0]), float(at[1])


def _radial(lens: Lens, r: Floats) -> Floats:
    k1, k2, _, _, k3 = lens
    square = r * r
    factor: Floats = 1.0 + square * (k1 + square * (k2 + square * k3))
    return factor


def _sideways(lens: Lens, at: Floats) -> Floats:
    _, _, p1, p2, _ = lens
    x, y = at[:, 0], at[:, 1]
    square = x * x + y * y
    return np.column_stack((2 * p1 * x * y + p2 * (square + 2 * x * x), p1 * (square + 2 * y * y) + 2 * p2 * x * y))


def _nearer(lens: Lens, radial_only: Floats, at: Floats) -> Floats:
    """Two steps nearer to the points (N, 2) that the radial part alone would bend to these."""
    k1, k2, _, _, k3 = lens
    reach = _reach(lens)
    shown = np.linalg.norm(radial_only, axis=1, keepdims=True)
    far = np.minimum(shown, reach * float(_radial(lens, np.array(reach))))
    r = np.minimum(np.linalg.norm(at, axis=1, keepdims=True), reach)
    for _ in range(2):
        square = r * r
        slope = 1.0 + square * (3 * k1 + square * (5 * k2 + square * 7 * k3))
        r = np.clip(r - (r * _radial(lens, r) - far) / np.maximum(slope, 0.05), 0.0, reach)
    nearer: Floats = radial_only * (r / np.maximum(shown, 1e-12))
    return nearer


@lru_cache(maxsize=32)
def _reach(lens: Lens) -> float:
    """How far from the axis, tangent of the angle, the model holds: from there on it would fold the picture back."""
    k1, k2, _, _, k3 = lens
    # Of 1 / r^2 rather than r^2: its first coefficient is 1 however small the others are.
    roots = np.roots([1.0, 3 * k1, 5 * k2, 7 * k3])
    turning = [float(root.real) for root in roots if abs(root.imag) < 1e-9 and root.real > 0]
    return min(FARTHEST, SHORT_OF / sqrt(max(turning))) if turning else FARTHEST
