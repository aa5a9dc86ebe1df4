"""Activity intensity: what the agent says of recorded skeletons before virtual cameras."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from tools.evaluation import plots
from tools.evaluation.agent import follow, settings_of
from tools.evaluation.bench import Bench
from tools.evaluation.measured import Figure, Plot, Section, Sense, Table, Target, absent
from tools.evaluation.report import table_of
from tools.evaluation.scoring import balanced_accuracy, bootstrap
from tools.evaluation.sets import skeleton_sets
from tools.evaluation.skeletons import KINECT, Skeleton, at_rate, corner_camera, frontal_camera, observations, view_of

FPS = 10.0
"""The agent's default."""
CAMERAS = ("own", "corner", "frontal")
CLASSES = ["sedentary", "light", "moderate", "vigorous"]
INTENSITY = Target(Sense.AT_LEAST, 0.90)
SEDENTARY = Target(Sense.AT_LEAST, 0.95)
ABOUT = (
    "UTD-MHAD's test subjects (2, 4, 6, 8) and CAD-60, from the recording camera's own place, a corner at 2.4 m and "
    "the front, joints without noise beyond the recording's own at 10 instants per second, flat (of the picture alone) "
    "and solid (with the recorded joints as world landmarks, as the device's own pose model gives them), with and "
    "without the measured view; the intensity said most often in a sequence against its label. Costs of lifting and "
    "stepping were chosen on UTD-MHAD's subjects 1, 3, 5, 7; the cues for flat sitters were designed while looking at "
    "CAD-60's couch, so that CAD-60 is not held out. The simple rule: two "
    "thresholds on the mean speed of the ankles, chosen on the same subjects. None of these sources carries measured "
    "METs."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One sequence before one camera."""

    skeleton: Skeleton
    label: str
    camera: str
    measured: bool
    solid: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said of it."""

    subject: str
    label: str
    camera: str
    measured: bool
    solid: bool
    said: str | None
    ankles_mps: float


def measure(bench: Bench) -> list[Section]:
    """Intensity, and sedentary or not."""
    figures: list[Figure] = []
    judged: list[Judged] = []
    tuned: list[Judged] = []
    folder = bench.folder("utd_mhad_skeleton")
    if folder is None:
        figures.append(absent("utd_mhad"))
    else:
        sequences = list(_utd(folder))
        held = [(each, label) for each, label, train in sequences if not train]
        judged += bench.each(judge, _before_cameras(held[::40] if bench.fast else held))
        tuned = [_ankles(each, label) for each, label, train in sequences if train]
    folder = bench.folder("cad60_subject_sedentary")
    if folder is None:
        figures.append(absent("cad60"))
    else:
        shown = list(_cad60(folder))
        judged += bench.each(judge, _before_cameras(shown[::6] if bench.fast else shown))
    rule = _rule(tuned)
    for joints in ("flat", "solid"):
        those = [each for each in judged if each.solid == (joints == "solid")]
        for name in ("utd", "cad60"):
            own = [each for each in those if each.subject.startswith(name)]
            figures += _figures(f"{name}, {joints}", own, bench.seed, rule)
        figures += _figures(f"both, {joints}", those, bench.seed, rule)
    if not judged:
        return [Section("activity", "Activity intensity", ABOUT, tuple(figures))]
    drawn = tuple(_plot(judged, solid=solid) for solid in (False, True))
    return [Section("activity", "Activity intensity", ABOUT, tuple(figures), (_by_camera(judged),), drawn)]


def _plot(judged: Sequence[Judged], *, solid: bool) -> Plot:
    own = [each for each in judged if each.solid == solid and not each.measured]
    joints = "solid" if solid else "flat"
    title = f"Intensity, {joints} joints, all cameras, view not measured"
    return plots.confusion(
        f"activity-intensity-{joints}", title, CLASSES, [each.label for each in own], [each.said for each in own]
    )


def judge(shown: Shown) -> Judged:
    """One sequence through the agent."""
    skeleton = at_rate(shown.skeleton, FPS)
    camera = {"own": lambda _: KINECT, "corner": corner_camera, "frontal": frontal_camera}[shown.camera](skeleton)
    settings = settings_of(view_of(skeleton, camera)) if shown.measured else settings_of()
    said = follow(settings, observations(skeleton, camera, solid=shown.solid), trace=True)
    counted = Counter(line["intensity"] for line in said.trace if line["intensity"] is not None)
    most = counted.most_common(1)[0][0] if counted else None
    return Judged(skeleton.subject, shown.label, shown.camera, shown.measured, shown.solid, most, _speed(skeleton))


def _utd(folder: Path) -> Iterator[tuple[Skeleton, str, bool]]:
    labels = {int(row["action"]): row["intensity"] for row in skeleton_sets.labels(folder)}
    for skeleton, action in skeleton_sets.utd(folder):
        if labels[action]:
            yield skeleton, labels[action], int(skeleton.subject.removeprefix("utd-")) in skeleton_sets.UTD_TRAIN


def _cad60(folder: Path) -> Iterator[tuple[Skeleton, str]]:
    labels = {row["label"]: row["intensity"] for row in skeleton_sets.labels(folder)}
    for skeleton, label in skeleton_sets.cad60(folder):
        if labels.get(label):
            yield skeleton, labels[label]


def _before_cameras(labelled: Sequence[tuple[Skeleton, str]]) -> list[Shown]:
    return [
        Shown(skeleton, label, camera, measured, solid)
        for skeleton, label in labelled
        for camera in CAMERAS
        for measured in (False, True)
        for solid in (False, True)
    ]


def _figures(name: str, judged: Sequence[Judged], seed: int, rule: tuple[float, float] | None) -> list[Figure]:
    if not judged:
        return []
    by_rule = None if rule is None else _accuracy([_by_rule(each, rule) for each in judged])
    n, of = len(judged), "sequences x cameras x views"
    intervals = (bootstrap(judged, lambda one: one.subject, score, seed) for score in (_accuracy, _sedentary))
    (low, high), (low_rest, high_rest) = intervals
    return [
        Figure(name, "balanced accuracy", _accuracy(judged), n, of, low, high, INTENSITY, by_rule),
        Figure(name, "sedentary or not", _sedentary(judged), n, of, low_rest, high_rest, SEDENTARY),
    ]


def _accuracy(judged: Sequence[Judged]) -> float:
    """Mean over cameras and views, so that each counts alike."""
    groups = {(each.camera, each.measured) for each in judged}
    return float(
        np.mean(
            [
                balanced_accuracy([each.label for each in own], [each.said for each in own])
                for group in sorted(groups)
                if (own := [each for each in judged if (each.camera, each.measured) == group])
            ]
        )
    )


def _sedentary(judged: Sequence[Judged]) -> float:
    truth = [str(each.label == "sedentary") for each in judged]
    said = [None if each.said is None else str(each.said == "sedentary") for each in judged]
    return balanced_accuracy(truth, said)


def _by_camera(judged: Sequence[Judged]) -> Table:
    rows = []
    for solid, camera, measured in product((False, True), CAMERAS, (False, True)):
        own = [each for each in judged if (each.solid, each.camera, each.measured) == (solid, camera, measured)]
        if own:
            words = ("solid" if solid else "flat", camera, "measured" if measured else "unknown")
            rows.append((*words, len(own), _accuracy(own), _sedentary(own)))
    columns = ("joints", "camera", "view", "sequences", "balanced accuracy", "sedentary or not")
    return table_of("By camera", columns, rows)


def _ankles(skeleton: Skeleton, label: str) -> Judged:
    return Judged(skeleton.subject, label, "own", measured=False, solid=False, said=None, ankles_mps=_speed(skeleton))


def _speed(skeleton: Skeleton) -> float:
    """Mean speed of the ankles, m/s, over 0.2 s."""
    t = skeleton.t
    step = max(1, round(0.2 / float(np.median(np.diff(t)))))
    ankles = np.stack([skeleton.joints[f"{side}_ankle"] for side in ("left", "right")])
    moved = np.linalg.norm(ankles[:, step:] - ankles[:, :-step], axis=-1)
    return float((moved / (t[step:] - t[:-step])).mean())


def _rule(tuned: Sequence[Judged]) -> tuple[float, float] | None:
    """The two thresholds that score best on those they are chosen on."""
    if not tuned:
        return None
    speeds = np.unique(np.round([each.ankles_mps for each in tuned], 2))
    pairs = [(low, high) for low in speeds[::2] for high in speeds[::2] if low < high]
    return max(pairs, key=lambda pair: _accuracy([_by_rule(each, pair) for each in tuned]), default=None)


def _by_rule(each: Judged, rule: tuple[float, float]) -> Judged:
    low, high = rule
    speed = each.ankles_mps
    said = "light" if speed < low else ("moderate" if speed < high else "vigorous")
    return replace(each, said=said)
