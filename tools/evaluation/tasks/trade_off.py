"""What each pose model and precision costs, and what it is worth: to keypoints, to falls, to activity."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

import numpy as np

from tools.evaluation.agent import settings_of, watch
from tools.evaluation.bench import ROOT, Bench
from tools.evaluation.keypoint_errors import Seen, seen
from tools.evaluation.measured import Figure, Section, Table, absent
from tools.evaluation.pose_models import BUILT, Pair, eye, milliseconds
from tools.evaluation.report import table_of
from tools.evaluation.scoring import Heard, balanced_accuracy, event_figures, falls_of
from tools.evaluation.sets.clips import Clip, is_labelled, labelled
from tools.evaluation.sets.photographs import SETS, Person, load

FOLDER = "pose_models"
"""In the data folder: landmark models of other sizes, as `docs/evaluation.md` says where to get them."""
OTHERS = {"lite": "pose_landmark_lite.tflite", "heavy": "pose_landmark_heavy.tflite"}
RENDERED = ROOT / "tests" / "recordings" / "rendered"
ACTS = ("walk", "ordinary", "sit-down", "stand-up", "tie-shoes")
"""Rendered recordings without a fall, with labels of posture and intensity."""
FPS = 5.0
"""Instants a second at which the rendered recordings are judged: half the default, for time's sake."""
ABOUT = (
    "The paper's RQ1 and RQ4: every model with the whole agent behind it. Keypoints: photographs, true regions. Falls: "
    "F1 over all labelled clips at hand. Activity and posture: balanced accuracy over labelled instants of rendered "
    "recordings; what was not said is wrong. Milliseconds: the fastest of 40 alternating invocations in one run, one "
    "thread, this machine; MB: both files. The other landmark models are as their packages ship them (16-bit weights, "
    "with the output the build drops), behind the float detector. Limits of the agent were worked out with the int8 "
    "models, so they have a start over the others."
)


def measure(bench: Bench) -> list[Section]:
    """A row for each pair of models."""
    pairs = dict(BUILT) if not bench.fast else {"int8": BUILT["int8"]}
    figures: list[Figure] = []
    for name, file in OTHERS.items():
        path = bench.data / FOLDER / file
        if path.exists():
            pairs[name] = Pair(f"BlazePose {name}, 16-bit weights", BUILT["float32"].detector, path)
        else:
            figures.append(absent(f"{FOLDER}/{file}"))
    taken = milliseconds(pairs)
    rows = []
    for name, pair in pairs.items():
        keypoints = _keypoints(bench, pair)
        f1 = _falls(bench, pair)
        intensity, posture = _acts(bench, pair)
        megabytes = sum(len(content) for content in pair.contents) / 1e6
        detector_ms, landmarks_ms = taken[name]
        rows.append((pair.name, *keypoints, f1, intensity, posture, detector_ms, landmarks_ms, megabytes))
        for measure_of, value in (
            ("PCK@.2", keypoints[0]),
            ("fall F1", f1),
            ("intensity, balanced accuracy", intensity),
            ("landmarks ms", landmarks_ms),
            ("MB", megabytes),
        ):
            figures.append(Figure(pair.name, measure_of, value, note="" if value is not None else "not present"))
    columns = (
        "models",
        "PCK@.2",
        "PCK@.5",
        "OKS",
        "fall F1",
        "intensity",
        "posture",
        "detector ms",
        "landmarks ms",
        "MB",
    )
    table: Table = table_of("What each costs and is worth", columns, rows)
    return [Section("keypoints", "Models: what each costs and is worth", ABOUT, tuple(figures), (table,))]


def _keypoints(bench: Bench, pair: Pair) -> tuple[float | None, float | None, float | None]:
    people = [person for name in SETS for person in load(bench.data, name)]
    pictures = [list(own) for _, own in groupby(people, key=lambda one: one.picture)]
    shown = [(pair, own) for own in (pictures[:2] if bench.fast else pictures)]
    answers = [one for each in bench.each(_seen, shown) for one in each]
    if not answers:
        return None, None, None
    near, nearer = (float(np.mean([one.within(limit) for one in answers])) for limit in (0.5, 0.2))
    return nearer, near, float(np.mean([one.oks for one in answers]))


def _seen(shown: tuple[Pair, Sequence[Person]]) -> list[Seen]:
    pair, people = shown
    return seen(people, pair)


def _falls(bench: Bench, pair: Pair) -> float | None:
    clips = [clip for clip in _clips(bench) if clip.expected is not None]
    clips = clips[:1] if bench.fast else clips
    heard = list(bench.each(partial(_heard, pair), clips))
    found = event_figures("", heard, bench.seed, {}, {}) if heard else []
    return next((figure.value for figure in found if figure.measure == "F1"), None)


def _clips(bench: Bench) -> Iterator[Clip]:
    folders = sorted(path for path in bench.data.iterdir() if is_labelled(path)) if bench.data.is_dir() else []
    for folder in folders:
        yield from labelled(folder)


def _heard(pair: Pair, clip: Clip) -> Heard:
    said = watch(settings_of(), clip.path, partial(eye, pair), fps=clip.fps)
    return Heard(clip.name, clip.subject, bool(clip.expected), said.seconds, falls_of(said.incidents), clip.onset_s)


def _acts(bench: Bench, pair: Pair) -> tuple[float, float]:
    """Balanced accuracy of intensity and of posture."""
    clips = [RENDERED / f"{name}.webm" for name in (ACTS[2:3] if bench.fast else ACTS)]
    judged = [line for own in bench.each(partial(_lines, pair), clips) for line in own]
    return _accuracy([one[0] for one in judged]), _accuracy([one[1] for one in judged])


Word = tuple[str | None, str | None]
"""Label, and what was said."""


def _accuracy(words: Sequence[Word]) -> float:
    known = [(label, said) for label, said in words if label is not None]
    return balanced_accuracy([label for label, _ in known], [said for _, said in known])


def _lines(pair: Pair, clip: Path) -> list[tuple[Word, Word]]:
    """Of intensity and of posture at every labelled instant."""
    truth = json.loads(clip.with_suffix(".json").read_bytes())
    trace = watch(settings_of(analysis_fps=FPS), clip, partial(eye, pair), trace=True).trace
    said = {round(line["t"] * FPS): (line["intensity"], line["posture"]) for line in trace}
    lines = []
    for label in (label for label in truth["labels"] if label["person"] == 0):
        for instant in range(math.ceil(label["start_s"] * FPS), math.ceil(label["end_s"] * FPS)):
            intensity, posture = said.get(instant, (None, None))
            lines.append(((label["intensity"], intensity), (label["posture"], posture)))
    return lines
