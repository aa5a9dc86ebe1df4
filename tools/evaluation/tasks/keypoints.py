"""Does int8 keep what float sees? Both pairs of models on photographs with known joints, and in rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from edge_agent.pose.limits import PoseLimits
from edge_agent.types import Image
from tools.evaluation.bench import Bench
from tools.evaluation.keypoint_errors import (
    CREDIBLE,
    INDICES,
    Compared,
    Score,
    Seen,
    difference,
    interval,
    joints_of,
    lost,
    mean,
    picture,
    seen,
    torso_of,
    won,
)
from tools.evaluation.measured import Cell, Figure, Section, Sense, Table, Target, absent
from tools.evaluation.pose_models import BUILT, PRECISIONS, digests, finder, milliseconds, processor
from tools.evaluation.report import table_of
from tools.evaluation.sets.photographs import SETS, Person, load

CLIPS = "gmdcsa24_subjects12/*/*/*.mp4"
CLIP_STEP_S = 0.5
SCORES = (0.45, 0.5)
GREY_LEVELS = 1.5
"""Standard deviation of the noise that the float model is shown for a scale: a webcam's by day. [C]"""
WITHIN = Target(Sense.AT_LEAST, -0.01)
NOBODY = Target(Sense.AT_MOST, 0)
MEASURES: dict[str, Score] = {
    "PCK@.2": lambda one: one.within(0.2),
    "PCK@.5": lambda one: one.within(0.5),
    "OKS": lambda one: one.oks,
}
HAS: dict[str, Callable[[Seen], bool]] = {
    "by the detector": lambda one: one.detected,
    "by the landmarks' flag": lambda one: one.flag > CREDIBLE,
    "by both as the agent uses them": lambda one: one.found,
}
ABOUT = (
    "Photographs of nine sets; people whose hips, shoulders and at least eight joints of the limbs are known and whose "
    "trunk measures 30 px. PCK and OKS on the true region, so that they speak of the landmark model alone; found: a "
    "hip within half a torso length of the true one, in the whole picture. Differences are paired; intervals draw "
    "whole pictures. Ranges, weights and the operators left in float were chosen on the demo clip, on rendered people, "
    "and by how far int8 strays from float there, on GMDCSA24's first person and on Pose2Sim's walking views; what "
    "about ten candidates reached on these photographs was seen meanwhile, and one person lost there prompted a change "
    "of the front. The scale: how far the float model strays from itself where the picture gets noise."
)


def measure(bench: Bench) -> list[Section]:
    """Photographs and rooms."""
    compared, figures = _photographs(bench)
    rows: list[tuple[Cell, ...]] = [
        (name, len(own), *(value for score in MEASURES.values() for value in _both(own, score)), *_counts(own))
        for name, own in _by(compared, lambda one: one.source)
    ]
    heads = [f"{name} {precision}" for name in MEASURES for precision in PRECISIONS]
    table = table_of("By set", ("set", "people", *heads, "found float32", "found int8", "lost", "won"), rows)
    details: dict[str, Any] = {"models": digests(), "processor": processor(), "time": _timed(figures)}
    if compared:
        details |= _for_cards(compared)
    details |= _rooms(bench, figures)
    tables: tuple[Table, ...] = (table,) if rows else ()
    return [Section("keypoints", "Keypoints: int8 against float", ABOUT, tuple(figures), tables, (), details)]


def _photographs(bench: Bench) -> tuple[list[Compared], list[Figure]]:
    compared: list[Compared] = []
    figures: list[Figure] = []
    for name in SETS:
        people = load(bench.data, name)
        if not people:
            figures.append(absent(name))
        pictures = [list(own) for _, own in groupby(people, key=lambda one: one.picture)]
        for answers in bench.each(both, pictures[:1] if bench.fast else pictures):
            compared += [Compared(person, name, *pair) for person, pair in answers]
    groups = [("coco_keypoints_train28", [each for each in compared if each.source == "coco_train28"])]
    groups += [("mmpose_testdata", [each for each in compared if each.source != "coco_train28"])]
    for title, own in (*groups, ("both", compared)):
        figures += _figures(title, own, bench.seed) if own else []
    return compared, figures


def both(people: Sequence[Person]) -> list[tuple[Person, tuple[Seen, Seen]]]:
    """What float32 and int8 make of the people in one picture."""
    answers = [seen(people, BUILT[precision]) for precision in PRECISIONS]
    return [(person, (a, b)) for person, a, b in zip(people, *answers, strict=True)]


def _figures(data: str, own: Sequence[Compared], seed: int) -> Iterator[Figure]:
    n = len(own)
    for name, score in MEASURES.items():
        for precision, value in zip(PRECISIONS, _both(own, score), strict=True):
            yield Figure(data, f"{name} {precision}", value, n, "people")
        low, high = interval(own, score, seed)
        target = WITHIN if name == "PCK@.2" else None
        yield Figure(data, f"{name} int8 - float32", difference(own, score), n, "people", low, high, target)
    for how, has in HAS.items():
        found = sum(has(each.float32) for each in own)
        gained = f"int8 has {won(own, has)} that float has not"
        yield Figure(
            data, f"lost by int8, {how}", float(lost(own, has)), found, "people float has", target=NOBODY, note=gained
        )


def _both(own: Sequence[Compared], score: Score) -> tuple[float, float]:
    return mean(own, "float32", score), mean(own, "int8", score)


def _counts(own: Sequence[Compared]) -> tuple[int, int, int, int]:
    has = HAS["by both as the agent uses them"]
    found = (sum(has(getattr(each, precision)) for each in own) for precision in PRECISIONS)
    return (*found, lost(own, has), won(own, has))  # type: ignore[return-value]


def _by(compared: Sequence[Compared], key: Callable[[Compared], str]) -> list[tuple[str, list[Compared]]]:
    return [(name, list(own)) for name, own in groupby(compared, key=key)]


def _timed(figures: list[Figure]) -> dict[str, Any]:
    taken = milliseconds(BUILT)
    result: dict[str, Any] = {}
    for slot, task in enumerate(("pose_detection", "pose_landmark")):
        float32, int8 = (taken[precision][slot] for precision in PRECISIONS)
        result[task] = {"float32_ms": float32, "int8_ms": int8, "int8_to_float32": int8 / float32}
        figures.append(Figure("this machine", f"{task} ms int8 / float32", int8 / float32, note=f"{int8:.1f} ms int8"))
    return result


def _for_cards(compared: Sequence[Compared]) -> dict[str, Any]:
    """What `models.cards` writes of the photographs."""
    landmarks: dict[str, Any] = {
        "people": len(compared),
        "joints": sum(int(np.isfinite(each.int8.errors).sum()) for each in compared),
    }
    keys = dict(zip(("pck_0.2", "pck_0.5", "oks"), MEASURES.values(), strict=True))
    flag = HAS["by the landmarks' flag"]
    for precision in PRECISIONS:
        landmarks[precision] = {key: mean(compared, precision, score) for key, score in keys.items()}
        landmarks[precision]["flag_over_0.5"] = float(np.mean([flag(getattr(each, precision)) for each in compared]))
    landmarks["int8_minus_float32"] = {
        key: dict(
            zip(("mean", "low", "high"), (difference(compared, score), *interval(compared, score, 0)), strict=True)
        )
        for key, score in keys.items()
    }
    names = sorted({each.source for each in compared}, key=list(SETS).index)
    return {
        "sets": {name: sum(each.source == name for each in compared) for name in names},
        "landmarks_on_true_regions": landmarks,
        "detector": _detector(compared),
    }


def _detector(compared: Sequence[Compared]) -> dict[str, Any]:
    """How many bodies each detector sees at each score, and how many of the true people are among them."""
    pictures = sorted({each.person.picture for each in compared})
    result: dict[str, Any] = {"people": len(compared), "pictures": len(pictures)}
    for score in SCORES:
        for precision in PRECISIONS:
            hits = detections = 0
            for path in pictures:
                regions = finder(BUILT[precision]).regions(picture(path), score)
                detections += len(regions)
                hips = [np.array(region.centre) for region in regions]
                own = [each.person for each in compared if each.person.picture == path]
                hits += sum(any(np.hypot(*(hip - one.hip)) <= 0.5 * one.torso for hip in hips) for one in own)
            result[f"{precision}_at_{score}"] = {"recall": hits / len(compared), "detections": detections}
    return result


def _rooms(bench: Bench, figures: list[Figure]) -> dict[str, Any]:
    """How far int8's landmarks are from float's on people in rooms, where float is sure of a person."""
    clips = sorted(bench.data.glob(CLIPS))
    if not clips:
        figures.append(absent(CLIPS))
        return {}
    views = [each for own in bench.each(strayed, clips[:1] if bench.fast else clips) for each in own]
    if not views:
        figures.append(absent(CLIPS, "nobody found"))
        return {}
    pixels, metres, noise, flags = (np.array(column) for column in zip(*views, strict=True))
    for name, values, unit in (("int8", pixels, "torso lengths"), ("float in noise", noise, "torso lengths")):
        for which, value in (("median", np.median(values)), ("p95", np.percentile(values, 95))):
            measure_of = f"{name} strays from float, {which}, {unit}"
            figures.append(Figure("gmdcsa24 rooms", measure_of, float(value), len(views), "views"))
    kept = float(np.mean(flags))
    figures.append(Figure("gmdcsa24 rooms", "flag kept by int8", kept, len(views), "views"))
    found = {
        "regions": len(views),
        "flag_kept": kept,
        "torso_lengths": {"median": float(np.median(pixels)), "p95": float(np.percentile(pixels, 95))},
        "noise_torso_lengths": {"median": float(np.median(noise)), "p95": float(np.percentile(noise, 95))},
        "world_m": {"median": float(np.median(metres)), "p95": float(np.percentile(metres, 95))},
    }
    return {"landmarks_in_rooms": found}


def strayed(clip: Path) -> list[tuple[list[float], list[float], list[float], bool]]:
    """Of each view of somebody in a clip: int8's joints from float's, in torso lengths and metres; float's in noise."""
    float32, int8 = (finder(BUILT[precision]) for precision in PRECISIONS)
    chance = np.random.default_rng(0)
    views = []
    for image in _pictures(clip):
        noisy = np.clip(np.rint(image + chance.normal(0, GREY_LEVELS, image.shape)), 0, 255).astype(np.uint8)
        for region in float32.regions(image, PoseLimits().detection_score):
            theirs, ours = (models.look(image, region).pose for models in (float32, int8))
            if theirs.score <= CREDIBLE or ours.world is None or theirs.world is None:
                continue
            known = joints_of(theirs)
            torso = max(torso_of(known), 0.1 * region.size)
            apart = (
                np.hypot(*(joints_of(each) - known).T) / torso for each in (ours, float32.look(noisy, region).pose)
            )
            pixels, noise = (each.tolist() for each in apart)
            metres = np.linalg.norm(ours.world[INDICES] - theirs.world[INDICES], axis=1).tolist()
            views.append((pixels, metres, noise, ours.score > CREDIBLE))
    return views


def _pictures(clip: Path) -> Iterator[Image]:
    capture = cv2.VideoCapture(str(clip))
    step = max(1, round(CLIP_STEP_S * capture.get(cv2.CAP_PROP_FPS)))
    number = 0
    while capture.grab():
        if number % step == 0:
            there, image = capture.retrieve()
            if there:
                yield np.asarray(image, np.uint8)
        number += 1
    capture.release()
