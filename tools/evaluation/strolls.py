"""Recorded walks put into a room, one after another, before cameras that stand there; and where bodies truly are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge_agent import pipeline
from edge_agent.settings import Settings
from edge_agent.types import Layout, Observation, Place, Point, Pose, View
from tools.evaluation.skeletons import Skeleton, at_rate
from tools.scenes.camera import Camera

Floats = NDArray[np.float64]

CAMERAS: Final = {
    "corner": Camera((0.0, 0.0, 2.4), yaw_deg=42.0, tilt_deg=28.0, width=640, height=480, fov_deg=74.0),
    "corner, crooked": Camera((0.0, 0.0, 2.4), yaw_deg=42.0, tilt_deg=25.0, roll_deg=4.0, fov_deg=80.0),
    "wall": Camera((0.0, 0.0, 1.9), yaw_deg=90.0, tilt_deg=17.0, width=640, height=480, fov_deg=62.7),
    "shelf": Camera((0.0, 0.0, 1.2), yaw_deg=0.0, tilt_deg=5.0, roll_deg=-2.0, width=640, height=480, fov_deg=68.0),
    "ceiling": Camera((0.0, 0.0, 2.7), yaw_deg=0.0, tilt_deg=40.0, width=640, height=480, fov_deg=80.0),
}
AHEAD_M: Final = 4.0
"""How far before the camera the middle of the ways lies, by and large."""
STATURE_M: Final = (1.66, 0.07)
"""Of the people, mean and spread, metres: older people and staff of either sex."""
EARS_TO_ANKLES: Final = 0.891
"""Of the stature (Drillis & Contini 1966); a skeleton's size is made so."""
ANKLES: Final = 0.039
NOISE_PX: Final = 1.5
FPS: Final = 7.0
PAUSE_S: Final = 4.0
"""Nobody is in view between two walks."""


@dataclass(frozen=True, slots=True, eq=False)
class Instant:
    """What the camera sees, and where the body truly is."""

    observation: Observation
    hip: Floats | None
    """(2,) right and away of the point below the camera, metres; None where nobody is."""
    speed: float | None
    """Over the last 1.2 s, m/s."""


def strolls(walks: Sequence[Skeleton], camera: Camera, seed: int, people: int) -> Iterator[Instant]:
    """One after another walks by, each another recorded walk of another size, turned and placed by lot.

    Args:
        walks: to draw from.
        camera: that stands in the room.
        seed: of the lots and of the noise of the joints.
        people: how many.
    """
    lots = np.random.default_rng(seed)
    t = 0.0
    for _ in range(people):
        walk = _placed(walks[int(lots.integers(len(walks)))], camera, lots)
        for instant in _seen(at_rate(walk, FPS), camera, t, lots):
            yield instant
        t = instant.observation.t
        for _ in range(round(PAUSE_S * FPS)):
            t += 1.0 / FPS
            yield Instant(Observation("cam", t, (camera.width, camera.height)), None, None)
        t += 1.0 / FPS


def states(settings: Settings, observations: Iterator[Observation]) -> Iterator[pipeline.State]:
    """The agent's own state after each instant, from a fresh one."""
    state = pipeline.State()
    for observation in observations:
        state, _, _ = pipeline.step(settings, state, observation)
        yield state


def on_floor(camera: Camera, places: Floats) -> Floats:
    """World places (T, 2 or 3) as right and away of the point below the camera."""
    yaw = np.radians(camera.yaw_deg)
    rows = np.array([[np.sin(yaw), -np.cos(yaw)], [np.cos(yaw), np.sin(yaw)]])
    seen: Floats = (places[:, :2] - np.array(camera.position[:2])) @ rows.T
    return seen


def speeds(t: Floats, places: Floats, window_s: float = 1.2) -> Floats:
    """(T,) of the straight line through the last seconds; NaN before there are so many."""
    out = np.full(len(t), np.nan)
    for index in range(len(t)):
        first = int(t.searchsorted(t[index] - window_s - 1e-6))
        if t[index] - t[first] >= window_s / 2:
            at = t[first : index + 1] - t[first : index + 1].mean()
            out[index] = np.hypot(*(at @ places[first : index + 1] / (at @ at)))
    return out


def view_of(camera: Camera) -> View:
    """What an installer who measured it would say."""
    return View(camera.tilt_deg, camera.roll_deg, camera.position[2], camera.intrinsics)


def apart(place: Place, hip: Floats | Point) -> float:
    """Metres between where a body is said to be and where it is."""
    return float(np.hypot(place.right - hip[0], place.away - hip[1]))


def _placed(walk: Skeleton, camera: Camera, lots: np.random.Generator) -> Skeleton:
    left, right = (walk.joints[f"{side}_ankle"] for side in ("left", "right"))
    ears = (walk.joints["left_ear"] + walk.joints["right_ear"]) / 2
    stature = lots.normal(*STATURE_M)
    size = stature * EARS_TO_ANKLES / float(np.median(ears[:, 2] - (left + right)[:, 2] / 2))
    floor = min(float(np.percentile(each[:, 2], 10)) for each in (left, right)) * size - ANKLES * stature
    hips = (walk.joints["left_hip"] + walk.joints["right_hip"])[:, :2] / 2 * size
    turn, yaw = lots.uniform(0.0, 2 * np.pi), np.radians(camera.yaw_deg)
    rows = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    middle = np.array(camera.position[:2]) + AHEAD_M * np.array([np.cos(yaw), np.sin(yaw)]) + lots.uniform(-1, 1, 2)

    def moved(places: Floats) -> Floats:
        level = (places[:, :2] * size - np.median(hips, axis=0)) @ rows.T + middle
        return np.column_stack((level, places[:, 2] * size - floor))

    return replace(walk, joints={name: moved(places) for name, places in walk.joints.items()})


def _seen(walk: Skeleton, camera: Camera, start: float, lots: np.random.Generator) -> Iterator[Instant]:
    hips = on_floor(camera, (walk.joints["left_hip"] + walk.joints["right_hip"]) / 2)
    speed = speeds(walk.t, hips)
    px = camera.project(walk.stacked)
    inside = camera.sees(px)
    px = px + lots.normal(0.0, NOISE_PX, px.shape)
    for index, t in enumerate(walk.t):
        points = np.column_stack((np.nan_to_num(px[index]), np.where(inside[index], 0.9, 0.0))).astype(np.float32)
        poses = (Pose(points, Layout.COCO17, 0.9),) if inside[index].sum() >= 8 else ()
        observation = Observation("cam", start + float(t), (camera.width, camera.height), poses)
        yield Instant(observation, hips[index], None if np.isnan(speed[index]) else float(speed[index]))
