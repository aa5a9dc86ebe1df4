"""Pose2Sim's walker before four calibrated cameras (Qualisys calibration): what each view tells of place and speed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import asin, atan2, degrees
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray

from edge_agent import pipeline
from edge_agent.sources.recording import open_recording
from edge_agent.types import Demand, Frame, View
from tools.evaluation.agent import eye_of, settings_of

Floats = NDArray[np.float64]

SUBPIXELS = 64.0
"""Qualisys gives lengths in the picture in 64ths of a pixel, and places in millimetres."""


@dataclass(frozen=True, slots=True, eq=False)
class Calibrated:
    """One camera."""

    number: int
    place: Floats
    """(3,) metres, z up."""
    rows: Floats
    """(3, 3) right, up and backward of the camera in the room's axes."""
    intrinsics: tuple[float, float, float, float]

    @property
    def view(self) -> View:
        """As an installer would have measured it."""
        (right, up, back) = self.rows[:, 2]
        return View(degrees(asin(back)), degrees(atan2(-right, up)), float(self.place[2]), self.intrinsics)

    def in_room(self, right: float, away: float) -> Floats:
        """The place on the floor, metres, of one that is right and away of the camera."""
        ahead = -self.rows[2, :2] / np.hypot(*self.rows[2, :2])
        there: Floats = self.place[:2] + right * np.array([ahead[1], -ahead[0]]) + away * ahead
        return there


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What one view told, by instant."""

    t: Floats
    places: Floats
    """(T, 2) metres in the room."""
    speeds: Floats
    """(T,) m/s; NaN before there is any."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the views differ from their mean, over the instants that all saw."""

    place_m: float | None
    speed_mps: float | None
    mean_mps: float | None


def calibrated(folder: Path) -> Iterator[Calibrated]:
    """The cameras of the set."""
    cameras = ET.parse(folder / "Calib.qca.txt").getroot().find("cameras")  # noqa: S314 - a file of the bench's own data
    for number, camera in enumerate([] if cameras is None else cameras, 1):
        where, lens = (_numbers(camera, name) for name in ("transform", "intrinsic"))
        rows = np.array([[where[f"r{row}{column}"] for column in (1, 2, 3)] for row in (1, 2, 3)])
        named = ("focalLengthU", "focalLengthV", "centerPointU", "centerPointV")
        fx, fy, cx, cy = (lens[name] / SUBPIXELS for name in named)
        yield Calibrated(number, np.array([where[axis] for axis in "xyz"]) / 1000.0, rows, (fx, fy, cx, cy))


def _numbers(camera: ET.Element, name: str) -> dict[str, float]:
    found = camera.find(name)
    return {} if found is None else {key: float(value) for key, value in found.attrib.items()}


def watched(folder: Path, camera: Calibrated, *, known: bool) -> Told:
    """One view through the agent.

    Args:
        folder: of the set.
        camera: whose video it is.
        known: whether the agent is told the camera's view.
    """
    settings = settings_of(camera.view if known else View())
    recording, eye = open_recording(folder / f"pose2sim_cam0{camera.number}.mp4", "cam"), eye_of()
    state, demand = pipeline.State(), Demand(settings.analysis_fps)
    rows: list[tuple[float, ...]] = []
    try:
        for instant in recording.instants(settings.analysis_fps):
            observation = eye.look(instant, demand) if isinstance(instant, Frame) else instant
            state, _, demand = pipeline.step(settings, state, observation)
            for person in state.persons:
                place, speed = person.kinematics.place, person.kinematics.speed_mps.value
                if place is not None:
                    x, y = camera.in_room(place.right, place.away)
                    rows.append((round(observation.t, 2), x, y, np.nan if speed is None else speed))
                    break
    finally:
        recording.close()
        eye.estimator.close()
    table = np.array(rows).reshape(-1, 4)
    return Told(table[:, 0], table[:, 1:3], table[:, 3])


def agreement(told: Sequence[Told]) -> Agreement:
    """Over the instants that every view tells of."""
    times = sorted(set.intersection(*({float(t) for t in each.t} for each in told))) if told else []
    if not times:
        return Agreement(None, None, None)
    picked = [[int(np.flatnonzero(each.t == t)[0]) for t in times] for each in told]
    places = np.stack([each.places[rows] for each, rows in zip(told, picked, strict=True)])
    speeds = np.stack([each.speeds[rows] for each, rows in zip(told, picked, strict=True)])
    speeds = speeds[:, ~np.isnan(speeds).any(axis=0)]
    off = np.linalg.norm(places - places.mean(axis=0), axis=-1)
    if speeds.size == 0:
        return Agreement(float(off.mean()), None, None)
    return Agreement(float(off.mean()), float(np.abs(speeds - speeds.mean(axis=0)).mean()), float(speeds.mean()))
