"""Bodies that are none: what a pose model takes for a person for a moment, or a coat on a chair for longer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from edge_agent.types import KEYPOINTS, Pose
from tools.evaluation.noise.exactly import LAYOUT, Floats
from tools.evaluation.scoring import DAY_S
from tools.scenes.catalogue import Scene

GHOSTS = 12
"""Bodies that are none, a day [C]: two thirds shorter than 2 s, the others like a coat on a chair, up to a minute."""


@dataclass(frozen=True, slots=True, eq=False)
class Ghost:
    """Something taken for a person."""

    start: float
    seconds: float
    px: Floats
    score: float


def ghosts_of(scene: Scene, chance: np.random.Generator) -> list[Ghost]:
    """Seated or standing shapes of any size anywhere; lying ones for less than 2 s alone."""
    found = []
    size = np.array((scene.camera.width, scene.camera.height))
    shape = _shape()
    for n in range(GHOSTS):
        short = n % 3 < 2
        seconds = float(chance.uniform(0.2, 2.0) if short else chance.uniform(5, 60))
        turn = float(chance.uniform(-110, 110) if short else chance.normal(0, 12))
        a = np.radians(turn)
        turned = shape @ np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]).T
        px = turned * float(chance.uniform(14, 60)) + size * chance.uniform(0.15, 0.85, 2)
        found.append(Ghost(float(chance.uniform(0, DAY_S)), seconds, px, float(chance.uniform(0.4, 0.75))))
    return found


def _shape() -> Floats:
    """(33, 2) of a seated person from the front, torso lengths about the mid-hip."""
    at = {
        "shoulder": (0.32, -1.0),
        "elbow": (0.42, -0.5),
        "wrist": (0.3, -0.1),
        "hip": (0.2, 0.0),
        "knee": (0.3, 0.5),
        "ankle": (0.25, 1.2),
    }
    places = []
    for name in KEYPOINTS[LAYOUT]:
        side, _, part = name.partition("_")
        sign = -1.0 if side == "right" else 1.0
        far = {"pinky": "wrist", "index": "wrist", "thumb": "wrist", "heel": "ankle"}.get(part, part)
        far = "ankle" if part == "foot_index" else far
        x, y = at.get(far, (0.08, -1.45))
        places.append((x * sign if name != "nose" else 0.0, y))
    return np.array(places)


def as_seen_now(ghost: Ghost, now: float, chance: np.random.Generator) -> Pose | None:
    """Its pose, where it is there at this moment."""
    if not ghost.start <= now < ghost.start + max(ghost.seconds, 2.0 / 2):
        return None
    scale = float(np.ptp(ghost.px[:, 1])) / 2.6
    px = ghost.px + 0.08 * scale * chance.standard_normal(ghost.px.shape)
    score = np.clip(ghost.score + 0.15 * chance.standard_normal(len(px)), 0, 1)
    return Pose(np.column_stack((px, score)).astype(np.float32), LAYOUT, ghost.score)
