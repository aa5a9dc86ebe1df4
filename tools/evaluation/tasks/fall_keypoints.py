"""Falls from flat keypoints of another pose model: MoveNet's, 55 clips of 1 to 5 s, without pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tools.evaluation import rules
from tools.evaluation.agent import follow, settings_of, thinned
from tools.evaluation.bench import Bench
from tools.evaluation.measured import Figure, Section, Sense, Table, Target, absent
from tools.evaluation.report import table_of
from tools.evaluation.scoring import Heard, event_figures, falls_of
from tools.evaluation.sets.movenet import FPS, SIZE, KeypointClip, clips

NAME = "movenet_fall55"
TARGETS = {"falls missed": Target(Sense.AT_MOST, 1), "recordings with a false alarm": Target(Sense.AT_MOST, 0)}
RATE = settings_of().analysis_fps
SHOWINGS = {
    "as scored": (RATE, 0, SIZE),
    "from the 2nd frame on": (RATE, 1, SIZE),
    "from the 3rd frame on": (RATE, 2, SIZE),
    "at 7 /s": (7.0, 0, SIZE),
    "at 15 /s": (15.0, 0, SIZE),
    "taken for square": (RATE, 0, (SIZE[1], SIZE[1])),
}
"""Instants per second, frames left out at the start, size of the picture."""
CONFIDENCES = (0.65, 0.7, 0.75, 0.8, 0.85)
"""Limits of suspicion among which the folds choose."""
FOLDS = 5
ABOUT = (
    "Each clip through the agent's flow with its defaults, 10 instants per second, frames without any joint of score "
    "0.2 left out; any incident of kind fall, in any phase, counts. The set's columns are y, x, score whatever its "
    "README says, and it tells neither frame rate (30 taken) nor shape of the picture (4:3 taken): the table shows "
    "what other choices give. No parameter was fitted on it by search, but the clips were looked at, one by one, "
    "while the agent's clues were worked out. The row of nested cross-validation lets each of five folds (every fifth "
    "clip) be scored by the limit of suspicion that is best on the other four, from a grid of five. Simple rule: "
    "trunk beyond 50 degrees for 1 s, hips half a torso lower, as the bench works it out; the set's README reports 25 "
    "of 29 falls and 1 false of 26 for it."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one clip."""

    heard: Heard
    rule: Heard
    shown: Mapping[str, bool]
    """Whether a fall was said, by the way of showing it."""
    at: Mapping[float, bool]
    """The same by limit of suspicion."""


def measure(bench: Bench) -> list[Section]:
    """The set as it is, shown otherwise, and by nested cross-validation."""
    folder = bench.folder(NAME)
    if folder is None:
        return [Section("falls", "Falls in keypoints", ABOUT, (absent(NAME),))]
    sizes = {size: list(clips(folder, size)) for size in {size for _, _, size in SHOWINGS.values()}}
    asked = [{size: of[index] for size, of in sizes.items()} for index in range(len(sizes[SIZE]))]
    outcomes = list(bench.each(partial(run, whole=not bench.fast), asked[:: 5 if bench.fast else 1]))
    by_rule = event_figures(NAME, [each.rule for each in outcomes], bench.seed, {}, {})
    reached = {figure.measure: figure.value for figure in by_rule if figure.value is not None}
    figures = event_figures(NAME, [each.heard for each in outcomes], bench.seed, TARGETS, reached)
    tables = [_clips(outcomes)]
    if not bench.fast:
        figures += _nested(outcomes)
        tables.append(_showings(outcomes))
    return [Section("falls", "Falls in keypoints", ABOUT, tuple(figures), tuple(tables))]


def run(shapes: Mapping[tuple[int, int], KeypointClip], *, whole: bool) -> Outcome:
    """One clip through the agent and by the rule; `whole`: in every way of showing it."""
    clip = shapes[SIZE]
    reports = said(clip, RATE)
    seconds = float(clip.t[-1] - clip.t[0])
    heard = Heard(clip.name, clip.name, clip.fall, seconds, reports)
    when = rules.fallen(clip.t, clip.keypoints.astype(float))
    rule = Heard(clip.name, clip.name, clip.fall, seconds, () if when is None else (when,))
    if not whole:
        return Outcome(heard, rule, {}, {})
    shown = {way: bool(said(shapes[size], fps, skip)) for way, (fps, skip, size) in SHOWINGS.items()}
    at = {limit: bool(said(clip, RATE, confidence=limit)) for limit in CONFIDENCES}
    return Outcome(heard, rule, shown, at)


def said(clip: KeypointClip, fps: float, skip: int = 0, confidence: float | None = None) -> tuple[float, ...]:
    """When the agent spoke of a fall.

    Args:
        clip: what it sees.
        fps: instants per second.
        skip: frames left out at the start, so that others are chosen.
        confidence: limit of suspicion; the default's where None.
    """
    settings = settings_of(analysis_fps=fps)
    if confidence is not None:
        settings = replace(settings, incidents=replace(settings.incidents, suspect_confidence=confidence))
    late = (each for each in clip.observations if each.t >= clip.t[0] + (skip - 0.5) / FPS)
    return falls_of(follow(settings, thinned(late, fps)).incidents)


def _nested(outcomes: Sequence[Outcome]) -> list[Figure]:
    """Each fold by the limit that errs least on the others; the default's nearest among equals."""
    default = settings_of().incidents.suspect_confidence
    missed = false = 0
    chosen = []
    for fold in range(FOLDS):
        others = [each for index, each in enumerate(outcomes) if index % FOLDS != fold]
        errors = {limit: sum(each.at[limit] != each.heard.expected for each in others) for limit in CONFIDENCES}
        best = min(CONFIDENCES, key=lambda limit: (errors[limit], abs(limit - default)))
        chosen.append(f"{best:g}")
        held = outcomes[fold::FOLDS]
        missed += sum(each.heard.expected and not each.at[best] for each in held)
        false += sum(not each.heard.expected and each.at[best] for each in held)
    falls = sum(each.heard.expected for each in outcomes)
    note = f"limits chosen: {', '.join(chosen)}"
    data = f"{NAME}, nested cross-validation of one limit"
    return [
        Figure(data, "falls missed", float(missed), falls, "falls", target=TARGETS["falls missed"], note=note),
        Figure(
            data,
            "recordings with a false alarm",
            float(false),
            len(outcomes) - falls,
            "recordings without a fall",
            target=TARGETS["recordings with a false alarm"],
        ),
    ]


def _clips(outcomes: Sequence[Outcome]) -> Table:
    rows = [
        (
            each.heard.name,
            "fall" if each.heard.expected else "none",
            each.heard.seconds,
            min(each.heard.reports, default=None),
            "right" if each.heard.expected == bool(each.heard.reports) else "WRONG",
            "right" if each.rule.expected == bool(each.rule.reports) else "WRONG",
        )
        for each in outcomes
    ]
    return table_of("Clips of keypoints", ("clip", "label", "lasts s", "first said s", "verdict", "simple rule"), rows)


def _showings(outcomes: Sequence[Outcome]) -> Table:
    rows = []
    for way in SHOWINGS:
        missed = [each.heard.name for each in outcomes if each.heard.expected and not each.shown[way]]
        false = [each.heard.name for each in outcomes if not each.heard.expected and each.shown[way]]
        rows.append((way, len(missed), len(false), " ".join(missed), " ".join(false)))
    columns = ("shown", "falls missed", "false", "which missed", "which false")
    return table_of("The same clips shown otherwise", columns, rows)
