"""Recorded 3D skeletons before virtual cameras: what a perfect pose estimator would see of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import KEYPOINTS, Layout, Observation, Pose, View
from tools.scenes.camera import Camera

Floats = NDArray[np.float64]

KINECT = Camera((0.0, 0.0, 0.0), yaw_deg=90.0, tilt_deg=0.0, width=640, height=480, fov_deg=62.73)
"""A Kinect's own: 525 px of focal length. It stands where the recording's own axes have their origin."""
CORNER_M = 2.4
"""Height of the camera in the corner under the ceiling."""
FRONT_M = 1.5
"""Height of the frontal camera."""


@dataclass(frozen=True, slots=True, eq=False)
class Skeleton:
    """One recorded person."""

    name: str
    subject: str
    t: Floats
    """(T,) seconds."""
    joints: Mapping[str, Floats]
    """(T, 3) metres by COCO's joint names: x right, y away from the recording camera, z up. Those a skeleton lacks
    are missing here, except for the head's five, which share its head."""
    seen: Mapping[str, Floats] | None = None
    """(T,) confidence 0-1 by joint; None: all were seen."""

    @property
    def stacked(self) -> Floats:
        """(T, 17, 3) in COCO's order; NaN where there is no such joint."""
        empty = np.full((len(self.t), 3), np.nan)
        return np.stack([self.joints.get(name, empty) for name in KEYPOINTS[Layout.COCO17]], axis=1)


def mirrored(skeleton: Skeleton) -> Skeleton:
    """The same as in a mirror: left is right."""

    def other(name: str) -> str:
        side, _, rest = name.partition("_")
        return {"left": f"right_{rest}", "right": f"left_{rest}"}.get(side, name)

    flip = np.array([-1.0, 1.0, 1.0])
    joints = {other(name): places * flip for name, places in skeleton.joints.items()}
    seen = None if skeleton.seen is None else {other(name): values for name, values in skeleton.seen.items()}
    return replace(skeleton, name=f"{skeleton.name} mirrored", joints=joints, seen=seen)


def at_rate(skeleton: Skeleton, fps: float) -> Skeleton:
    """The same at a lower rate, each instant the nearest recorded one."""
    due = np.arange(skeleton.t[0], skeleton.t[-1] + 1e-9, 1.0 / fps)
    kept = np.unique(np.abs(skeleton.t[None, :] - due[:, None]).argmin(axis=1))
    seen = None if skeleton.seen is None else {name: values[kept] for name, values in skeleton.seen.items()}
    return replace(
        skeleton, t=skeleton.t[kept], joints={name: places[kept] for name, places in skeleton.joints.items()}, seen=seen
    )


def corner_camera(skeleton: Skeleton, azimuth_deg: float = 45.0, away_m: float = 3.2) -> Camera:
    """Under the ceiling, 2.4 m high, looking down at the middle of where the person moves."""
    return _looking_at(skeleton, azimuth_deg, away_m, CORNER_M)


def frontal_camera(skeleton: Skeleton, away_m: float = 3.2) -> Camera:
    """Straight before the person's first stance, at breast height, level."""
    left, right = (skeleton.joints[f"{side}_shoulder"][0] for side in ("left", "right"))
    across = right - left
    facing = np.degrees(np.arctan2(across[0], -across[1]))  # the way the breast points, from the x axis
    # azimuth 0 looks from the recording camera's side, along +y; facing -90 degrees is facing it
    return _looking_at(skeleton, facing + 90.0, away_m, FRONT_M, level=True)


def _looking_at(
    skeleton: Skeleton, azimuth_deg: float, away_m: float, height_m: float, *, level: bool = False
) -> Camera:
    hips = (skeleton.joints["left_hip"] + skeleton.joints["right_hip"]) / 2
    centre = np.median(hips, axis=0)
    floor = floor_of(skeleton)
    angle = np.radians(azimuth_deg - 90.0)
    place = centre[:2] + away_m * np.array([np.cos(angle), np.sin(angle)])
    tilt = 0.0 if level else float(np.degrees(np.arctan2(height_m - 0.8, away_m)))
    position = (float(place[0]), float(place[1]), float(floor + height_m))
    return Camera(position, yaw_deg=float(azimuth_deg + 90.0), tilt_deg=tilt, width=640, height=480, fov_deg=62.73)


def floor_of(skeleton: Skeleton) -> float:
    """Where the soles stand, in the skeleton's own axes, metres: the lower ankle's usual place."""
    ankles = np.minimum(skeleton.joints["left_ankle"][:, 2], skeleton.joints["right_ankle"][:, 2])
    return float(np.percentile(ankles, 10)) - 0.07


def view_of(skeleton: Skeleton, camera: Camera) -> View:
    """What an installer who measured the camera would have told the agent."""
    return View(camera.tilt_deg, camera.roll_deg, camera.position[2] - floor_of(skeleton), camera.intrinsics)


def observations(
    skeleton: Skeleton,
    camera: Camera,
    *,
    dropped: float = 0.0,
    seed: int = 0,
    score: float = 0.9,
    solid: bool = False,
) -> Iterator[Observation]:
    """What a pose estimator would say of it, without noise.

    Args:
        skeleton: the person.
        camera: where it is seen from.
        dropped: share of the joints that are missing at each instant, by chance.
        seed: of that chance.
        score: of each joint that is seen.
        solid: with the recorded joints in three dimensions, from the mid-hip, as world landmarks.
    """
    chance = np.random.default_rng(seed)
    world = skeleton.stacked
    px = camera.project(world)
    inside = camera.sees(px)
    known = np.isfinite(world).all(axis=-1) & inside
    if skeleton.seen is not None:
        unsure = [skeleton.seen.get(name, np.ones(len(skeleton.t))) < 0.5 for name in KEYPOINTS[Layout.COCO17]]
        known &= ~np.stack(unsure, axis=1)
    known &= chance.random(known.shape) >= dropped
    landmarks = _from_mid_hip(camera.to_camera(world)) if solid else None
    for index, t in enumerate(skeleton.t):
        points = np.column_stack((np.nan_to_num(px[index]), np.where(known[index], score, 0.0))).astype(np.float32)
        body = None if landmarks is None else landmarks[index]
        poses = (Pose(points, Layout.COCO17, score, body),) if known[index].any() else ()
        yield Observation("cam", float(t), (camera.width, camera.height), poses)


def _from_mid_hip(places: Floats) -> NDArray[np.float32]:
    """World landmarks as pose models give them; a joint that a skeleton lacks lies at the hip, unseen."""
    left, right = (KEYPOINTS[Layout.COCO17].index(f"{side}_hip") for side in ("left", "right"))
    middle = (places[:, left] + places[:, right]) / 2
    return np.nan_to_num(places - middle[:, None]).astype(np.float32)
