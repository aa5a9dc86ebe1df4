"""Who is found at all: rendered people standing, sitting and lying, near and far, by the agent's front."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge_agent.types import Image
from tools.evaluation.bench import ROOT, Bench
from tools.evaluation.farther import Farther
from tools.evaluation.keypoint_errors import FOUND_WITHIN, Array, hip_of, shown
from tools.evaluation.measured import Cell, Figure, Section
from tools.evaluation.pose_models import BUILT, PRECISIONS
from tools.evaluation.report import table_of
from tools.evaluation.scoring import wilson_interval

RENDERED = ROOT / "tests" / "recordings" / "rendered"
EVERY_S = 5.0
SHRUNK = {"as filmed (2 to 5 m)": 1.0, "twice as far": 0.5, "three times as far": 1 / 3}
"""How large people are then, of their size as filmed."""
SHOULDERS, HIPS = [5, 6], [11, 12]
LEAST_SEEN = 8
"""Of 17 joints: somebody at the edge or behind furniture is not asked for."""
ABOUT = (
    "Single pictures, one every 5 s, of our rendered recordings, so that nobody is found because they were followed "
    "into it; the picture as it is, and as a wider lens shows it, the room around it rendered anew. Each is held for "
    "one round of the front's tiles, a look every half second, as a camera shows somebody who stays. "
    "Found: a pose of the last look whose hips lie within half a torso length of the true ones; at once: of the first "
    "look; seconds: of those found, until the first such pose. Poses away from everybody: the wrong place, or nobody. "
    "The size of tiles and the score from which one has a body were chosen on these pictures, what else may begin in "
    "one on a GMDCSA24 clip and a photograph; the landmark model's int8 ranges and weights on other pictures of these."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One person in one picture, or nobody (`posture` "-") for each pose that is nobody's."""

    posture: str
    far: str
    after_s: tuple[float | None, ...]
    """By precision: seconds until found; None: not, or no longer after the last look."""
    more: tuple[int, ...] = (0, 0)


def measure(bench: Bench) -> list[Section]:
    """Share found, by posture and distance."""
    clips = sorted(RENDERED.glob("*.webm"))
    asked = [
        one for own in bench.each(partial(looked_at, bench.fast), clips[:1] if bench.fast else clips) for one in own
    ]
    people = [one for one in asked if one.posture != "-"]
    figures: list[Figure] = []
    rows: list[tuple[Cell, ...]] = []
    for far in SHRUNK:
        own = [one for one in people if one.far == far]
        pictures = [one for one in asked if one.far == far and one.posture == "-"]
        for slot, precision in enumerate(PRECISIONS):
            figures += _found(f"rendered, {far}", precision, [one.after_s[slot] for one in own])
            more = float(sum(one.more[slot] for one in pictures))
            figures.append(
                Figure(f"rendered, {far}", f"poses away from everybody, {precision}", more, len(pictures), "pictures")
            )
        for posture in sorted({one.posture for one in own}):
            these = [one for one in own if one.posture == posture]
            after = [[one.after_s[slot] for one in these] for slot in range(len(PRECISIONS))]
            shares = [float(np.mean([one is not None for one in own_after])) for own_after in after]
            rows.append((far, posture, len(these), *shares))
    table = table_of("By posture", ("distance", "posture", "people", *PRECISIONS), rows)
    return [Section("keypoints", "Who is found in a single picture", ABOUT, tuple(figures), (table,))]


def _found(name: str, precision: str, after: Sequence[float | None]) -> list[Figure]:
    """How many, how many of them without a tile's turn, and how soon."""
    known = [one for one in after if one is not None]
    figures = []
    for measure, count in (("found", len(known)), ("found at once", sum(one == 0.0 for one in known))):
        low, high = wilson_interval(count, len(after)) if after else (None, None)
        share = count / len(after) if after else None
        figures.append(Figure(name, f"{measure}, {precision}", share, len(after), "people", low, high))
    slow = float(np.percentile(known, 95)) if known else None
    return [*figures, Figure(name, f"seconds until found p95, {precision}", slow, len(known), "people")]


def looked_at(fast: bool, clip: Path) -> list[Asked]:  # noqa: FBT001 - given by `partial`
    """Everybody in the pictures of one recording, and what else was found there."""
    truth = json.loads(clip.with_suffix(".json").read_bytes())
    rooms = {far: Farther.of(truth, by) for far, by in SHRUNK.items()}
    capture = cv2.VideoCapture(str(clip))
    every = round(truth["fps"] * EVERY_S)
    asked: list[Asked] = []
    for number in range(truth["frames"]):
        if not capture.grab():
            break
        if number % every == every // 2:
            image = np.asarray(capture.retrieve()[1], np.uint8)
            asked += [one for far, room in rooms.items() for one in _in_picture(truth, number, image, far, room)]
            if fast:
                break
    capture.release()
    return asked


def _in_picture(truth: dict[str, Any], number: int, image: Image, far: str, room: Farther) -> list[Asked]:
    looks = []
    for precision in PRECISIONS:
        seen = shown(BUILT[precision], room.picture(image))
        looks.append([(t, [hip_of(pose) for pose in poses]) for t, poses in seen])
    asked, places = [], []
    for person in truth["people"]:
        at = number - person["first_frame"]
        if not 0 <= at < len(person["joints_px"]):
            continue
        joints = room.joints(np.array(person["joints_px"][at], np.float64).reshape(-1, 2), image)
        hip = joints[HIPS].mean(axis=0)
        reach = FOUND_WITHIN * max(float(np.hypot(*(joints[SHOULDERS].mean(axis=0) - hip))), _least(joints))
        places.append((hip, reach))
        if person["visible"][at].count("1") >= LEAST_SEEN:
            after = tuple(_after_s(own, hip, reach) for own in looks)
            asked.append(Asked(_posture(truth, person["id"], number / truth["fps"]), far, after))
    last = [own[-1][1] for own in looks]
    more = tuple(sum(all(np.hypot(*(one - hip)) > reach for hip, reach in places) for one in own) for own in last)
    return [*asked, Asked("-", far, (), more)]


def _after_s(looks: Sequence[tuple[float, Sequence[Array]]], hip: Array, reach: float) -> float | None:
    """When somebody was first found of those whom the last look has too."""
    when = [t for t, hips in looks if any(np.hypot(*(one - hip)) <= reach for one in hips)]
    return when[0] if when and when[-1] == looks[-1][0] else None


def _least(joints: Array) -> float:
    """Of the trunk of somebody seen along it: a fourth of the body's extent."""
    return float(np.ptp(joints, axis=0).max()) / 4


def _posture(truth: dict[str, Any], person: int, t: float) -> str:
    labels = (one for one in truth["labels"] if one["person"] == person and one["start_s"] <= t < one["end_s"])
    said = next(labels, None)
    if said is None or said["posture"] is None:
        return "other"
    return "lying on the floor" if said["on_floor"] and said["posture"] == "lying" else str(said["posture"])
