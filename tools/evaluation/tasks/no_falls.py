"""No fall: recorded gestures and daily actions before virtual cameras, in which any report of a fall is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.evaluation.agent import follow, settings_of
from tools.evaluation.bench import Bench
from tools.evaluation.measured import Figure, Section, Sense, Table, Target, absent
from tools.evaluation.report import table_of
from tools.evaluation.scoring import DAY_S, falls_of, poisson_interval
from tools.evaluation.sets import skeleton_sets
from tools.evaluation.skeletons import (
    KINECT,
    Skeleton,
    at_rate,
    corner_camera,
    frontal_camera,
    mirrored,
    observations,
    view_of,
)
from tools.scenes.camera import Camera

NONE = Target(Sense.AT_MOST, 0)
DROPPED = 0.1
"""Share of the joints that are missing at each instant."""
CAMERAS: dict[str, Callable[[Skeleton], Camera]] = {
    "own": lambda _: KINECT,
    "corner": corner_camera,
    "frontal": frontal_camera,
}
SETS: dict[str, tuple[str, Callable[[Path], Iterator[tuple[Skeleton, Any]]]]] = {
    "utd_mhad": ("utd_mhad_skeleton", skeleton_sets.utd),
    "nw_ucla": ("nw_ucla_skeleton", skeleton_sets.ucla),
    "cad60": ("cad60_subject_sedentary", skeleton_sets.cad60),
}
FAST = 100
"""Every so many sequences are taken for a fast look."""
ABOUT = (
    "Every sequence from three places (the Kinect's own, a corner at 2.4 m, straight ahead at 1.5 m), as it is and "
    "mirrored: six showings. The ways of showing it (10 or 7 instants a second, all joints or a tenth of them missing "
    "at each instant by chance, the camera's view measured or not: eight in all) take turns, so that each sequence is "
    "shown in six of them and each way at each place alike; the seed says which. Flat joints without noise; any "
    "incident of kind fall, in any phase, is false."
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a sequence is shown."""

    fps: float
    dropped: float
    measured: bool
    """The agent is told how its camera stands."""

    @property
    def name(self) -> str:
        """For the tables."""
        joints = f", {self.dropped:.0%} of joints missing" if self.dropped else ""
        return f"{self.fps:.0f} /s{joints}, view {'measured' if self.measured else 'unknown'}"


WAYS = tuple(
    Way(fps, dropped, measured) for measured in (False, True) for fps in (10.0, 7.0) for dropped in (0.0, DROPPED)
)


@dataclass(frozen=True, slots=True)
class Showing:
    """One sequence before one camera."""

    skeleton: Skeleton
    action: str
    camera: str
    mirror: bool
    way: Way
    seed: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said of it."""

    name: str
    action: str
    camera: str
    way: Way
    mirror: bool
    seconds: float
    falls: tuple[float, ...]
    """When each was first said, s."""


def measure(bench: Bench) -> list[Section]:
    """False alarms in the three sets."""
    figures: list[Figure] = []
    heard: list[Heard] = []
    for name, (folder_name, read) in SETS.items():
        folder = bench.folder(folder_name)
        if folder is None:
            figures.append(absent(name))
            continue
        sequences = list(read(folder))
        found = list(bench.each(show, showings(sequences[:: FAST if bench.fast else 1], bench.seed)))
        figures += _figures(name, found)
        heard += found
    if heard:
        figures += _figures("all of these", heard)
    details = {"false": [[each.name, each.camera, each.mirror, each.way.name, *each.falls] for each in _wrong(heard)]}
    return [Section("false-alarms", "No fall reported", ABOUT, tuple(figures), _tables(heard), details=details)]


def showings(sequences: Iterable[tuple[Skeleton, Any]], seed: int) -> Iterator[Showing]:
    """Six of each sequence, the ways in turn."""
    for index, (skeleton, action) in enumerate(sequences):
        for turn, (camera, mirror) in enumerate((camera, mirror) for camera in CAMERAS for mirror in (False, True)):
            way = WAYS[(seed + index + turn) % len(WAYS)]
            yield Showing(skeleton, str(action), camera, mirror, way, seed + index)


def show(showing: Showing) -> Heard:
    """One sequence through the agent."""
    way = showing.way
    whole = mirrored(showing.skeleton) if showing.mirror else showing.skeleton
    camera = CAMERAS[showing.camera](whole)
    skeleton = at_rate(whole, way.fps)
    settings = settings_of(view_of(skeleton, camera)) if way.measured else settings_of()
    said = follow(settings, observations(skeleton, camera, dropped=way.dropped, seed=showing.seed))
    falls = falls_of(said.incidents)
    return Heard(whole.name, showing.action, showing.camera, way, showing.mirror, said.seconds, falls)


def _figures(name: str, heard: Sequence[Heard]) -> list[Figure]:
    falls = sum(len(each.falls) for each in heard)
    days = sum(each.seconds for each in heard) / DAY_S
    low, high = poisson_interval(falls)
    of = f"in {days * 24:.1f} hours of {len(heard)} showings"
    return [
        Figure(name, "falls reported", float(falls), len(heard), "showings", target=NONE),
        Figure(name, "false alarms per camera-day", falls / days, falls, of, low / days, high / days),
    ]


def _wrong(heard: Iterable[Heard]) -> list[Heard]:
    return [each for each in heard if each.falls]


def _tables(heard: Sequence[Heard]) -> tuple[Table, ...]:
    def rows(key: Callable[[Heard], str]) -> list[tuple[str, int, int]]:
        shown = Counter(key(each) for each in heard)
        wrong = Counter(key(each) for each in _wrong(heard))
        return [(name, count, wrong[name]) for name, count in shown.items()]

    columns = ("showings", "with a fall reported")
    return (
        table_of("By camera", ("camera", *columns), rows(lambda each: each.camera)),
        table_of("By way of showing", ("way", *columns), sorted(rows(lambda each: each.way.name))),
    )
