"""``python -m models.calibrate``: makes the ranges the build quantizes from, anew.

The pictures are frames of the demo clip alone (two people outdoors: standing, jumping, walking, crouching),
turned, dimmed and cropped off the mark: whoever reaches the package index can do it again. Nothing that
accuracy is measured on is used. The digests of the files written, and then those of the models built from
them, go into the manifest by hand.
"""

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from models import fetch, files, graph
from models.build import HASHED_ON, Tools, float_graph
from models.errors import BuildError, MissingError
from models.manifest import MANIFEST, Manifest, Model, load
from models.ranges import Calibration, Range, dump, rounded

Picture = npt.NDArray[np.uint8]
FloatArray = npt.NDArray[np.float32]

CLIP = ("sports2d", "sports2d_demo")
EVERY = 6  # frames: a fifth of a second of the clip
BINS = 16384
OUTSIDE = 1e-5
"""Share of the values left outside at each end: single extremes would cost all others resolution."""


@dataclass(frozen=True, slots=True)
class Person:
    """Where someone is in the clip: the hips' path, and the side of the square that holds the whole body.

    Attributes:
        start, end: (frame, x px, y px); in between they move evenly.
        side: px.
    """

    start: tuple[int, float, float]
    end: tuple[int, float, float]
    side: float

    def at(self, frame: int) -> tuple[float, float] | None:
        """The hips in a frame, or None when the person isn't in it."""
        if not self.start[0] <= frame <= self.end[0]:
            return None
        share = (frame - self.start[0]) / max(1, self.end[0] - self.start[0])
        x, y = (a + share * (b - a) for a, b in zip(self.start[1:], self.end[1:], strict=True))
        return x, y


PEOPLE = (
    Person((0, 659, 265), (126, 659, 272), 525),  # stands on a low building, does jumping jacks
    Person((54, 1452, 728), (180, 213, 728), 575),  # walks across, from the right to the left
    Person((198, 1130, 817), (228, 1130, 817), 420),  # has landed, crouches, hands on the ground
)


@dataclass(frozen=True, slots=True)
class View:
    """How a person is cut out: off the mark as a region from the detector may be, and dimmed."""

    turn_deg: float
    shift: tuple[float, float]
    scale: float
    brightness: float


VIEWS = (
    View(0, (0.0, 0.0), 1.0, 1.0),
    View(20, (0.06, -0.04), 1.15, 1.0),
    View(-30, (-0.05, 0.05), 0.9, 0.5),
    View(90, (0.0, 0.08), 1.2, 0.8),  # as someone lying on the floor before the region was turned
    View(180, (0.04, 0.0), 1.0, 1.0),
    View(-100, (-0.08, 0.0), 1.3, 0.3),
)
TURNS: tuple[int | None, ...] = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)


def frames(clip: Path) -> Iterator[tuple[int, Picture]]:
    """Every ``EVERY``-th frame of the clip with its number, RGB."""
    capture = cv2.VideoCapture(str(clip))
    number = 0
    while True:
        there, picture = capture.read()
        if not there:
            break
        if number % EVERY == 0:
            yield number, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
        number += 1
    capture.release()
    if number == 0:
        raise MissingError(f"{clip}: not one frame can be read; delete it and run python -m models.build")


def whole_frames(clip: Path, side: int) -> Iterator[Picture]:
    """Inputs of the detector: whole frames made square by black margins, upright and turned, bright and dim."""
    for number, picture in frames(clip):
        turn = TURNS[number // EVERY % len(TURNS)]
        for wanted in {None, turn}:
            turned = picture if wanted is None else np.asarray(cv2.rotate(picture, wanted), np.uint8)
            height, width = turned.shape[:2]
            square = _cut(turned, (width / 2, height / 2), max(width, height), 0, side)
            yield _dimmed(square, 1.0 if wanted is None else 0.6)


def people(clip: Path, side: int) -> Iterator[Picture]:
    """Inputs of the landmark model: squares around each person, seen in several ways."""
    for number, picture in frames(clip):
        for person in PEOPLE:
            hips = person.at(number)
            if hips is None:
                continue
            for view in VIEWS[number // EVERY % 2 :: 2]:
                centre = (hips[0] + view.shift[0] * person.side, hips[1] + view.shift[1] * person.side)
                yield _dimmed(_cut(picture, centre, person.side * view.scale, view.turn_deg, side), view.brightness)


def _cut(picture: Picture, centre: tuple[float, float], size: float, turn_deg: float, side: int) -> Picture:
    matrix = np.asarray(cv2.getRotationMatrix2D(centre, turn_deg, side / size), np.float64)
    matrix[:, 2] += side / 2 - np.asarray(centre)
    interpolation = cv2.INTER_AREA if size > 2 * side else cv2.INTER_LINEAR
    return np.asarray(cv2.warpAffine(picture, matrix, (side, side), flags=interpolation), np.uint8)


def _dimmed(picture: Picture, brightness: float) -> Picture:
    return np.asarray(np.clip(picture * brightness, 0, 255), np.uint8)


class Activations:
    """Runs a float graph and shows what each of its activation tensors holds."""

    def __init__(self, content: bytes) -> None:
        """Prepares ``content``, with every intermediate tensor kept."""
        model = graph.read(content)
        self.names = {
            index: str(tensor.name.decode())
            for index, tensor in enumerate(model.subgraphs[0].tensors)
            if model.buffers[tensor.buffer].data is None
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # keeping every tensor is said to cost memory: it is what we want
            self._interpreter = Interpreter(
                model_content=content,
                experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
                experimental_preserve_all_tensors=True,
                num_threads=2,
            )
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]

    def of(self, inputs: FloatArray) -> Iterator[tuple[str, FloatArray]]:
        """Name and content of each activation for one input."""
        self._interpreter.set_tensor(self._input, inputs)
        self._interpreter.invoke()
        for index, name in self.names.items():
            yield name, self._interpreter.get_tensor(index)


def measured(activations: Activations, inputs: Callable[[], Iterator[FloatArray]]) -> tuple[int, dict[str, Range]]:
    """The range of each tensor that leaves ``OUTSIDE`` of all its values out at each end, and the number of inputs.

    Two passes over the inputs: the extremes first, then a histogram between them.
    """
    extremes: dict[str, tuple[float, float]] = {}
    count = 0
    for one in inputs():
        count += 1
        for name, value in activations.of(one):
            low, high = extremes.get(name, (np.inf, -np.inf))
            extremes[name] = min(low, float(value.min())), max(high, float(value.max()))
    histograms = {name: np.zeros(BINS, np.int64) for name in extremes}
    for one in inputs():
        for name, value in activations.of(one):
            histograms[name] += np.histogram(value, BINS, extremes[name])[0]
    return count, {name: _inner(histograms[name], *extremes[name]) for name in extremes}


def _inner(histogram: npt.NDArray[np.int64], low: float, high: float) -> Range:
    """Zero is always inside: it must be exact in int8, for padding."""
    edges = np.linspace(low, high, BINS + 1)
    share = np.cumsum(histogram) / histogram.sum()
    first = int(np.searchsorted(share, OUTSIDE, side="right"))
    last = int(np.searchsorted(share, 1 - OUTSIDE, side="left"))
    return Range(low=rounded(min(0.0, edges[first])), high=rounded(max(0.0, edges[last + 1])))


def calibrate(name: str, model: Model, manifest: Manifest, cache: Path, tools: Tools) -> Calibration:
    """Measures the ranges of one quantized model of the manifest."""
    package, member = CLIP
    entry = manifest.packages[package]
    clip = fetch.member(package, entry, entry.members[member], cache, tools.log, tools.download)
    content = float_graph(model.recipe, manifest, cache, tools)
    side = model.input.shape[1]
    low, high = model.input.range
    pictures = whole_frames if model.task == "person_detection" else people

    def inputs() -> Iterator[FloatArray]:
        for picture in pictures(clip, side):
            yield (low + (high - low) / 255.0 * picture)[None].astype(np.float32)

    tools.log(f"{name}: measuring ranges")
    count, found = measured(Activations(content), inputs)
    return Calibration(
        graph_sha256=files.sha256_of(content),
        pictures=count,
        statistic=f"all but one in {round(1 / OUTSIDE)} of the values at each end, over all pictures",
        sources=(f"{package} {entry.version}: {entry.members[member].path} ({entry.licence})",),
        ranges=found,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns its exit code, as ``models.build`` does."""
    here = MANIFEST.parent
    parser = argparse.ArgumentParser(prog="python -m models.calibrate", description="Make the ranges anew.")
    parser.add_argument("--out", type=Path, default=here, help="folder the files go to (models)")
    options = parser.parse_args(arguments)
    tools = Tools(lambda line: print(line, flush=True), fetch.pip_download, HASHED_ON[0])
    try:
        manifest = load()
        for name, model in manifest.models.items():
            recipe = model.recipe.quantize
            if recipe is not None:
                text = dump(calibrate(name, model, manifest, here / "cache", tools))
                path = options.out / recipe.ranges
                files.write_whole(path, text.encode())
                print(f"{path}: sha256 {files.sha256(path)}")
    except BuildError as error:
        print(f"models: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
