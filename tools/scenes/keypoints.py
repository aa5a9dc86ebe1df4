"""Keypoint recordings: what a perfect pose estimator would see, without any picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import KEYPOINTS, Layout
from tools.scenes.camera import Camera
from tools.scenes.catalogue import Scene
from tools.scenes.rig import BLAZEPOSE33

Floats = NDArray[np.float64]

PIXEL_STEP, METRE_STEP = 1 / 16, 1 / 1024
"""Places are rounded to these: powers of two compress well."""


def order(layout: Layout) -> list[int]:
    """Where the layout's landmarks stand in BLAZEPOSE33."""
    return [BLAZEPOSE33.index(name) for name in KEYPOINTS[layout]]


def instants(scene: Scene) -> Floats:
    """Seconds of each frame."""
    times: Floats = np.arange(int(scene.seconds * scene.fps)) / scene.fps
    return times


def write_keypoints(scene: Scene, path: Path, layout: Layout = Layout.COCO17) -> None:
    """Writes the scene's exact joints as a keypoint recording.

    The score is 1 for a landmark inside the picture and 0 outside; nothing hides behind furniture here. `world` is what
    the pose models give: metres from the mid-hip in camera axes.
    """
    times = instants(scene)
    chosen = order(layout)
    frames: list[int] = []
    people: list[int] = []
    keypoints: list[Floats] = []
    world: list[Floats] = []
    for i, t in enumerate(times):
        for person, part in enumerate(scene.parts):
            performance = part.performance
            if not performance.start <= t <= performance.end:
                continue
            joints = performance.at(float(t)).landmarks(performance.body)[chosen]
            px = scene.camera.project(joints)
            seen = scene.camera.sees(px)
            if not seen.any():
                continue
            frames.append(i)
            people.append(person)
            keypoints.append(np.column_stack((np.nan_to_num(px), seen)))
            world.append(hip_centred(joints, scene.camera, layout))
    camera = scene.camera
    np.savez_compressed(
        path,
        t=times,
        frame=np.array(frames, dtype=np.int64),
        keypoints=_rounded(np.array(keypoints).reshape(-1, len(chosen), 3), PIXEL_STEP),
        layout=np.array(layout.value),
        size=np.array((camera.width, camera.height)),
        world=_rounded(np.array(world).reshape(-1, len(chosen), 3), METRE_STEP),
        person=np.array(people, dtype=np.int64),
        intrinsics=np.array(camera.intrinsics),
        tilt_deg=np.array(camera.tilt_deg),
        roll_deg=np.array(camera.roll_deg),
        height_m=np.array(camera.position[2]),
    )


def hip_centred(joints: Floats, camera: Camera, layout: Layout) -> Floats:
    """Joints in camera axes from the mid-hip, metres."""
    axes = camera.to_camera(joints)
    names = KEYPOINTS[layout]
    hips = [names.index("left_hip"), names.index("right_hip")]
    centred: Floats = axes - axes[hips].mean(axis=0)
    return centred


def _rounded(values: Floats, step: float) -> NDArray[np.float32]:
    return (np.round(values / step) * step).astype(np.float32)
