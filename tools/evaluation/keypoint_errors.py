"""How far a pose model's joints are from known ones in photographs, and who is found there at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from edge_agent.pose import layouts, roi, tiles
from edge_agent.pose.limits import PoseLimits
from edge_agent.types import Demand, Frame, Image, Layout, Pose, Region
from tools.evaluation.pose_models import Pair, finder
from tools.evaluation.scoring import bootstrap
from tools.evaluation.sets.photographs import HIPS, JOINTS, SHOULDERS, Person

Array = npt.NDArray[np.float64]

FOUND_WITHIN = 0.5
"""Torso lengths between the true hip and the one found."""
BODY_CIRCLE = 1.9
"""Torso lengths from the hip: a standing body's, where less of it is seen."""
CREDIBLE = 0.5
"""Of the landmark model's flag."""
OKS_SPREAD = np.repeat([0.079, 0.072, 0.062, 0.107, 0.087, 0.089], 2)
"""COCO's spread of each joint as a share of the body's scale; here of two torso lengths, for want of areas."""
RESAMPLES = 2000
INDICES = [layouts.index(Layout.BLAZEPOSE33, name) for name in JOINTS]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What one pair of models made of one person."""

    errors: Array
    """(12,) torso lengths between found and true joints, on the true region; NaN where the truth is unknown."""
    flag: float
    """Of the landmark model, on the true region."""
    detected: bool
    """The detector alone, in the whole picture."""
    found: bool
    """Detector and landmarks together, as the agent uses them on a still picture."""

    def within(self, limit: float) -> float:
        """Share of the known joints nearer than so many torso lengths."""
        known = np.isfinite(self.errors)
        return float((self.errors[known] < limit).mean())

    @property
    def oks(self) -> float:
        """Object keypoint similarity."""
        spread = 2.0 * OKS_SPREAD * 2.0  # twice COCO's constants, times a scale of two torso lengths
        return float(np.nanmean(np.exp(-0.5 * (self.errors / spread) ** 2)))


def true_region(person: Person) -> Region:
    """The region a perfect detector would give."""
    extent = np.nanmax(np.hypot(*(person.joints - person.hip).T))
    radius = max(1.15 * extent, BODY_CIRCLE * person.torso)
    top = person.hip + person.up / person.torso * radius
    return roi.around((person.hip[0], person.hip[1]), (top[0], top[1]))


@lru_cache(maxsize=2)
def picture(path: Path) -> Image:
    """(H, W, 3) blue green red."""
    return np.asarray(cv2.imread(str(path)), np.uint8)


def seen(people: Sequence[Person], pair: Pair) -> list[Seen]:
    """What a pair makes of each of the people in one picture."""
    image, models = picture(people[0].picture), finder(pair)
    hips = [np.array(region.centre) for region in models.regions(image, PoseLimits().detection_score)]
    with_landmarks = [hip_of(pose) for pose in still(pair, image)]
    answers = []
    for person in people:
        pose = models.look(image, true_region(person)).pose
        errors = np.hypot(*(joints_of(pose) - person.joints).T) / person.torso
        answers.append(Seen(errors, pose.score, _near(person, hips), _near(person, with_landmarks)))
    return answers


def still(pair: Pair, image: Image) -> tuple[Pose, ...]:
    """The bodies that the agent's front finds in a single picture, once it has looked into every part of it."""
    return shown(pair, image)[-1][1]


def shown(pair: Pair, image: Image) -> list[tuple[float, tuple[Pose, ...]]]:
    """Time, s, and the bodies found, of one picture held before the front for one round of its tiles.

    The time is that of a room where somebody is followed already: in an empty one the round is quicker.
    """
    front, limits = finder(pair).front(), PoseLimits()
    looks = len(tiles.tiles(limits, (image.shape[1], image.shape[0])))
    times = [look * max(limits.redetect_s, limits.tile_s) for look in range(looks)]
    return [(t, front.estimate(Frame("still", t, image), Demand(10.0)).poses) for t in times]


def _near(person: Person, hips: Sequence[Array]) -> bool:
    return any(float(np.hypot(*(hip - person.hip))) <= FOUND_WITHIN * person.torso for hip in hips)


def joints_of(pose: Pose) -> Array:
    """(12, 2) px, in the order of the truth."""
    return np.asarray(pose.keypoints[INDICES, :2], np.float64)


def hip_of(pose: Pose) -> Array:
    """(2,) px, the middle of the hips."""
    return np.asarray(joints_of(pose)[list(HIPS)].mean(axis=0), np.float64)


def torso_of(joints: Array) -> float:
    """Length of the trunk, px."""
    return float(np.hypot(*(joints[list(SHOULDERS)].mean(axis=0) - joints[list(HIPS)].mean(axis=0))))


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One person by two pairs."""

    person: Person
    source: str
    """The set."""
    float32: Seen
    int8: Seen


Score = Callable[[Seen], float]


def mean(people: Sequence[Compared], precision: str, score: Score) -> float:
    """Of one precision, over people."""
    return float(np.mean([score(getattr(each, precision)) for each in people]))


def difference(people: Sequence[Compared], score: Score) -> float:
    """Of int8 from float32, over people."""
    return mean(people, "int8", score) - mean(people, "float32", score)


def interval(people: Sequence[Compared], score: Score, seed: int) -> tuple[float, float] | tuple[None, None]:
    """95 % of the difference: whole pictures are drawn, since people in one share its light and blur."""
    return bootstrap(
        people, lambda one: str(one.person.picture), lambda drawn: difference(drawn, score), seed, RESAMPLES
    )


def lost(people: Sequence[Compared], has: Callable[[Seen], bool]) -> int:
    """People that float has and int8 has not."""
    return sum(has(each.float32) and not has(each.int8) for each in people)


def won(people: Sequence[Compared], has: Callable[[Seen], bool]) -> int:
    """People that int8 has and float has not."""
    return sum(has(each.int8) and not has(each.float32) for each in people)
