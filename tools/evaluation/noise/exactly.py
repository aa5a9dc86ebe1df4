"""What is exactly true of a rendered person at one instant, in the terms of a pose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import KEYPOINTS, Layout
from tools.scenes.acts import Performance
from tools.scenes.camera import Camera
from tools.scenes.catalogue import Scene
from tools.scenes.keypoints import hip_centred, instants
from tools.scenes.room import Room
from tools.scenes.truth import HIDDEN_BY_M

Floats = NDArray[np.float64]

LAYOUT = Layout.BLAZEPOSE33
NAMES = KEYPOINTS[LAYOUT]
LEFT_HIP, RIGHT_HIP = NAMES.index("left_hip"), NAMES.index("right_hip")
KNEES = (NAMES.index("left_knee"), NAMES.index("right_knee"))
SHOULDERS = (NAMES.index("left_shoulder"), NAMES.index("right_shoulder"))
BODY = tuple(
    i
    for i, name in enumerate(NAMES)
    if name.partition("_")[2] in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
)
GROUPS = ("head", "shoulder", "elbow", "wrist", "hand", "hip", "knee", "ankle", "foot")


def group_of(name: str) -> str:
    """The joints that are counted together: both sides, the whole head, each hand, each foot."""
    part = name.partition("_")[2]
    if part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle"):
        return part
    if part in ("pinky", "index", "thumb"):
        return "hand"
    return "foot" if part in ("heel", "foot_index") else "head"


GROUP_OF = np.array([GROUPS.index(group_of(name)) for name in NAMES])


class Held(StrEnum):
    """How the body is held, by its true joints."""

    UPRIGHT = "upright"
    SEATED = "seated"
    CROUCHED = "crouched"
    BENT = "bent"
    LYING = "lying"
    IN_BED = "in_bed"
    """Lying as high as a seat: in bed or on a sofa, where a blanket and pillows are."""
    FALLING = "falling"


TRUNK_DOWN_DEG = 60.0
TRUNK_BENT_DEG = 38.0
STANDING_HIP_M, SEATED_HIP_M = 0.66, 0.42
ON_THIGHS_M = 0.2
"""Hips so far above the knees are carried by the thighs: who lies in bed has both at one height."""
FALLING_MPS = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Exact:
    """One person at one instant."""

    person: int
    px: Floats
    """(33, 2); NaN behind the camera."""
    shown: NDArray[np.bool_]
    """(33,) in the picture and not behind furniture or a blanket."""
    world: Floats
    """(33, 3) metres from the mid-hip in camera axes."""
    torso_px: float
    """As it would be seen upright from here."""
    held: Held


def followed(scene: Scene, start: float = 0.0, end: float = np.inf) -> Iterator[tuple[float, tuple[Exact, ...]]]:
    """Everybody at every instant."""
    walls = furniture(scene.room)
    hips: dict[int, tuple[float, float]] = {}
    still: Kept = {}
    for t in instants(scene).tolist():
        if not start <= t <= end:
            continue
        there = []
        for number, part in enumerate(scene.parts):
            play = part.performance
            if not play.start <= t <= play.end:
                continue
            joints = joints_at(play, t, still)
            hip = float((joints[LEFT_HIP, 2] + joints[RIGHT_HIP, 2]) / 2)
            before_t, before = hips.get(number, (t - 0.1, hip))
            hips[number] = (t, hip)
            sinking = (before - hip) / max(t - before_t, 1e-3)
            covered = scene.blanket and _covers(scene, joints)
            there.append(exactly(number, joints, scene.camera, walls, sinking, covered=covered))
        yield t, tuple(there)


Kept = dict[tuple[int, float], Floats]
STILL_STEP_S = 0.5
"""Whoever stays sitting or lying only breathes and stirs, in a second or more: a straight line between does."""


def joints_at(play: Performance, t: float, kept: Kept) -> Floats:
    """(33, 3) metres; posed anew at every instant of movement, between two postures where somebody keeps still."""
    span = next((span for span in play.spans if span.start <= t < span.end), None)
    early = t - t % STILL_STEP_S
    late = early + STILL_STEP_S
    moves = (
        span is None or span.posture in ("other", "walking") or (span.posture, span.intensity) == ("sitting", "light")
    )
    if moves or span is None or early < span.start or late > span.end:
        return play.at(t).landmarks(play.body)
    ends = []
    for at in (early, late):
        if (id(play), at) not in kept:
            kept[id(play), at] = play.at(at).landmarks(play.body)
        ends.append(kept[id(play), at])
    share = (t - early) / STILL_STEP_S
    between: Floats = (1.0 - share) * ends[0] + share * ends[1]
    return between


def _covers(scene: Scene, joints: Floats) -> bool:
    """Whether somebody lies in the bed: what is below the chest is then under the blanket."""
    hips, shoulders = joints[[LEFT_HIP, RIGHT_HIP]].mean(axis=0), joints[list(SHOULDERS)].mean(axis=0)
    bed = scene.room.bed.edge
    away = float(np.hypot(hips[0] - bed.spot.x, hips[1] - bed.spot.y))
    return away < 1.2 and bool(abs(shoulders[2] - hips[2]) < 0.2 and hips[2] > bed.height - 0.05)


def exactly(
    person: int, joints: Floats, camera: Camera, boxes: Floats, sinking_mps: float = 0.0, *, covered: bool = False
) -> Exact:
    """One person's joints (33, 3), in the room's metres, before a camera among boxes (B, 2, 3)."""
    px = camera.project(joints)
    shown = camera.sees(px) & ~_hidden(joints, np.array(camera.position), boxes)
    if covered:
        shown = shown & np.isin(GROUP_OF, [GROUPS.index(name) for name in ("head", "shoulder", "elbow")])
    hip, shoulder = joints[[LEFT_HIP, RIGHT_HIP]].mean(axis=0), joints[list(SHOULDERS)].mean(axis=0)
    torso = shoulder - hip
    depth = max(float(camera.to_camera(hip)[2]), 0.3)
    torso_px = float(np.linalg.norm(torso)) * camera.intrinsics[0] / depth
    thighs = float(hip[2] - joints[list(KNEES), 2].mean())
    held = _held(torso, float(hip[2]), thighs, sinking_mps)
    return Exact(person, px, shown, hip_centred(joints, camera, LAYOUT), torso_px, held)


def furniture(room: Room) -> Floats:
    """(B, 2, 3) low and high corners of what can hide somebody."""
    return np.array([(box.low, box.high) for box in room.boxes if box.high[2] > 0.05])


def _hidden(joints: Floats, eye: Floats, boxes: Floats) -> NDArray[np.bool_]:
    """Which joints (J, 3) the eye does not see for a box before them."""
    ray = joints - eye
    far = np.linalg.norm(ray, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (boxes[:, None, 0] - eye) / ray, (boxes[:, None, 1] - eye) / ray
    enters, leaves = np.minimum(a, b).max(axis=-1), np.maximum(a, b).min(axis=-1)
    before: NDArray[np.bool_] = (enters > 0) & (enters <= leaves) & (enters * far < far - HIDDEN_BY_M)
    return np.asarray(before.any(axis=0), dtype=bool)


def _held(torso: Floats, hip_m: float, over_knees_m: float, sinking_mps: float) -> Held:
    inclined = float(np.degrees(np.arctan2(np.hypot(torso[0], torso[1]), torso[2])))
    if sinking_mps > FALLING_MPS:
        return Held.FALLING
    if inclined >= TRUNK_DOWN_DEG:
        if over_knees_m >= ON_THIGHS_M:
            return Held.BENT
        return Held.IN_BED if hip_m >= SEATED_HIP_M else Held.LYING
    if inclined >= TRUNK_BENT_DEG:
        return Held.BENT
    if hip_m >= STANDING_HIP_M:
        return Held.UPRIGHT
    return Held.SEATED if hip_m >= SEATED_HIP_M else Held.CROUCHED
