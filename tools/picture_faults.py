"""``python -m tools.picture_faults``: which camera faults are found in the picture, how soon, what wrongly.

Each recording is played there and back for as long as is needed, through a sensor's noise of 0, 2 or 4 grey levels, at
1, 2 or 5 pictures a second; the camera's ways are learnt for a minute; then every script of `picture_scripts` goes on
from there. The limits were chosen on the sources called "choosing", and on the middle pictures of all: judge by
"reporting". Sources that aren't present are skipped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from edge_agent import picture
from edge_agent.errors import UserError
from edge_agent.picture import PictureLimits, State
from edge_agent.pose import interpreter
from edge_agent.types import Image
from tools import picture_scripts
from tools.picture_scripts import Script

ROOT = Path(__file__).resolve().parents[1]
RENDERED = "rendered"
SOURCES = {
    "choosing": ("gmdcsa24_subjects12/subject_1/*/*.mp4", "demo_fall_videos4/*.mp4"),
    "reporting": (
        "gmdcsa24_subjects12/subject_2/*/*.mp4",
        "care_home_falls2/*.mp4",
        "walking_videos_bsd/*.mp4",
        RENDERED,
    ),
}
WIDTH = 640
"""Recordings are shrunk to at most this many px across; scripts see the middle 80 % of them."""
CLIP_FPS = 10.0
RATES = (1.0, 2.0, 5.0)
NOISES = (0.0, 2.0, 4.0)
LEARNING_S = 60.0
AFTER_S = 12.0
CLEAN_S = 90.0
HAND_HELD = ("demo_fall_videos4",)
"""Their camera moves while it records, so what is said against a learnt scene is not scored."""
AGAINST_LEARNT = frozenset({"moved", "blurred"})
TIMED = 300


@dataclass(frozen=True, slots=True)
class Camera:
    """A recording, as one camera sees it."""

    name: str
    pictures: list[Image]
    rate: float
    noise: float
    clock: bool
    seed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one script."""

    script: str
    camera: str
    rate: float
    fault: bool
    delay_s: float | None
    """From its beginning until the right reason; None if it never came."""
    wrong: dict[str, float]
    """Seconds of each reason that was not expected, up to the end."""
    left_s: float | None
    """From its end until nothing is said."""


def clips(sources: Sequence[str], data: Path) -> list[Path]:
    """The recordings of these sources."""
    found: list[Path] = []
    for source in sources:
        for pattern in SOURCES[source]:
            some = sorted(
                (ROOT / "tests/recordings/rendered").glob("*.webm") if pattern == RENDERED else data.glob(pattern)
            )
            if not some:
                print(f"{pattern}: not present, skipped")
            found += some
    return found


def load(clip: Path) -> list[Image]:
    """Its pictures, ten a second, shrunk."""
    capture = cv2.VideoCapture(str(clip))
    fps, wanted, pictures = capture.get(cv2.CAP_PROP_FPS), 0.0, []
    index = 0
    while capture.grab():
        if index / fps >= wanted - 1e-6:
            wanted += 1 / CLIP_FPS
            _, image = capture.retrieve()
            scale = min(1.0, WIDTH / image.shape[1])
            if scale < 1:
                image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            pictures.append(np.asarray(image, np.uint8))
        index += 1
    capture.release()
    return pictures


def play(
    camera: Camera, begin: float, seconds: float, script: Script | None, other: Image | None
) -> Iterator[tuple[float, Image]]:
    """The pictures of a camera from a time on, with what a script does to them."""
    order = picture_scripts.there_and_back(len(camera.pictures))
    draw = np.random.default_rng([camera.seed, int(begin)])
    stuck: Image | None = None
    noise = camera.noise if script is None or script.noise is None else script.noise
    grains = draw.normal(0, noise, (4, *camera.pictures[0].shape)).astype(np.int8) if noise else None
    for number in range(int(seconds * camera.rate)):
        t = begin + number / camera.rate
        if script and script.stuck and stuck is not None:
            image = stuck
        else:
            image = camera.pictures[order[int(t * CLIP_FPS) % len(order)]]
            image = picture_scripts.aimed(
                other if script and script.elsewhere and other is not None else image,
                script.aim if script else (0.0, 0.0, 0.0),
            )
            if script and script.optics:
                image = script.optics(image, t - begin)
            if script and script.sensor:
                image = script.sensor(image, t - begin)
            if grains is not None:
                image = grained(image, grains, draw)
            stuck = image
        if camera.clock or (script and script.clock is not None):
            goes_on = not script or (script.clock is not False and (not script.stuck or bool(script.clock)))
            image = picture_scripts.written(image, t if goes_on else begin)
        yield t, image


def grained(image: Image, grains: np.ndarray, draw: np.random.Generator) -> Image:
    """With noise: one of a few fields, laid anew each time."""
    height, width = image.shape[:2]
    field = grains[draw.integers(len(grains))]
    down, across = draw.integers(field.shape[0] - height + 1), draw.integers(field.shape[1] - width + 1)
    part = field[down : down + height, across : across + width]
    part = part[:: draw.choice([-1, 1]), :: draw.choice([-1, 1])]
    return np.asarray(np.clip(image.astype(np.int16) + part, 0, 255), np.uint8)


def perform(camera: Camera, learnt: State, begin: float, script: Script, other: Image | None) -> Outcome:
    """Goes on from what was learnt with a script, and then without it."""
    limits, state, step_s = PictureLimits(), learnt, 1 / camera.rate
    delay: float | None = None
    left: float | None = None
    wrong: dict[str, float] = defaultdict(float)
    for t, image in play(camera, begin, script.lasts_s, script, other):
        state, quality = picture.step(limits, state, t, image)
        for reason in quality.reasons:
            if reason not in script.expected:
                wrong[reason] += step_s
            elif delay is None:
                delay = t - begin
    end = begin + script.lasts_s
    for t, image in play(camera, end, AFTER_S, None, None):
        state, quality = picture.step(limits, state, t, image)
        if not quality.reasons:
            left = t - end
            break
        for reason in quality.reasons:
            if reason not in script.expected:
                wrong[reason] += step_s
    return Outcome(script.name, camera.name, camera.rate, bool(script.expected), delay, dict(wrong), left)


def examine(job: tuple[Path, Path, int]) -> tuple[list[Outcome], float, dict[str, float]]:
    """Everything about one clip: scripts, and seconds of false findings in so many clean ones."""
    cv2.setNumThreads(1)
    clip, stranger, seed = job
    draw = np.random.default_rng([seed, *clip.name.encode()])
    pictures = load(clip)
    other = load(stranger)[0]
    height, width = pictures[0].shape[:2]
    other = np.asarray(cv2.resize(other, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    rate, noise = float(draw.choice(RATES)), float(draw.choice(NOISES))
    camera = Camera(f"{clip.parent.name}/{clip.name}", pictures, rate, noise, bool(draw.integers(2)), seed)
    limits, learnt = PictureLimits(), State()
    false: dict[str, float] = defaultdict(float)
    for t, image in play(camera, 0.0, LEARNING_S, None, None):
        learnt, quality = picture.step(limits, learnt, t, image)
        for reason in quality.reasons:
            false[reason] += 1 / rate
    scripts = [*picture_scripts.faults(draw), *picture_scripts.ordinary(draw)]
    if clip.parent.name in HAND_HELD:
        scripts = [script for script in scripts if not script.expected & AGAINST_LEARNT]
    outcomes = [perform(camera, learnt, LEARNING_S, script, other) for script in scripts]
    state, order = State(), picture_scripts.there_and_back(len(pictures))
    for number in range(int(CLEAN_S * 2)):  # as it was recorded: the whole picture, its own noise and coding
        t = number / 2
        state, quality = picture.step(limits, state, t, pictures[order[int(t * CLIP_FPS) % len(order)]])
        for reason in quality.reasons:
            false[reason] += 0.5
    return outcomes, LEARNING_S + CLEAN_S, dict(false)


def timed(clip: Path, models: Path) -> dict[str, float]:
    """Milliseconds of one judgement and of the landmark model's invocation, medians of turns taken alternately."""
    pictures = [cv2.resize(image, (640, 480)) for image in load(clip)]
    network = interpreter.load(models, "pose_landmark_int8")
    limits, state, judged, invoked = PictureLimits(), State(), [], []
    for number in range(TIMED):
        begin = time.perf_counter()
        state, _ = picture.step(limits, state, 0.25 * number, np.asarray(pictures[number % len(pictures)], np.uint8))
        judged.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        network.invoke()
        invoked.append(time.perf_counter() - begin)
    return {"judgement_ms": 1e3 * float(np.median(judged)), "landmarks_ms": 1e3 * float(np.median(invoked))}


def show(outcomes: Sequence[Outcome], clean_s: float, false: dict[str, float]) -> None:
    """Prints the tables."""
    print("\n| fault | noticed | after p50 / p95 s | gone p50 s after its end | also said, s in all |")
    print("|---|---|---|---|---|")
    for name, some in grouped([outcome for outcome in outcomes if outcome.fault]).items():
        delays = [one.delay_s for one in some if one.delay_s is not None]
        ends = [one.left_s for one in some if one.left_s is not None and one.delay_s is not None]
        when = f"{np.quantile(delays, 0.5):.1f} / {np.quantile(delays, 0.95):.1f}" if delays else "-"
        gone = f"{np.quantile(ends, 0.5):.1f} ({len(ends)} of {len(delays)})" if ends else "-"
        print(f"| {name} | {len(delays)} of {len(some)} | {when} | {gone} | {summed(some)} |")
    print("\n| no fault | clips with a finding | findings, s in all |\n|---|---|---|")
    for name, some in grouped([outcome for outcome in outcomes if not outcome.fault]).items():
        print(f"| {name} | {sum(bool(one.wrong) for one in some)} of {len(some)} | {summed(some)} |")
    print(
        f"\nClean recordings: {clean_s / 3600:.2f} h, false findings:",
        {k: round(v, 1) for k, v in false.items()} or "none",
    )


def grouped(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """By script."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.script].append(outcome)
    return groups


def summed(outcomes: Sequence[Outcome]) -> str:
    """Seconds of wrong reasons."""
    total: dict[str, float] = defaultdict(float)
    for outcome in outcomes:
        for reason, seconds in outcome.wrong.items():
            total[reason] += seconds
    return ", ".join(f"{reason} {seconds:.0f}" for reason, seconds in sorted(total.items())) or "nothing"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.picture_faults", description=(__doc__ or "").splitlines()[0])
    default = Path(os.environ.get("POSE_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=default, help="recordings ($POSE_DATA, ../shared/data)")
    parser.add_argument("--models", type=Path, default=ROOT / "models" / "built", help="built models, to compare times")
    parser.add_argument("--sources", nargs="+", choices=SOURCES, default=["reporting"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], help="each plays every clip once")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--out", type=Path, help="also write every outcome to this JSON file")
    options = parser.parse_args(arguments)
    found = clips(options.sources, options.data)
    jobs = [
        (clip, found[(i + len(found) // 2) % len(found)], seed)
        for seed in options.seeds
        for i, clip in enumerate(found)
    ]
    outcomes: list[Outcome] = []
    clean_s, false = 0.0, defaultdict[str, float](float)
    with ProcessPoolExecutor(options.jobs) as pool:
        for some, seconds, findings in pool.map(examine, jobs):
            outcomes += some
            clean_s += seconds
            for reason, said_s in findings.items():
                false[reason] += said_s
    show(outcomes, clean_s, false)
    try:
        times = timed(found[0], options.models)
        print(
            f"One judgement of 640x480: {times['judgement_ms']:.2f} ms, one invocation of the int8 landmark model: "
            f"{times['landmarks_ms']:.1f} ms; one judgement each {PictureLimits().look_s} s at most"
        )
    except UserError as error:
        print(f"times not compared: {error}")
    if options.out:
        options.out.write_text(json.dumps([asdict(outcome) for outcome in outcomes], indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
