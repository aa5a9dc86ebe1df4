"""Rendered people through the whole agent, once for every task that looks at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.kinematics.vector import joint_angles
from edge_agent.posture.comparison import Shape, shape_of
from edge_agent.types import Layout, Person, View
from tools.evaluation import exact
from tools.evaluation.agent import eye_of, settings_of, watch
from tools.evaluation.angle_errors import Judged, compared
from tools.evaluation.bench import Bench
from tools.evaluation.sets.rendered_people import Staged, holds, people_held, recorded, truth_of, view_of
from tools.scenes.keypoints import hip_centred

Floats = NDArray[np.float64]

LAYOUT = Layout.COCO17
SCORE = KinematicsLimits().min_keypoint_score


@dataclass(frozen=True, slots=True)
class Filmed:
    """One person before one camera."""

    staged: Staged
    cache: Path
    measured: bool
    """Whether the agent is told the camera's view."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """One posture of one recording: what the agent saw of it, and what it truly was."""

    body: str
    posture: str
    """What it is called: two of one name are the same, whoever holds them and wherever they are seen from."""
    camera: str
    azimuth_deg: float
    angles: Floats
    """(16,) median of the posture vector, degrees; NaN where unknown."""
    true_angles: Floats
    shape: Shape
    true_shape: Shape
    flat_shape: Shape
    """The picture's points alone: what a comparison without depth has."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What came of one recording."""

    judged: Judged
    held: tuple[Held, ...]


@cache
def everyone(bench: Bench) -> dict[Filmed, Seen]:
    """Everybody held at known angles, with the view measured and, for every other one, once more with it unknown."""
    people = list(people_held(fast=bench.fast))
    for _ in bench.each(rendered, [(each, bench.cache) for each in people]):
        pass
    filmed = [
        Filmed(each, bench.cache, known)
        for index, each in enumerate(people)
        for known in ((True, False) if index % 2 == index // 8 % 2 and not bench.fast else (True,))
    ]
    return dict(zip(filmed, bench.each(look, filmed), strict=True))


def rendered(asked: tuple[Staged, Path]) -> None:
    """Make sure that a recording is there."""
    recorded(*asked)


def look(filmed: Filmed) -> Seen:
    """One recording through the agent, beside its truth."""
    staged, view = filmed.staged, view_of(filmed.staged) if filmed.measured else View()
    said = watch(settings_of(view), recorded(staged, filmed.cache), eye_of, trace=True)
    judged = compared(staged.subject, truth_of(staged), staged.scene.camera, said.trace, measured=filmed.measured)
    return Seen(judged, tuple(_held(staged, said.persons)) if filmed.measured else ())


def _held(staged: Staged, persons: tuple[Person, ...]) -> Iterator[Held]:
    skeleton, camera = truth_of(staged), staged.scene.camera
    azimuth = exact.azimuth(skeleton.joints, camera)
    _, body, place, stance, _ = staged.name.split("-", 4)
    for index, start, end in holds(staged):
        inside = (skeleton.t >= start) & (skeleton.t < end)
        world = hip_centred(skeleton.stacked[inside][-1], camera, LAYOUT)
        true_shape = shape_of(LAYOUT, world, np.ones(len(world)), SCORE)
        own = [each for each in persons if start <= each.track.t < end and each.track.pose is not None]
        shapes = [shape for each in own if (shape := _shape(each, flat=False)) is not None]
        flat = [shape for each in own if (shape := _shape(each, flat=True)) is not None]
        if not shapes or not flat or true_shape is None:
            continue
        every = [joint_angles(LAYOUT, each, np.ones(len(each)), SCORE) for each in skeleton.stacked[inside]]
        yield Held(
            body,
            f"{stance} {index}",
            place,
            float(np.median(azimuth[inside])),
            _median([each.kinematics.joint_angles for each in own]),
            _median(every),
            _mean(shapes),
            true_shape,
            _mean(flat),
        )


def _shape(person: Person, *, flat: bool) -> Shape | None:
    pose = person.track.pose
    if pose is None or pose.world is None:
        return None
    world = np.column_stack((pose.keypoints[:, :2], np.zeros(len(pose.keypoints)))) if flat else pose.world
    return shape_of(pose.layout, world, pose.keypoints[:, 2], SCORE)


def _median(angles: list[tuple[float | None, ...]]) -> Floats:
    listed = np.array([each for each in angles if each], dtype=float)
    with np.errstate(all="ignore"):
        known = np.isfinite(listed).any(axis=0)
        median: Floats = np.where(known, np.nanmedian(np.where(known, listed, 0.0), axis=0), np.nan)
    return median


def _mean(shapes: list[Shape]) -> Shape:
    return Shape(np.mean([each.points for each in shapes], axis=0), np.min([each.weights for each in shapes], axis=0))
