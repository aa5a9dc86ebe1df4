"""Places and speeds of rendered walkers, from pictures through the whole agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge_agent import pipeline
from edge_agent.sources.recording import open_recording
from edge_agent.types import Demand, Frame, View
from tools.evaluation.agent import eye_of, settings_of
from tools.evaluation.bench import Bench
from tools.evaluation.measured import Cell, Figure, Section
from tools.evaluation.report import table_of
from tools.evaluation.sets.rendered_people import Staged, pacing, recorded, truth_of, view_of
from tools.evaluation.strolls import apart, on_floor, speeds

CAMERAS = ("corner", "wall", "shelf")
SPEED_MPS = 0.8
VIEWS = ("measured", "unknown")
ABOUT = (
    "Three rendered people who walk to and fro across a room at 0.8 m/s before cameras in the corner (2.4 m), on a "
    "wall (1.9 m) and on a shelf (1.2 m): pictures through the shipped int8 models, places and speeds of the agent's "
    "kinematics against the bodies' own hips, with the view measured and unknown. Nothing was tuned on it."
)


@dataclass(frozen=True, slots=True)
class Walked:
    """Errors of one recording, for each of `VIEWS`."""

    camera: str
    places: tuple[tuple[float, ...], ...]
    """Metres."""
    speeds: tuple[tuple[float, ...], ...]
    """m/s."""


def measure(bench: Bench) -> list[Section]:
    """Errors by camera and by how the view is known."""
    cameras = CAMERAS[:1] if bench.fast else CAMERAS
    staged = [(pacing(index, SPEED_MPS, camera), camera, bench.cache) for index, camera in enumerate(cameras)]
    walked = list(bench.each(walk, staged))
    figures = [
        Figure(f"rendered walkers, view {view}", name, _mean(walked, rows, index), len(walked), "recordings")
        for index, view in enumerate(VIEWS)
        for name, rows in (("place MAE m", "places"), ("speed MAE m/s", "speeds"))
    ]
    cells: list[tuple[Cell, ...]] = [
        (each.camera, *(_mean([each], rows, index) for rows in ("places", "speeds") for index in range(len(VIEWS))))
        for each in walked
    ]
    columns = ("camera", *(f"{what}, {view}" for what in ("place m", "speed m/s") for view in VIEWS))
    return [
        Section(
            "posture", "Places of rendered walkers", ABOUT, tuple(figures), (table_of("By camera", columns, cells),)
        )
    ]


def walk(given: tuple[Staged, str, Path]) -> Walked:
    """One recording through the agent, once a view."""
    staged, camera, cache = given
    judged = [_judged(staged, cache, view) for view in (view_of(staged), View())]
    return Walked(camera, tuple(each[0] for each in judged), tuple(each[1] for each in judged))


def _judged(staged: Staged, cache: Path, view: View) -> tuple[tuple[float, ...], tuple[float, ...]]:
    truth = truth_of(staged)
    hips = on_floor(staged.scene.camera, (truth.joints["left_hip"] + truth.joints["right_hip"]) / 2)
    true_speeds = speeds(truth.t, hips)
    settings = settings_of(view)
    recording, eye = open_recording(recorded(staged, cache), "cam"), eye_of()
    state, demand = pipeline.State(), Demand(settings.analysis_fps)
    places: list[float] = []
    off: list[float] = []
    try:
        for instant in recording.instants(settings.analysis_fps):
            observation = eye.look(instant, demand) if isinstance(instant, Frame) else instant
            state, _, demand = pipeline.step(settings, state, observation)
            at = int(np.abs(truth.t - observation.t).argmin())
            for person in state.persons:
                if person.track.confirmed and person.kinematics.place is not None:
                    places.append(apart(person.kinematics.place, hips[at]))
                    said = person.kinematics.speed_mps.value
                    if said is not None and not np.isnan(true_speeds[at]):
                        off.append(abs(said - float(true_speeds[at])))
                    break
    finally:
        recording.close()
        eye.estimator.close()
    return tuple(places), tuple(off)


def _mean(walked: Sequence[Walked], rows: str, index: int) -> float | None:
    errors = [error for each in walked for error in getattr(each, rows)[index]]
    return float(np.mean(errors)) if errors else None
