"""A body of known proportions put into a room and seen by a camera whose place is known: exact truth for geometry.

The room's axes are x right, y down, z away from the camera; the floor is y = 0. A heading of 0 faces the camera, 90
faces the picture's right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import cos, pi, radians, sin, tan

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import KEYPOINTS, Array, Layout, Observation, Pose, View

Vector = NDArray[np.float64]

TORSO, THIGH, SHANK, SOLE = 0.5, 0.43, 0.43, 0.065
UP: Vector = np.array([0.0, -1.0, 0.0])
SIZE = (640, 480)


@dataclass(frozen=True)
class Stance:
    """How and where a body is held; degrees and metres."""

    heading: float = 0.0
    forward: float = 0.0
    """Of the trunk."""
    right: float = 0.0
    """Lean of the trunk."""
    neck: float = 0.0
    """Of the ears, forward against the trunk."""
    thighs: tuple[float, float] = (0.0, 0.0)
    """Left and right: 0 down, 90 ahead."""
    shanks: tuple[float, float] = (0.0, 0.0)
    """Left and right: 0 down, -90 back."""
    x: float = 0.0
    z: float = 4.0
    lift: float = 0.0
    """Height of the lowest sole over the floor."""
    flat: str | None = None
    """Lying on the back, the head to the picture's "left", "right", or "away" from or "near" the camera."""


SITTING = Stance(thighs=(88.0, 88.0))


def joints(stance: Stance) -> dict[str, Vector]:
    """Where each joint is, metres, by keypoint name."""
    turn = radians(stance.heading)
    ahead, right, up = np.array([sin(turn), 0.0, -cos(turn)]), np.array([-cos(turn), 0.0, -sin(turn)]), UP
    if stance.flat is not None:
        head = {"left": (-1.0, 0.0, 0.0), "right": (1.0, 0.0, 0.0), "away": (0.0, 0.0, 1.0), "near": (0.0, 0.0, -1.0)}
        up, ahead = np.array(head[stance.flat]), UP
        right = np.cross(ahead, up)
    trunk = up + ahead * tan(radians(stance.forward)) + right * tan(radians(stance.right))
    if abs(stance.forward) >= 89.0:
        trunk = ahead * np.sign(stance.forward)
    trunk /= np.linalg.norm(trunk)
    neck = radians(stance.forward + stance.neck)
    at: dict[str, Vector] = {}
    shoulder = TORSO * trunk
    ear = shoulder + 0.22 * (up * cos(neck) + ahead * sin(neck)) + 0.22 * (trunk - _sagittal(trunk, up, ahead))
    at["nose"] = ear + 0.1 * ahead
    for index, (side, sign) in enumerate((("left", -1.0), ("right", 1.0))):
        out = sign * right
        at[f"{side}_ear"] = ear + 0.075 * out
        at[f"{side}_eye"] = ear + 0.03 * out + 0.08 * ahead
        at[f"{side}_shoulder"] = shoulder + 0.17 * out
        at[f"{side}_elbow"] = at[f"{side}_shoulder"] - 0.28 * trunk
        at[f"{side}_wrist"] = at[f"{side}_elbow"] - 0.24 * trunk
        at[f"{side}_hip"] = 0.1 * out
        at[f"{side}_knee"] = at[f"{side}_hip"] + THIGH * _leg(stance.thighs[index], up, ahead)
        at[f"{side}_ankle"] = at[f"{side}_knee"] + SHANK * _leg(stance.shanks[index], up, ahead)
        at[f"{side}_heel"] = at[f"{side}_ankle"] - 0.045 * up - 0.05 * ahead
        at[f"{side}_foot_index"] = at[f"{side}_ankle"] - 0.045 * up + 0.15 * ahead
    low = SOLE + max(float(at[f"{side}_{name}"][1]) for side in ("left", "right") for name in ("ankle", "hip"))
    place = np.array([stance.x, -low - stance.lift, stance.z])
    return {name: point + place for name, point in at.items()}


def _sagittal(trunk: Vector, up: Vector, ahead: Vector) -> Vector:
    span: Vector = up * (trunk @ up) + ahead * (trunk @ ahead)
    return span / np.linalg.norm(span)


def _leg(angle: float, up: Vector, ahead: Vector) -> Vector:
    direction: Vector = -up * cos(radians(angle)) + ahead * sin(radians(angle))
    return direction


@dataclass(frozen=True)
class Eye:
    """A camera at x = z = 0, looking along z."""

    tilt: float = 20.0
    roll: float = 0.0
    height: float = 1.8
    focal: float = 500.0

    @property
    def view(self) -> View:
        """All that can be known of it."""
        return View(self.tilt, self.roll, self.height, (self.focal, self.focal, SIZE[0] / 2, SIZE[1] / 2))

    def axes(self) -> Vector:
        """(3, 3) the room's axes to the camera's."""
        tilt, roll = radians(self.tilt), radians(self.roll)
        tilted = np.array([[1, 0, 0], [0, cos(tilt), -sin(tilt)], [0, sin(tilt), cos(tilt)]])
        rolled = np.array([[cos(roll), sin(roll), 0], [-sin(roll), cos(roll), 0], [0, 0, 1]])
        both: Vector = rolled @ tilted
        return both

    def pose(
        self,
        stance: Stance,
        *,
        layout: Layout = Layout.BLAZEPOSE33,
        world: bool = True,
        person: int | None = None,
        hidden: tuple[str, ...] = (),
        jitter: Callable[[int], Vector] | None = None,
    ) -> Pose:
        """What a perfect model says; joints whose names hold a word of `hidden` have score 0."""
        at = joints(stance)
        names = KEYPOINTS[layout]
        seen = [name for name in names if name in at and not any(word in name for word in hidden)]
        camera = {name: self.axes() @ (point - np.array([0.0, -self.height, 0.0])) for name, point in at.items()}
        middle = (camera["left_hip"] + camera["right_hip"]) / 2
        keypoints: Array = np.zeros((len(names), 3), np.float32)
        metres: Array = np.zeros((len(names), 3), np.float32)
        for name in seen:
            x, y, z = camera[name]
            index = names.index(name)
            keypoints[index] = (SIZE[0] / 2 + self.focal * x / z, SIZE[1] / 2 + self.focal * y / z, 0.9)
            metres[index] = camera[name] - middle
        if jitter is not None:
            keypoints[:, :2] += jitter(len(names)).astype(np.float32)
        return Pose(keypoints, layout, 0.9, metres if world else None, person)


def film(
    stance_at: Callable[[float], Stance],
    seconds: float,
    fps: float = 10.0,
    *,
    eye: Eye | None = None,
    start: float = 0.0,
    jitter: float = 0.0,
    seed: int = 0,
    layout: Layout = Layout.BLAZEPOSE33,
    world: bool = True,
    person: int | None = None,
    hidden: tuple[str, ...] = (),
) -> Iterator[Observation]:
    """A body through time."""
    camera = eye or Eye()
    shaken = np.random.default_rng(seed)
    for index in range(round(seconds * fps) + 1):
        t = start + index / fps
        noise = (lambda joints: shaken.normal(0.0, jitter, (joints, 2))) if jitter else None
        pose = camera.pose(stance_at(t - start), layout=layout, world=world, person=person, hidden=hidden, jitter=noise)
        yield Observation("cam", t, SIZE, (pose,))


def walking(
    t: float, *, speed: float = 0.9, spm: float = 100.0, heading: float = 90.0, x: float = -1.5, z: float = 4.0
) -> Stance:
    """Walking on a straight line at a steady pace."""
    phase = sin(pi * spm / 60.0 * t)
    bend = 12.0 * (1.0 - cos(2.0 * pi * spm / 60.0 * t)) / 2.0
    way = radians(heading)
    return Stance(
        heading=heading,
        thighs=(22.0 * phase, -22.0 * phase),
        shanks=(22.0 * phase - bend, -22.0 * phase - bend),
        x=x + speed * t * sin(way),
        z=z - speed * t * cos(way),
    )


def standing(t: float) -> Stance:
    """Upright, facing the camera."""
    del t
    return Stance()


def falling(t: float, *, at: float = 2.0, lasts: float = 0.8, to: str = "left", x: float = 0.0) -> Stance:
    """Upright until `at`, then down within `lasts`, then lying."""
    share = min(max((t - at) / lasts, 0.0), 1.0)
    if share >= 1.0:
        return Stance(flat=to, x=x)
    fold = 80.0 * share
    return Stance(right=fold * (1.0 if to == "left" else -1.0), thighs=(fold, fold), shanks=(-fold, -fold), x=x)


def sitting_down(t: float, *, at: float = 2.0, lasts: float = 1.5) -> Stance:
    """Upright until `at`, then onto a chair."""
    share = min(max((t - at) / lasts, 0.0), 1.0)
    return Stance(forward=30.0 * sin(pi * share), thighs=(88.0 * share, 88.0 * share))


def together(*films: Iterator[Observation]) -> Iterator[Observation]:
    """Several bodies in one picture."""
    for parts in zip(*films, strict=True):
        yield replace(parts[0], poses=tuple(pose for part in parts for pose in part.poses))
