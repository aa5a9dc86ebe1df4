"""How people of other sources sit who were never learned from: rendered ones from all round, and CAD-60's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from edge_agent import pipeline
from edge_agent.sources.recording import open_recording
from edge_agent.types import Demand, Observation, PostureKind, View
from tools.evaluation.agent import eye_of, settings_of
from tools.evaluation.bench import Bench
from tools.evaluation.held import INSTANTS, held
from tools.evaluation.measured import Cell, Figure, Section, Table, absent
from tools.evaluation.report import table_of
from tools.evaluation.sets import skeleton_sets
from tools.evaluation.sets.rendered_people import Staged, recorded, view_of
from tools.evaluation.sets.rendered_sitters import FPS, LENSES, WAYS, Shown, all_round, filmed, shown_at
from tools.evaluation.sets.sitting import SIZE
from tools.evaluation.skeletons import KINECT, Skeleton, at_rate, corner_camera, frontal_camera, observations
from tools.evaluation.tasks.sitting import KINDS, Judged, flow_figures, told
from tools.scenes.camera import Camera

COUCH: Final = ("talking on couch", "relaxing on couch", "working on computer")
TURNS: Final = (("from ahead", 0, 30), ("oblique", 30, 60), ("side", 60, 120), ("behind", 120, 180))
SETTLED_S: Final = 3.5
"""How long a way to sit has been kept before it is scored: the judgement is steadied over 2 s."""
ABOUT: Final = (
    "Three bodies on a stool from eight sides and three heights, joints with noise of 1.5 px and 1 cm, held for 1.25 s "
    "before the whole flow with the shipped weights. Features were looked at on these bodies while they were chosen (a "
    "leg's unevenness is taken off by that of hips and shoulders because of them), and so were the two views of 3D "
    "bodies and when nothing is told; weights were not learned from them. Flat figures are "
    "seen as they are, 3D ones from beside. Six rendered people who sit four ways each go through the shipped models. "
    "CAD-60's sitters bear no such labels: only what is said of them is told."
)


def measure(bench: Bench) -> list[Section]:
    """Both sources."""
    tables: list[Table] = []
    figures = _rendered(bench, tables) + _filmed(bench)
    folder = bench.folder("cad60_subject_sedentary")
    if folder is None:
        figures.append(absent("cad60"))
    else:
        tables.append(_cad60(folder, fast=bench.fast))
    return [Section("posture", "How people of other sources sit", ABOUT, tuple(figures), tuple(tables))]


def _rendered(bench: Bench, tables: list[Table]) -> list[Figure]:
    shown = list(all_round(90, 1)) if bench.fast else list(all_round(45))
    figures: list[Figure] = []
    for name, world, measured in (
        ("3D, view measured", True, True),
        ("3D, view unknown", True, False),
        ("flat", False, False),
    ):
        said = list(bench.each(partial(_watched, seed=bench.seed, world=world, measured=measured), shown))
        judged = [Judged(one.body, one.way.kind.value, what) for one, what in zip(shown, said, strict=True)]
        data = f"rendered sitters, {name}"
        figures += flow_figures(data, judged)
        tables.append(_by_view(data, list(zip(shown, said, strict=True))))
    return figures


def _watched(one: Shown, *, seed: int, world: bool, measured: bool) -> str | None:
    settings = settings_of(one.view) if measured else settings_of()
    return told(held(settings, one.poses(INSTANTS, seed, world=world), SIZE))


def _filmed(bench: Bench) -> list[Figure]:
    """From pictures through the shipped models, view measured and unknown."""
    figures = []
    for measured in (True, False):
        seen = bench.each(partial(_seen, cache=bench.cache, measured=measured), list(filmed(fast=bench.fast)))
        judged = [each for one in seen for each in one]
        name = "measured" if measured else "unknown"
        figures += flow_figures(f"the same in pictures, view {name}", judged)
    return figures


def _seen(staged: Staged, *, cache: Path, measured: bool) -> list[Judged]:
    """What is said at each instant once a way to sit has been kept for long enough."""
    settings = settings_of(view_of(staged) if measured else View(), analysis_fps=FPS)
    eye, state, demand = eye_of(), pipeline.State(), Demand(FPS)
    recording = open_recording(recorded(staged, cache), settings.camera.id)
    judged = []
    for frame in recording.instants(FPS):
        observation = frame if isinstance(frame, Observation) else eye.look(frame, demand)
        state, _, demand = pipeline.step(settings, state, observation)
        way, kept_s = shown_at(observation.t)
        seen = [each for each in state.persons if each.track.confirmed]
        if kept_s >= SETTLED_S:
            said = told(seen[0]) if len(seen) == 1 else None
            judged.append(Judged(staged.name, way.kind.value, said))
    recording.close()
    eye.estimator.close()
    return judged


def _by_view(title: str, watched: Sequence[tuple[Shown, str | None]]) -> Table:
    """By how it sits, and by how far it is turned from the camera."""
    rows = []
    for way in WAYS:
        for lens in LENSES:
            cells: list[str] = []
            for _, low, high in TURNS:
                said = [
                    what
                    for one, what in watched
                    if one.way is way and one.lens == lens and low <= abs(one.azimuth_deg) < high + (high == 180)
                ]
                counted = Counter(what or "not told" for what in said).most_common(2)
                cells.append(", ".join(f"{what} {count}" for what, count in counted))
            rows.append((way.name, lens, *cells))
    return table_of(title, ("sits", "camera", *(name for name, _, _ in TURNS)), rows)


def _cad60(folder: Path, *, fast: bool) -> Table:
    """Seconds' shares of what is said of CAD-60's sitters, flat, from three cameras."""
    rows: list[tuple[Cell, ...]] = []
    for skeleton, label in skeleton_sets.cad60(folder):
        if label not in COUCH:
            continue
        for name, camera in (
            ("own", KINECT),
            ("corner", corner_camera(skeleton)),
            ("frontal", frontal_camera(skeleton)),
        ):
            said = _followed(at_rate(skeleton, 2.0), camera, until_s=10.0 if fast else np.inf)
            whole = max(1, sum(said.values()))
            shares = (f"{said.get(kind, 0) / whole:.2f}" for kind in [*KINDS, "not told", "not sitting"])
            rows.append((label, name, whole, *shares))
    return table_of("CAD-60: shares of the instants", ("activity", "camera", "instants", *KINDS, "not sitting"), rows)


def _followed(skeleton: Skeleton, camera: Camera, *, until_s: float) -> Counter[str]:
    settings, state = settings_of(), pipeline.State()
    said: Counter[str] = Counter()
    for observation in observations(skeleton, camera):
        if observation.t > until_s:
            break
        state, _, _ = pipeline.step(settings, state, observation)
        for person in state.persons:
            if person.track.confirmed and not person.track.lost:
                posture = person.posture
                if posture.kind is not PostureKind.SITTING:
                    said["not sitting"] += 1
                else:
                    said[told(person) or "not told"] += 1
    return said
