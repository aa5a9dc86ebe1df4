"""Cadence and standing up from a seat: what the agent's minutes say against counted steps and rises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from edge_agent.types import Minute, PersonMinute, View
from tools.evaluation import exact, footfalls
from tools.evaluation.agent import Said, eye_of, follow, settings_of, watch
from tools.evaluation.bench import Bench
from tools.evaluation.measured import Figure, Section, Sense, Table, Target, absent
from tools.evaluation.report import table_of
from tools.evaluation.sets import bandai, rendered_people, skeleton_sets
from tools.evaluation.skeletons import Skeleton, at_rate, corner_camera, frontal_camera, observations, view_of
from tools.scenes.camera import Camera

FPS = 10.0
"""The agent's default."""
WITHIN_SPM = 5.0
STILL_S = 3.0
"""How long a recorded rise or sitting down is held before and after: the recordings begin and end with it."""
WALKS = ("walk", "walk-back")
LEAST_S = 4.0
"""Shorter walks hold too few steps to have a cadence."""
RISE, SIT = 24, 25
DEMO_SPM = 96.8
"""The walker of Sports2D's demo clip, counted by hand: the ankles pass one another at 4.19, 4.85, 5.46 and 6.05 s."""
DEMO = "sports2d_demo.mp4"
VIEWS = tuple(f"pose2sim_cam{number:02d}.mp4" for number in range(1, 5))
CLOSE = Target(Sense.AT_LEAST, 1.0)
ABOUT = (
    "The cadence and the rises of the agent's own minutes. Cadence: people rendered pacing a room at four speeds "
    "(exact joints, and some through the pictures), Bandai-Namco's walks of 4 s and more in 15 styles before cameras "
    "at three azimuths; true steps are the swings of the ankles in 3D, counted apart from "
    "the agent, the true cadence from the mean time between two. Rises: people rendered rising from a chair a known "
    "number of times, and UTD-MHAD's sit-to-stand (one) and stand-to-sit (none), whose first and last instants are "
    "held for 3 s, since the recordings hold nothing but the movement. Walking in place has no count of its own here: "
    "a foot that is lifted and put down is quick twice. A cadence that is not said counts as wrong. "
    "Limits were looked at on UTD-MHAD's subjects 1, 3, 5, 7 and on rendered people; the figures of UTD-MHAD are of "
    "the others."
)


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody who steps before a camera, or rises."""

    group: str
    name: str
    subject: str
    skeleton: Skeleton
    camera: Camera
    truth: float
    """Steps per minute, or how often they rise."""
    solid: bool
    measured: bool = True
    clip: rendered_people.Staged | None = None
    """To be seen through its pictures instead."""
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What was said of it."""

    group: str
    name: str
    subject: str
    truth: float
    cadence_spm: float | None
    rises: int


def measure(bench: Bench) -> list[Section]:
    """Cadence within 5 steps/min, and rises counted."""
    figures: list[Figure] = []
    walks = list(rendered_walks(bench))
    rises = list(rendered_rises(bench))
    folder = bench.folder("bandai_namco_d1")
    if folder is None:
        figures.append(absent("bandai_namco_d1"))
    else:
        clips = list(bandai_walks(folder))
        walks += clips[::24] if bench.fast else clips
    folder = bench.folder("utd_mhad_skeleton")
    if folder is None:
        figures.append(absent("utd_mhad"))
    else:
        risen = utd_rises(folder)
        rises += risen[::24] if bench.fast else risen
    stepped, rose = list(bench.each(count, walks)), list(bench.each(count, rises))
    figures += _cadence_figures(stepped) + _rise_figures(rose)
    figures += _videos(bench)
    tables = (_table("Cadence", stepped), _table("Rises", rose, rises=True))
    return [Section("activity", "Cadence and rises", ABOUT, tuple(figures), tables)]


def count(walk: Walk) -> Counted:
    """One recording through the agent."""
    view = view_of(walk.skeleton, walk.camera) if walk.measured else View()
    said: Said
    if walk.clip is not None and walk.cache is not None:
        view = rendered_people.view_of(walk.clip)
        said = watch(settings_of(view), rendered_people.recorded(walk.clip, walk.cache), eye_of)
    else:
        seen = observations(at_rate(walk.skeleton, FPS), walk.camera, solid=walk.solid)
        said = follow(settings_of(view), seen)
    persons = [person for minute in said.minutes for person in minute.persons]
    return Counted(walk.group, walk.name, walk.subject, walk.truth, _cadence(persons), _rises(said.minutes))


def _cadence(persons: Sequence[PersonMinute]) -> float | None:
    """Of the minute that holds most of it."""
    told = [person for person in persons if person.cadence_spm is not None]
    return max(told, key=lambda person: person.posture_s.get("walking", 0.0)).cadence_spm if told else None


def _rises(minutes: Sequence[Minute]) -> int:
    return sum(person.sit_to_stands for minute in minutes for person in minute.persons)


def rendered_walks(bench: Bench) -> Iterator[Walk]:
    """Each body at four speeds, each before another camera; two of them through the pictures."""
    speeds = (0.4, 0.6, 0.85, 1.1)
    for index, speed in enumerate(speeds[:1] if bench.fast else speeds):
        for body in range(1 if bench.fast else 3):
            camera = tuple(rendered_people.CAMERAS)[(index + body) % 3]
            staged = rendered_people.pacing(body, speed, camera)
            truth = footfalls.cadence(rendered_people.truth_of(_faster(staged)))
            walk = _rendered("rendered pacing", staged, truth or 0.0)
            yield from (replace(walk, group=f"{walk.group}, {name}", solid=name == "solid") for name in _JOINTS)
            if body == index % 3 and speed in (0.6, 1.1):
                yield replace(walk, group=f"{walk.group}, pictures", clip=staged, cache=bench.cache)


_JOINTS = ("flat", "solid")


def rendered_rises(bench: Bench) -> Iterator[Walk]:
    """Each body from each camera, briskly and slowly; one of them through the pictures."""
    for index, camera in enumerate(("corner",) if bench.fast else ("corner", "wall", "shelf")):
        for body in range(1 if bench.fast else 3):
            times, seconds = 2 + (index + body) % 3, (2.0, 2.6, 3.4)[body]
            staged = rendered_people.rising(body, times, camera, seconds)
            walk = _rendered("rendered rising", staged, float(times))
            yield from (replace(walk, group=f"{walk.group}, {name}", solid=name == "solid") for name in _JOINTS)
            if body == 0 and camera == "corner" and not bench.fast:
                yield replace(walk, group=f"{walk.group}, pictures", clip=staged, cache=bench.cache)


def _rendered(group: str, staged: rendered_people.Staged, truth: float) -> Walk:
    skeleton = rendered_people.truth_of(_faster(staged))
    return Walk(group, staged.name, staged.subject, skeleton, staged.scene.camera, truth, solid=False)


def _faster(staged: rendered_people.Staged) -> rendered_people.Staged:
    """The same at 30 instants per second: joints cost nothing."""
    return replace(staged, scene=replace(staged.scene, fps=30.0))


def bandai_walks(folder: Path) -> Iterator[Walk]:
    """Every walk long enough, from one of three azimuths in turn."""
    azimuths = (0.0, 50.0, 90.0)
    long = [each for each in bandai.clips(folder) if each[1] in WALKS and each[0].t[-1] >= LEAST_S]
    for index, (skeleton, act, style) in enumerate(long):
        truth = footfalls.cadence(skeleton)
        if truth is None:
            continue
        camera = exact.before(skeleton, azimuths[index % 3] + 10.0, 15.0)
        for name in _JOINTS:
            group = f"bandai_namco_d1 {act}s, {name}"
            yield Walk(group, skeleton.name, style, skeleton, camera, truth, solid=name == "solid")


def utd_rises(folder: Path) -> list[Walk]:
    """Standing up and sitting down by the test subjects from the front and a corner."""
    walks = []
    for skeleton, action in skeleton_sets.utd(folder, frozenset({RISE, SIT})):
        tested = int(skeleton.subject.removeprefix("utd-")) not in skeleton_sets.UTD_TRAIN
        if action in {RISE, SIT} and tested:
            held = _held(skeleton)
            for view, name in ((view, name) for view in ("frontal", "corner") for name in _JOINTS):
                camera = (frontal_camera if view == "frontal" else corner_camera)(held)
                group = f"utd sit-to-stand and back, {name}"
                truth = 1.0 if action == RISE else 0.0
                walks.append(
                    Walk(group, f"{held.name} {view}", held.subject, held, camera, truth, solid=name == "solid")
                )
    return walks


def _held(skeleton: Skeleton) -> Skeleton:
    step = float(np.median(np.diff(skeleton.t)))
    still = round(STILL_S / step)
    rows = np.concatenate([np.zeros(still, int), np.arange(len(skeleton.t)), np.full(still, len(skeleton.t) - 1)])
    joints = {name: places[rows] for name, places in skeleton.joints.items()}
    return replace(skeleton, t=np.arange(len(rows), dtype=np.float64) * step, joints=joints)


def _videos(bench: Bench) -> list[Figure]:
    """Sports2D's walker, and Pose2Sim's from four sides at once."""
    folder = bench.folder("walking_videos_bsd")
    if folder is None or bench.fast:
        return [] if folder else [absent("walking_videos_bsd")]
    demo, *views = bench.each(_watched, [folder / name for name in (DEMO, *VIEWS)])
    error = None if demo is None else abs(demo - DEMO_SPM)
    limit = Target(Sense.AT_MOST, WITHIN_SPM)
    note = "" if demo is not None else "no cadence said"
    told = [each for each in views if each is not None]
    spread = max(told) - min(told) if len(told) == len(views) else None
    short = "" if spread is not None else f"said in {len(told)} of 4 views: the clips hold 1.67 s, three steps"
    return [
        Figure(DEMO, "cadence error steps/min", error, 1, "clip", target=limit, note=note),
        Figure("pose2sim", "cadences of four views apart", spread, 4, "views", target=limit, note=short),
    ]


def _watched(path: Path) -> float | None:
    """Of who walks longest: two people may be in view, whose minutes then belong to nobody."""
    said = watch(settings_of(), path, eye_of, trace=True)
    walking = Counter(line["track"] for line in said.trace if line["posture"] == "walking")
    walker = next((track for track, _ in walking.most_common(1)), None)
    told = [line["cadence_spm"] for line in said.trace if line["track"] == walker and line["cadence_spm"]]
    return float(np.median(told)) if told else None


def _cadence_figures(counted: Sequence[Counted]) -> list[Figure]:
    figures = []
    for group in dict.fromkeys(each.group for each in counted):
        own = [each for each in counted if each.group == group]
        wrong = [abs(each.cadence_spm - each.truth) for each in own if each.cadence_spm is not None]
        close = sum(each <= WITHIN_SPM for each in wrong) / len(own)
        figures.append(Figure(group, "cadence within 5 steps/min", close, len(own), "recordings", target=CLOSE))
        error = float(np.mean(wrong)) if wrong else None
        figures.append(Figure(group, "cadence MAE steps/min", error, len(wrong), "recordings with a cadence"))
    return figures


def _rise_figures(counted: Sequence[Counted]) -> list[Figure]:
    figures = []
    for group in dict.fromkeys(each.group for each in counted):
        own = [each for each in counted if each.group == group]
        right = sum(each.rises == each.truth for each in own) / len(own)
        figures.append(Figure(group, "rises counted exactly", right, len(own), "recordings", target=CLOSE))
    return figures


def _table(title: str, counted: Sequence[Counted], *, rises: bool = False) -> Table:
    rows = [(each.group, each.name, each.truth, float(each.rises) if rises else each.cadence_spm) for each in counted]
    return table_of(title, ("recordings", "name", "true", "said"), rows)
