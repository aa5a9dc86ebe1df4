"""The pose models by themselves, shown a picture or a region: what the bench compares before any tracking."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from edge_agent.box import models_folder
from edge_agent.eye import Eye
from edge_agent.eye import eye as make_eye
from edge_agent.pose import anchors, crops, detector, interpreter, roi
from edge_agent.pose.blazepose import BlazeLandmarks
from edge_agent.pose.landmarks import Look
from edge_agent.pose.top_down import TopDown
from edge_agent.privacy import PrivacySettings
from edge_agent.types import Detection, Image, Region

PRECISIONS = ("float32", "int8")
TIMED_RUNS = 40


@dataclass(frozen=True, slots=True)
class Pair:
    """A detector and a landmark model that work together."""

    name: str
    detector: str
    """Of the built models."""
    landmarks: str | Path
    """Of the built models, or a file of the same tensors that somebody put into the data folder."""

    @property
    def contents(self) -> tuple[bytes, bytes]:
        """Of both files.

        Raises:
            interpreter.ModelError: one is missing or was changed.
        """
        folder = models_folder(None)
        given = self.landmarks
        marks = given.read_bytes() if isinstance(given, Path) else interpreter.verified(folder, given)
        return interpreter.verified(folder, self.detector), marks


BUILT = {
    precision: Pair(f"BlazePose full, {precision}", f"pose_detection_{precision}", f"pose_landmark_{precision}")
    for precision in PRECISIONS
}


class Finder:
    """The detector and the landmark model of one pair, each by itself."""

    def __init__(self, pair: Pair) -> None:
        """Load both."""
        self.detector, self.landmarks = (interpreter.Model(content) for content in pair.contents)
        self._whole = crops.Cropper(anchors.INPUT_SIDE, -1.0, 1.0)
        self._blaze = BlazeLandmarks(self.landmarks)

    def detections(self, image: Image, score: float) -> tuple[Detection, ...]:
        """The bodies the detector sees in an (H, W, 3) blue green red picture, best first."""
        box = self._whole.letterbox(image, self.detector.input())
        self.detector.invoke()
        logits = self.detector.output(anchors.COUNT, 1)[:, 0].copy()
        found = detector.decode(self.detector.output(anchors.COUNT, 12).copy(), logits, score)
        return tuple(box.detection(one) for one in found)

    def regions(self, image: Image, score: float) -> list[Region]:
        """The regions of the bodies the detector sees, best first."""
        return [roi.from_detection(one) for one in self.detections(image, score)]

    def look(self, image: Image, region: Region) -> Look:
        """What the landmark model sees in a region of a picture."""
        return self._blaze.look(crops.four_channels(image, None), region)

    def front(self) -> TopDown:
        """Both together, as the agent uses them; from a fresh state."""
        return TopDown(self.detector, self._blaze)


@cache
def finder(pair: Pair) -> Finder:
    """One a process, since loading takes longer than looking."""
    return Finder(pair)


def eye(pair: Pair) -> Eye:
    """What turns the agent's pictures into poses with a pair: nothing masked or blurred."""
    return make_eye(Finder(pair).front(), PrivacySettings(), None)


def milliseconds(pairs: Mapping[str, Pair], runs: int = TIMED_RUNS) -> dict[str, tuple[float, float]]:
    """Fastest invocation of each pair's detector and landmark model, one thread, in alternating turns of one run."""
    loaded = {name: finder(pair) for name, pair in pairs.items()}
    best = {name: [float("inf"), float("inf")] for name in pairs}
    for _ in range(runs):
        for name, each in loaded.items():
            for slot, network in enumerate((each.detector, each.landmarks)):
                network.input().fill(0.5)  # a runtime may keep an input's memory for what comes after
                started = time.perf_counter()
                network.invoke()
                best[name][slot] = min(best[name][slot], 1e3 * (time.perf_counter() - started))
    return {name: (low[0], low[1]) for name, low in best.items()}


def digests() -> dict[str, str]:
    """Of the built pose models, by name."""
    names = sorted(name for pair in BUILT.values() for name in (pair.detector, str(pair.landmarks)))
    return {name: hashlib.sha256(interpreter.verified(models_folder(None), name)).hexdigest() for name in names}


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
