"""``python -m tools.keypoint_accuracy``: does int8 keep the accuracy of float? Both models on the same pictures.

Photographs with known keypoints give errors against the truth; clips of people falling, lying and sitting in rooms,
which have no keypoint truth, give how far int8 strays from float. Neither is used to calibrate. Sets that aren't
present are skipped.
"""

import argparse
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from edge_agent.errors import UserError
from edge_agent.pose import anchors, crops, detector, interpreter, landmarks, layouts, roi
from edge_agent.types import Image, Layout, Region
from tools.keypoint_truth import JOINTS, SETS, Person, load

Array = npt.NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[1]
PRECISIONS = ("float32", "int8")
CLIPS = "gmdcsa24_subjects12/*/*/*.mp4"
CLIP_STEP_S = 0.5
SCORES = (0.45, 0.5)
FOUND_WITHIN = 0.5  # torso lengths between the true hip and the detected one
BODY_CIRCLE = 1.9  # torso lengths from the hip: a standing body's, where less of it is seen
CREDIBLE = 0.5
RESAMPLES = 2000
TIMED_RUNS = 40
# COCO's spread of each joint as a share of the body's scale; here of two torso lengths, for want of areas in most sets.
OKS_SPREAD = np.repeat([0.079, 0.072, 0.062, 0.107, 0.087, 0.089], 2)
_INDICES = [layouts.index(Layout.BLAZEPOSE33, name) for name in JOINTS]


class LandmarkModel:
    """The landmark model of one precision, shown a region of a picture."""

    def __init__(self, folder: Path, precision: str) -> None:
        """Loads it."""
        self.network = interpreter.load(folder, f"pose_landmark_{precision}")
        self._cropper = crops.Cropper(landmarks.INPUT_SIDE, 0.0, 1.0)

    def look(self, image: Image, region: Region) -> landmarks.Look:
        """What it sees in the region of an (H, W, 3) blue green red picture."""
        self._cropper.crop(crops.four_channels(image, None), region, self.network.input())
        self.network.invoke()
        points = landmarks.POINTS
        tensors = landmarks.Tensors(
            points=self.network.output(points * 5).reshape(points, 5).copy(),
            flag=float(self.network.output(1)[0]),
            heatmaps=self.network.output(64, 64, points).copy(),
            world=self.network.output(points * 3).reshape(points, 3).copy(),
        )
        return landmarks.decode(tensors, region)


class DetectorModel:
    """The detector of one precision."""

    def __init__(self, folder: Path, precision: str) -> None:
        """Loads it."""
        self.network = interpreter.load(folder, f"pose_detection_{precision}")
        self._cropper = crops.Cropper(anchors.INPUT_SIDE, -1.0, 1.0)

    def regions(self, image: Image, score: float) -> list[Region]:
        """The regions of the people it finds in an (H, W, 3) picture, best first."""
        box = self._cropper.letterbox(image, self.network.input())
        self.network.invoke()
        logits = self.network.output(anchors.COUNT, 1)[:, 0].copy()
        found = detector.decode(self.network.output(anchors.COUNT, 12).copy(), logits, score)
        return [roi.from_detection(box.detection(one)) for one in found]


def true_region(person: Person) -> Region:
    """The region a perfect detector would give."""
    extent = np.nanmax(np.hypot(*(person.joints - person.hip).T))
    radius = max(1.15 * extent, BODY_CIRCLE * person.torso)
    top = person.hip + person.up / person.torso * radius
    return roi.around((person.hip[0], person.hip[1]), (top[0], top[1]))


def joints_of(look: landmarks.Look) -> Array:
    """(12, 2) px, in the order of the truth."""
    return np.asarray(look.pose.keypoints[_INDICES, :2], np.float64)


def against_truth(people: Sequence[Person], models: dict[str, LandmarkModel]) -> dict[str, object]:
    """PCK, OKS and flag of each precision on the true regions, and the paired difference."""
    errors = {precision: np.full((len(people), len(JOINTS)), np.nan) for precision in models}
    flags = {precision: np.zeros(len(people)) for precision in models}
    for row, person in enumerate(people):
        image = np.asarray(cv2.imread(str(person.picture)), np.uint8)
        for precision, model in models.items():
            look = model.look(image, true_region(person))
            errors[precision][row] = np.hypot(*(joints_of(look) - person.joints).T) / person.torso
            flags[precision][row] = look.pose.score
    result: dict[str, object] = {"people": len(people), "joints": int(np.isfinite(errors["int8"]).sum())}
    for precision in models:
        result[precision] = {
            "pck_0.2": float(_share_within(errors[precision], 0.2).mean()),
            "pck_0.5": float(_share_within(errors[precision], 0.5).mean()),
            "oks": float(_oks(errors[precision]).mean()),
            "flag_over_0.5": float((flags[precision] > CREDIBLE).mean()),
        }
    result["int8_minus_float32"] = {
        f"pck_{limit}": _paired(*(_share_within(errors[p], limit) for p in PRECISIONS)) for limit in (0.2, 0.5)
    } | {"oks": _paired(*(_oks(errors[p]) for p in PRECISIONS))}
    return result


def _share_within(errors: Array, limit: float) -> Array:
    """Per person, the share of known joints nearer than ``limit`` torso lengths."""
    known = np.isfinite(errors)
    return np.asarray((np.where(known, errors, np.inf) < limit).sum(axis=1) / known.sum(axis=1), np.float64)


def _oks(errors: Array) -> Array:
    """Per person, object keypoint similarity."""
    spread = 2.0 * OKS_SPREAD * 2.0  # twice COCO's constants, times a scale of two torso lengths
    return np.asarray(np.nanmean(np.exp(-0.5 * (errors / spread) ** 2), axis=1), np.float64)


def _paired(float32: Array, int8: Array) -> dict[str, float]:
    """Mean difference over people and its 95 % interval (bootstrap over people)."""
    difference = int8 - float32
    draws = np.random.default_rng(0).integers(0, len(difference), (RESAMPLES, len(difference)))
    low, high = np.percentile(difference[draws].mean(axis=1), [2.5, 97.5])
    return {"mean": float(difference.mean()), "low": float(low), "high": float(high)}


def detected(people: Sequence[Person], models: dict[str, DetectorModel]) -> dict[str, object]:
    """Share of the true people each detector finds, at each score, and how many detections it needs for that."""
    pictures = sorted({person.picture for person in people})
    result: dict[str, object] = {"people": len(people), "pictures": len(pictures)}
    for score in SCORES:
        for precision, model in models.items():
            hits = detections = 0
            for picture in pictures:
                regions = model.regions(np.asarray(cv2.imread(str(picture)), np.uint8), score)
                detections += len(regions)
                hits += sum(_found(person, regions) for person in people if person.picture == picture)
            result[f"{precision}_at_{score}"] = {"recall": hits / len(people), "detections": detections}
    return result


def _found(person: Person, regions: Sequence[Region]) -> bool:
    reach = FOUND_WITHIN * person.torso
    return any(float(np.hypot(*(np.asarray(region.centre) - person.hip))) <= reach for region in regions)


def strayed(clips: Sequence[Path], finder: DetectorModel, models: dict[str, LandmarkModel]) -> dict[str, object]:
    """How far int8's landmarks are from float's on people in rooms, where float is sure of a person."""
    pixels, metres, kept, seen = [], [], 0, 0
    for image in _pictures(clips):
        for region in finder.regions(image, SCORES[0]):
            ours, theirs = (models[precision].look(image, region).pose for precision in ("int8", "float32"))
            if theirs.score <= CREDIBLE or ours.world is None or theirs.world is None:
                continue
            seen += 1
            kept += ours.score > CREDIBLE
            a, b = (np.asarray(pose.keypoints[_INDICES, :2], np.float64) for pose in (ours, theirs))
            torso = float(np.hypot(*(b[[0, 1]].mean(axis=0) - b[[6, 7]].mean(axis=0))))
            pixels.append(np.hypot(*(a - b).T) / max(torso, 0.1 * region.size))
            metres.append(np.linalg.norm(ours.world[_INDICES] - theirs.world[_INDICES], axis=1))
    in_torsos, in_metres = np.concatenate(pixels), np.concatenate(metres)
    return {
        "regions": seen,
        "flag_kept": kept / seen,
        "torso_lengths": {"median": float(np.median(in_torsos)), "p95": float(np.percentile(in_torsos, 95))},
        "world_m": {"median": float(np.median(in_metres)), "p95": float(np.percentile(in_metres, 95))},
    }


def _pictures(clips: Sequence[Path]) -> Iterator[Image]:
    for clip in clips:
        capture = cv2.VideoCapture(str(clip))
        step = max(1, round(CLIP_STEP_S * capture.get(cv2.CAP_PROP_FPS)))
        number = 0
        while capture.grab():
            if number % step == 0:
                there, picture = capture.retrieve()
                if there:
                    yield np.asarray(picture, np.uint8)
            number += 1
        capture.release()


def timed(float32: interpreter.Model, int8: interpreter.Model) -> dict[str, float]:
    """Fastest of many alternating invocations, one thread, ms; trust the ratio."""
    best = [np.inf, np.inf]
    for _ in range(TIMED_RUNS):
        for slot, model in enumerate((float32, int8)):
            started = time.perf_counter()
            model.invoke()
            best[slot] = min(best[slot], time.perf_counter() - started)
    return {"float32_ms": 1e3 * best[0], "int8_ms": 1e3 * best[1], "int8_to_float32": best[1] / best[0]}


def processor() -> str:
    """This machine's processor, and whether it multiplies int8 in one instruction."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    fields = dict(line.split(":", 1) for line in reversed(lines) if ":" in line)
    named = {key.strip(): value.strip() for key, value in fields.items()}
    features = set(named.get("flags", named.get("Features", "")).split())
    dot = sorted(features & {"avx512_vnni", "avx_vnni", "asimddp", "i8mm"})
    return f"{platform.machine()}, {named.get('model name', 'unnamed')}, int8 dot products: {', '.join(dot) or 'none'}"


def show(result: dict[str, object], indent: int = 0) -> None:
    """Prints nested results as an indented list."""
    for key, value in result.items():
        if isinstance(value, dict):
            print(" " * indent + key)
            show(value, indent + 2)
        else:
            print(
                " " * indent + f"{key:<18} {value:.3f}"
                if isinstance(value, float)
                else " " * indent + f"{key:<18} {value}"
            )


def compare(data: Path, models: Path) -> dict[str, object]:
    """Every comparison the data allows."""
    landmark = {precision: LandmarkModel(models, precision) for precision in PRECISIONS}
    finder = {precision: DetectorModel(models, precision) for precision in PRECISIONS}
    names = [f"{task}_{precision}" for task in ("pose_detection", "pose_landmark") for precision in PRECISIONS]
    result: dict[str, object] = {
        "models": {name: hashlib.sha256(interpreter.verified(models, name)).hexdigest() for name in names},
        "processor": processor(),
        "time": {
            "pose_landmark": timed(landmark["float32"].network, landmark["int8"].network),
            "pose_detection": timed(finder["float32"].network, finder["int8"].network),
        },
    }
    people = {name: load(data, name) for name in SETS}
    for name in (name for name, found in people.items() if not found):
        print(f"{name}: not present, skipped")
    everyone = [person for found in people.values() for person in found]
    if everyone:
        result["sets"] = {name: len(found) for name, found in people.items() if found}
        result["landmarks_on_true_regions"] = against_truth(everyone, landmark)
        result["detector"] = detected(everyone, finder)
    clips = sorted(data.glob(CLIPS))
    if clips:
        result["landmarks_in_rooms"] = strayed(clips, finder["float32"], landmark)
    else:
        print(f"{CLIPS}: not present, skipped")
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.keypoint_accuracy", description=(__doc__ or "").splitlines()[0]
    )
    default = Path(os.environ.get("POSE_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=default, help="recordings ($POSE_DATA, ../shared/data)")
    parser.add_argument("--models", type=Path, default=ROOT / "models" / "built", help="built models")
    parser.add_argument("--out", type=Path, help="also write the figures to this JSON file")
    options = parser.parse_args(arguments)
    try:
        result = compare(options.data, options.models)
    except UserError as error:
        print(f"keypoint_accuracy: {error}", file=sys.stderr)
        return int(error.exit_code)
    show(result)
    if options.out:
        options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
