"""Bodies beside the picture's middle: from the line of sight their landmarks were found along to the camera's axes."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np

from edge_agent.types import KEYPOINTS, Array, Layout, Observation, Point, Pose

Lens: TypeAlias = tuple[float, float, float, float]
"""fx, fy, cx, cy in px."""

ASSUMED_FOCAL = 0.8
"""Focal length where nobody measured it, picture widths; [C], as the kinematics assume."""

_HIPS = {layout: [KEYPOINTS[layout].index(f"{side}_hip") for side in ("left", "right")] for layout in Layout}


def in_camera_axes(observation: Observation, lens: Lens | None) -> Observation:
    """The same with its world landmarks turned by the angle between each body's line of sight and the optical axis.

    A landmark model sees a crop as if its camera looked straight at the body: somebody 25 degrees beside the middle who
    faces the camera comes out facing along the optical axis.

    Args:
        observation: as the landmark model found its poses.
        lens: of the camera; None where nobody measured it.
    """
    if not any(pose.world is not None for pose in observation.poses):
        return observation
    width, height = observation.size
    focal = ASSUMED_FOCAL * max(width, height)
    lens = lens or (focal, focal, width / 2, height / 2)
    return replace(observation, poses=tuple(_turned(pose, lens) for pose in observation.poses))


def _turned(pose: Pose, lens: Lens) -> Pose:
    if pose.world is None:
        return pose
    x, y = pose.keypoints[_HIPS[pose.layout], :2].mean(axis=0).tolist()
    return replace(pose, world=pose.world @ towards((x, y), lens).T)


def towards(point: Point, lens: Lens) -> Array:
    """(3, 3): turns the optical axis onto the ray of a picture point, the shortest way."""
    fx, fy, cx, cy = lens
    ray = np.array([(point[0] - cx) / fx, (point[1] - cy) / fy, 1.0])
    x, y, z = (ray / np.linalg.norm(ray)).tolist()
    across = -x * y / (1.0 + z)
    rows = ((1.0 - x * x / (1.0 + z), across, x), (across, 1.0 - y * y / (1.0 + z), y), (-x, -y, z))
    turn: Array = np.array(rows, dtype=np.float32)
    return turn
