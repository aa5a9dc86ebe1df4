"""How somebody sits: upright, slouching, reclining, legs crossed. Labelled figures, and people from other sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from edge_agent.box import learned_seated
from edge_agent.posture.additive import Additive
from edge_agent.posture.limits import PostureLimits
from edge_agent.posture.seated import look
from edge_agent.types import Person, Pose, SeatedKind
from tools.evaluation import plots
from tools.evaluation.agent import settings_of
from tools.evaluation.bench import Bench
from tools.evaluation.held import INSTANTS, held
from tools.evaluation.measured import Figure, Plot, Section, Sense, Table, Target, absent
from tools.evaluation.report import table_of
from tools.evaluation.scoring import bootstrap
from tools.evaluation.sets.sitting import BLOCKS, SIZE, Sitters, blocks, pose_of, read, track_of
from tools.train_seated import learn

KINDS: Final = [kind.value for kind in SeatedKind]
LEARNED_FROM: Final = "dev.csv"
"""Of the folder's files the one that the shipped weights were learned from."""
SLOUCHING: Final = Target(Sense.AT_LEAST, 0.88)
COUCH: Final = ("talking on couch", "relaxing on couch", "working on computer")
ABOUT: Final = (
    "Figures of `sitting_posture/dev.csv`: each class in its order cut into five blocks; the weights are learned anew, "
    "their strength chosen within what is learned from, for each block left out, and the figures go through "
    "edge_agent.posture.seated as poses in a picture of 4:3. Intervals draw whole blocks. Features, knots, jitter and "
    "the pair that is judged together were chosen by us on these very blocks, among over a hundred combinations; other "
    "files of the folder, if any, are judged by the shipped weights. The simple rule is the product's own without "
    "weights: trunk 20 degrees forward (ISO 11226), 15 back, a foot on the wrong side of the other."
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One figure."""

    group: str
    label: str
    said: str | None
    by_rule: str | None = None
    in_flow: str | None = None
    """What the whole flow says after the figure was held still for a while; None where it does not tell."""


def measure(bench: Bench) -> list[Section]:
    """The labelled figures."""
    figures: list[Figure] = []
    tables: list[Table] = []
    drawn: list[Plot] = []
    folder = bench.folder("sitting_posture")
    files = [] if folder is None else sorted(folder.glob("*.csv"))
    if not files:
        figures.append(absent("sitting_posture"))
    for path in files:
        if path.name != LEARNED_FROM:
            figures += figures_of(f"{path.name}, shipped weights", _shipped(path), bench.seed, SLOUCHING)
            continue
        judged = left_out(read(path), 1 if bench.fast else BLOCKS)
        figures += figures_of("sitting_posture", judged, bench.seed, SLOUCHING)
        figures += flow_figures("sitting_posture, whole flow", [replace(each, said=each.in_flow) for each in judged])
        tables.append(_counts("sitting_posture: label and what was said", judged))
        title = "How somebody sits, blocks left out"
        truth, said = [each.label for each in judged], [each.said for each in judged]
        drawn.append(plots.confusion("sitting-posture", title, KINDS, truth, said))
    return [Section("posture", "How somebody sits", ABOUT, tuple(figures), tuple(tables), tuple(drawn))]


def left_out(people: Sitters, count: int = BLOCKS) -> list[Judged]:
    """What is said of each block by weights learned from the others."""
    block = blocks(people.kinds)
    judged = []
    for number in range(count):
        learned = learn(people.taken(block != number))
        judged += _single(people.taken(block == number), learned, f"block {number}")
    return judged


def _shipped(path: Path) -> list[Judged]:
    people = read(path)
    block = blocks(people.kinds)
    learned = learned_seated()
    return [each for n in range(BLOCKS) for each in _single(people.taken(block == n), learned, f"block {n}")]


def _single(people: Sitters, learned: Additive | None, group: str) -> list[Judged]:
    judged = []
    for joints, label in zip(people.joints, people.kinds.tolist(), strict=True):
        pose = pose_of(joints)
        flow = told(held(settings_of(seated=learned), [pose] * INSTANTS, SIZE))
        judged.append(Judged(group, label, _said(pose, learned), _said(pose, None), flow))
    return judged


def told(person: Person | None) -> str | None:
    """How somebody sits by the whole flow; None of one who is not said to sit, and where it is not told."""
    seated = None if person is None else person.posture.seated
    return None if seated is None else seated.kind.value


def _said(pose: Pose, learned: Additive | None) -> str | None:
    sight = look(PostureLimits(), learned, *track_of(pose))
    return None if sight is None else max(sight.weights, key=lambda kind: sight.weights[kind]).value


def figures_of(data: str, judged: Sequence[Judged], seed: int, target: Target | None) -> list[Figure]:
    """Accuracy, and F1 of each class that is there, with the target of slouching."""
    measures: list[tuple[str, Callable[[Sequence[Judged]], float], Target | None]] = [("accuracy", _accuracy, None)]
    present = [kind for kind in KINDS if any(each.label == kind for each in judged)]
    measures += [
        (f"{kind} F1", partial(_f1, kind=kind), target if kind == SeatedKind.SLOUCHING else None) for kind in present
    ]
    return [_figure(data, measure, judged, score, seed, wanted) for measure, score, wanted in measures]


def flow_figures(data: str, judged: Sequence[Judged]) -> list[Figure]:
    """How many are told, and how many of these rightly."""
    said = [each for each in judged if each.said is not None]
    figures = [Figure(data, "told how they sit", len(said) / len(judged), len(judged), "figures")]
    if said:
        slouching = [each for each in said if each.label == SeatedKind.SLOUCHING]
        upright = [each for each in said if each.label == SeatedKind.UPRIGHT]
        figures.append(Figure(data, "of these rightly", _accuracy(said), len(said), "told"))
        for measure, own in (("slouching found", slouching), ("upright called slouching", upright)):
            share = float(np.mean([each.said == SeatedKind.SLOUCHING for each in own])) if own else None
            figures.append(Figure(data, measure, share, len(own), "told"))
    return figures


def _figure(
    data: str,
    measure: str,
    judged: Sequence[Judged],
    score: Callable[[Sequence[Judged]], float],
    seed: int,
    target: Target | None,
) -> Figure:
    low, high = bootstrap(judged, lambda one: one.group, score, seed)
    rule = None
    if any(each.by_rule for each in judged):
        rule = score([replace(each, said=each.by_rule) for each in judged])
    return Figure(data, measure, score(judged), len(judged), "figures", low, high, target, rule)


def _accuracy(judged: Sequence[Judged]) -> float:
    return float(np.mean([each.said == each.label for each in judged]))


def _f1(judged: Sequence[Judged], kind: str) -> float:
    both = sum(each.said == kind and each.label == kind for each in judged)
    either = sum(each.said == kind for each in judged) + sum(each.label == kind for each in judged)
    return 2 * both / either if either else float("nan")


def _counts(title: str, judged: Sequence[Judged]) -> Table:
    rows = [
        (label, *(sum(each.label == label and each.said == kind for each in judged) for kind in [*KINDS, None]))
        for label in KINDS
    ]
    return table_of(title, ("label", *KINDS, "not said"), rows)
