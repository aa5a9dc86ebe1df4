"""Falls in videos: the whole agent, from pictures to incidents, against what each clip is known to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from edge_agent.types import Kind, Phase
from tools.evaluation import plots, rules
from tools.evaluation.agent import Said, eye_of, settings_of, watch
from tools.evaluation.bench import Bench
from tools.evaluation.measured import Figure, Section, Sense, Table, Target, absent
from tools.evaluation.scoring import Heard, event_figures, falls_of
from tools.evaluation.sets.clips import Clip, is_labelled, labelled
from tools.evaluation.sets.public_falls import PUBLIC

AT_HAND = ("gmdcsa24_subjects12", "demo_fall_videos4", "care_home_falls2")
TARGETS = {
    "falls missed": Target(Sense.AT_MOST, 0),
    "recordings with a false alarm": Target(Sense.AT_MOST, 0),
    "latency p95 s": Target(Sense.AT_MOST, 5),
}
ABOUT = (
    "Every clip through the whole agent with its defaults and no configuration; any incident of kind fall, in any "
    "phase, counts. Latency runs from the label's onset to the first word, where the label has an onset. The simple "
    "rule (trunk beyond 50 degrees for 1 s, hips half a torso lower) is given the agent's own keypoints. The clips at "
    "hand were looked at while the agent's clues and limits were worked out: they show that it fits them, not how the "
    "next room will do. Ambianic's detector, on all GMDCSA24 clips, is said to find 13 of 14 falls and to be wrong in "
    "3 of 9 clips of daily life."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one clip."""

    clip: Clip
    heard: Heard
    rule: Heard
    said: tuple[tuple[float, str, str, float], ...]
    """Time, kind, phase and confidence of everything said."""


def measure(bench: Bench) -> list[Section]:
    """Every set of labelled clips in the data folder, and the public ones."""
    figures: list[Figure] = []
    outcomes: list[Outcome] = []
    for name, clips in _sets(bench):
        if clips is None:
            figures.append(absent(name))
            continue
        found = list(bench.each(run, clips))
        outcomes += found
        figures += _figures(name, found, bench.seed)
    scored = [each for each in outcomes if each.clip.expected is not None]
    if len({each.clip.path.parent for each in scored}) > 1:
        figures += _figures("all of these", outcomes, bench.seed)
    known = {
        name: [each.heard.latency_s for each in group if each.heard.latency_s is not None]
        for name, group in groupby(scored, key=lambda each: each.clip.subject.partition("/")[0])
    }
    plot = plots.distribution("fall-latency", "From the label's onset to the first word", known, "s", 5.0)
    drawn = (plot,) if any(known.values()) else ()
    details: dict[str, Any] = {"clips": [_detail(each) for each in outcomes]}
    return [Section("falls", "Falls in videos", ABOUT, tuple(figures), (_table(outcomes),), drawn, details)]


def run(clip: Clip) -> Outcome:
    """One clip through the agent and by the rule."""
    said = watch(settings_of(), clip.path, eye_of, fps=clip.fps, trace=True)
    expected = bool(clip.expected)
    heard = Heard(clip.name, clip.subject, expected, said.seconds, falls_of(said.incidents), clip.onset_s)
    rule = Heard(clip.name, clip.subject, expected, said.seconds, tuple(_by_rule(said)), clip.onset_s)
    listed = tuple((each.t, each.kind.value, each.phase.value, each.confidence) for each in said.incidents)
    return Outcome(clip, heard, rule, listed)


def _by_rule(said: Said) -> Iterator[float]:
    tracks = {line["track"] for line in said.trace if line["keypoints"]}
    for track in sorted(tracks):
        lines = [line for line in said.trace if line["track"] == track and line["keypoints"]]
        when = rules.fallen(np.array([line["t"] for line in lines]), np.array([line["keypoints"] for line in lines]))
        if when is not None:
            yield when


def _sets(bench: Bench) -> Iterator[tuple[str, list[Clip] | None]]:
    """Folders with lists, those expected here first, then the public sets; None for what is not present."""
    others = sorted(p.name for p in bench.data.iterdir() if is_labelled(p)) if bench.data.is_dir() else []
    for name in (*AT_HAND, *(other for other in others if other not in AT_HAND)):
        folder = bench.folder(name)
        yield name, None if folder is None else _some(bench, labelled(folder))
    for name, read in PUBLIC.items():
        folder = bench.folder(name)
        yield name, None if folder is None else _some(bench, read(folder))


def _some(bench: Bench, clips: Iterable[Clip]) -> list[Clip]:
    """All, or the first two for a fast look."""
    listed = list(clips)
    return listed[:2] if bench.fast else listed


def _figures(name: str, outcomes: Sequence[Outcome], seed: int) -> list[Figure]:
    scored = [each for each in outcomes if each.clip.expected is not None]
    if not scored:
        return [absent(name, "no clip with a label")]
    by_rule = event_figures(name, [each.rule for each in scored], seed, {}, {})
    reached = {figure.measure: figure.value for figure in by_rule if figure.value is not None}
    return event_figures(name, [each.heard for each in scored], seed, TARGETS, reached)


def _table(outcomes: Sequence[Outcome]) -> Table:
    rows = []
    for each in outcomes:
        expected = {True: "fall", False: "none", None: "not scored"}[each.clip.expected]
        first = min(each.heard.reports, default=None)
        right = None if each.clip.expected is None else each.clip.expected == bool(each.heard.reports)
        verdict = "-" if right is None else ("right" if right else "WRONG")
        rows.append((each.clip.name, expected, each.clip.onset_s, first, each.heard.latency_s, verdict))
    return Table("Clips", ("clip", "label", "onset s", "first said s", "latency s", "verdict"), tuple(rows))


def _detail(outcome: Outcome) -> dict[str, Any]:
    kept = {Kind.FALL.value}
    said = [dict(zip(("t", "kind", "phase", "confidence"), each, strict=True)) for each in outcome.said]
    return {
        "clip": outcome.clip.name,
        "expected": outcome.clip.expected,
        "seconds": outcome.heard.seconds,
        "falls": [each for each in said if each["kind"] in kept],
        "confirmed": sum(each["phase"] == Phase.CONFIRMED.value for each in said if each["kind"] in kept),
        "other": [each for each in said if each["kind"] not in kept],
    }
