"""A resident in the rendered room's chair, minutes long: what a noisy pose estimator would see twice a second.

Made from the choreography of `tools.scenes` when asked for; nothing of it is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import Layout, Observation, Pose
from tools.scenes.acts import Move, Performance, perform
from tools.scenes.bodies import load
from tools.scenes.camera import Camera
from tools.scenes.keypoints import hip_centred, order
from tools.scenes.room import resident_room
from tools.scenes.seated import seated, slump, stand_up
from tools.scenes.spec import Spec
from tools.scenes.still import stay

CAMERA = "corner"
"""What the camera is called, wherever it hangs."""
RATE_HZ = 2.0
"""Lower than any box analyses: what the pipeline says must not hang on the rate."""
NOISE_PX, NOISE_M = 1.0, 0.01
"""Spread of every coordinate at every instant, independent; a torso is 50 to 70 px here."""

CHAIR = resident_room().chair
FRONT = Camera((1.95, 0.25, 2.0), yaw_deg=92.0, tilt_deg=22.0, fov_deg=70.0)
"""The sitter faces it within 5 degrees."""
SIDE = Camera((4.4, 3.3, 1.9), yaw_deg=174.0, tilt_deg=20.0, fov_deg=70.0)
"""Sees the sitter from the left, within 6 degrees."""
OBLIQUE = Camera((4.4, 1.2, 2.1), yaw_deg=138.4, tilt_deg=22.0, fov_deg=70.0)
"""The sitter is turned away from it by 48 degrees: neither measuring plane can be seen (domain.md, Posture)."""

Joints = NDArray[np.float64]
"""(T, 33, 3) world metres, BlazePose-33, at `RATE_HZ`."""


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """What somebody does, and when it counts; seconds."""

    joints: Joints
    held_from: float
    """From when the posture to be found is fully there."""
    given_up_at: float
    """When sitting up, or standing up, begins: 2.6 to 4 s later the posture is gone."""


@cache
def leaning() -> Film:
    """Upright 15 s, over to the right in 10 s, upright again within 4 s."""
    return _changed("lean", times=8)


@cache
def hanging_head() -> Film:
    """The same with the head."""
    return _changed("forward-head", times=22)


@cache
def slumping() -> Film:
    """Upright 15 s, sinks together over 12 s, is on its feet in the end."""
    moves = [_sitting(15.0), slump(CHAIR, 12.0), _sitting(145.0, restless=0.25), stand_up(CHAIR), _standing(45.0)]
    return Film(_joints(_from_chair(moves), 219.0), held_from=27.0, given_up_at=172.0)


@cache
def sitting() -> Film:
    """An ordinary minute of sitting 31 times over, then on its feet."""
    minute = _joints(_from_chair([_sitting(60.0)]), 60.0)
    leaves = _joints(_from_chair([stand_up(CHAIR), _standing(75.0)]), 77.0)
    return Film(np.concatenate([np.tile(minute, (31, 1, 1)), leaves]), held_from=0.0, given_up_at=31 * 60.0)


def seen(
    joints: Joints, camera: Camera, layout: Layout, *, world: bool, until: float = np.inf
) -> Iterator[Observation]:
    """What an estimator would tell of a film from a camera, up to `until` seconds."""
    rng = np.random.default_rng(3)
    chosen = order(layout)
    for i, body in enumerate(joints[:, chosen]):
        if i / RATE_HZ >= until:
            return
        px = camera.project(body) + rng.normal(0.0, NOISE_PX, (len(chosen), 2))
        keypoints = np.column_stack((px, np.where(camera.sees(px), 0.9, 0.0))).astype(np.float32)
        metres = hip_centred(body, camera, layout) + rng.normal(0.0, NOISE_M, body.shape)
        pose = Pose(keypoints, layout, 0.9, metres.astype(np.float32) if world else None)
        yield Observation(CAMERA, i / RATE_HZ, (camera.width, camera.height), (pose,))


def _changed(scene: str, times: int) -> Film:
    """Stays so, and upright afterwards, for 20 s that are repeated: 80 s afterwards."""
    performance = Spec(scene=scene, stay_s=20.0).stage().parts[0].performance
    before, held, up, after = np.split(_joints(performance, 69.0), [int(s * RATE_HZ) for s in (25.0, 45.0, 49.0)])
    joints = np.concatenate([before, *[held] * times, up, *[after] * 4])
    return Film(joints, held_from=25.0, given_up_at=25.0 + 20.0 * times)


def _joints(performance: Performance, seconds: float) -> Joints:
    times = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return np.stack([performance.at(float(t)).landmarks(performance.body) for t in times])


def _from_chair(moves: list[Move]) -> Performance:
    body = load("resident")
    return perform(body, seated(body, CHAIR), moves, seed=1)


def _sitting(seconds: float, restless: float = 1.0) -> Move:
    return stay(seconds, "sitting", restless=restless, seed=1)


def _standing(seconds: float) -> Move:
    return stay(seconds, "standing", "light", seed=1)
