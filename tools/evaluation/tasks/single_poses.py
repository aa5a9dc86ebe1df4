"""Posture from one frame: single poses held still before the whole flow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import atan2, degrees
from typing import Final

import numpy as np

from edge_agent.types import KEYPOINTS, Layout, Pose, PostureKind
from tools.evaluation import plots
from tools.evaluation.agent import settings_of
from tools.evaluation.bench import Bench
from tools.evaluation.held import INSTANTS, held
from tools.evaluation.measured import Cell, Figure, Section, absent
from tools.evaluation.report import table_of
from tools.evaluation.scoring import balanced_accuracy, bootstrap
from tools.evaluation.sets.static_poses import SIZE, poses, posture_of

EVERY: Final = 8
STRETCH: Final = 20
"""Poses that lie together in a class are drawn together: they are one person's."""
CLASSES: Final = ["standing", "sitting", "lying", "other"]
_AT: Final = {name: index for index, name in enumerate(KEYPOINTS[Layout.COCO17])}
ABOUT: Final = (
    "Every eighth pose of `openpose_static_poses20` (neighbours are nearly the same), flat, held for 1.25 s before the "
    "whole flow with a camera nobody measured. Plank and low push-up stand for lying, squats for `other`, what is held "
    "on the feet for standing; lunges are shown but not scored. Not held out where people stand or sit: limits of the "
    "posture stage were chosen on 1,161 standing and 121 seated poses of this set; planks, push-ups, squats and tree "
    "poses were not looked at. Intervals draw stretches of twenty poses. The simple rule: a trunk beyond 60 degrees "
    "lies, hips less than 1.1 torso lengths above the ankles sit."
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One pose."""

    stretch: str
    label: str
    truth: str | None
    said: str | None
    by_rule: str | None
    seated: str | None
    """How it sits, if that is said."""


def measure(bench: Bench) -> list[Section]:
    """Posture from one frame."""
    folder = bench.folder("openpose_static_poses20")
    if folder is None:
        return [Section("posture", "Posture from one frame", ABOUT, (absent("openpose_static_poses20"),))]
    labelled = list(poses(folder, 20 * EVERY if bench.fast else EVERY))
    said = list(bench.each(watched, [pose for _, pose in labelled]))
    judged = [
        _judged(index, label, pose, what)
        for index, ((label, pose), what) in enumerate(zip(labelled, said, strict=True))
    ]
    scored = [each for each in judged if each.truth is not None]
    figures = [_figure("balanced accuracy", scored, _balanced, bench.seed)]
    figures += [
        _figure(f"{kind} found", [each for each in scored if each.truth == kind], _found, bench.seed)
        for kind in CLASSES
    ]
    rows: list[tuple[Cell, ...]] = []
    for label in dict.fromkeys(each.label for each in judged):
        own = [each for each in judged if each.label == label]
        rows.append((label, len(own), *(sum(each.said == kind for each in own) for kind in [*CLASSES, None])))
    table = table_of("By pose", ("pose", "n", *CLASSES, "not said"), rows)
    sitters = [each for each in judged if each.label == "Seated"]
    kinds = sorted({str(each.seated) for each in sitters})
    how = table_of(
        "How the seated ones sit", kinds, [[sum(str(each.seated) == kind for each in sitters) for kind in kinds]]
    )
    title = "Posture from one frame"
    plot = plots.confusion(
        "single-poses", title, CLASSES, [str(each.truth) for each in scored], [each.said for each in scored]
    )
    return [Section("posture", title, ABOUT, tuple(figures), (table, how), (plot,))]


def watched(pose: Pose) -> tuple[str | None, str | None]:
    """Its posture and how it sits, as far as they are told; a walk in one place is standing here."""
    person = held(settings_of(), [pose] * INSTANTS, SIZE)
    if person is None or person.posture.kind is PostureKind.UNKNOWN:
        return None, None
    kind = PostureKind.STANDING if person.posture.kind is PostureKind.WALKING else person.posture.kind
    return kind.value, person.posture.seated.kind.value if person.posture.seated else None


def _judged(index: int, label: str, pose: Pose, said: tuple[str | None, str | None]) -> Judged:
    kind = posture_of(label)
    return Judged(f"{label} {index // STRETCH}", label, kind.value if kind else None, said[0], ruled(pose), said[1])


def ruled(pose: Pose) -> str | None:
    """By trunk and height of the hips alone."""
    at = {name: pose.keypoints[index, :2] for name, index in _AT.items() if pose.keypoints[index, 2] > 0}
    try:
        shoulder = (at["left_shoulder"] + at["right_shoulder"]) / 2
        hip = (at["left_hip"] + at["right_hip"]) / 2
    except KeyError:
        return None
    across, up = (shoulder - hip).tolist()
    if degrees(atan2(abs(across), -up)) > 60.0:
        return "lying"
    feet = [at[name][1] for name in ("left_ankle", "right_ankle") if name in at]
    if not feet:
        return None
    return "sitting" if (max(feet) - hip[1]) / np.hypot(across, up) < 1.1 else "standing"


def _figure(measure: str, judged: Sequence[Judged], score: Callable[..., float], seed: int) -> Figure:
    low, high = bootstrap(judged, lambda one: one.stretch, partial(score, rule=False), seed, resamples=500)
    value, rule = score(judged, rule=False), score(judged, rule=True)
    return Figure("openpose_static_poses20", measure, value, len(judged), "poses", low, high, rule=rule)


def _balanced(judged: Sequence[Judged], *, rule: bool) -> float:
    return balanced_accuracy(
        [str(each.truth) for each in judged], [each.by_rule if rule else each.said for each in judged]
    )


def _found(judged: Sequence[Judged], *, rule: bool) -> float:
    return (
        float(np.mean([(each.by_rule if rule else each.said) == each.truth for each in judged]))
        if judged
        else float("nan")
    )
