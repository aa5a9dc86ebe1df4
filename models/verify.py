"""Does a quantized model compute what its float reference computes? On inputs drawn here, so that no data is needed."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from models.errors import DisagreementError
from models.manifest import Input, Output

FloatArray = npt.NDArray[np.float32]

WALL, FLOOR, SKIN, SHIRT, TROUSERS, SHOES = (
    (0.78, 0.80, 0.82),
    (0.45, 0.38, 0.30),
    (0.85, 0.66, 0.55),
    (0.20, 0.30, 0.60),
    (0.25, 0.22, 0.20),
    (0.10, 0.10, 0.10),
)
# (from, to, half-width, colour) of each limb of a standing figure 1 high, feet at (0, 0), y up.
_FIGURE = (
    ((-0.07, 0.02), (-0.07, 0.26), 0.036, TROUSERS),
    ((0.07, 0.02), (0.07, 0.26), 0.036, TROUSERS),
    ((-0.07, 0.26), (-0.06, 0.50), 0.050, TROUSERS),
    ((0.07, 0.26), (0.06, 0.50), 0.050, TROUSERS),
    ((-0.11, 0.01), (-0.06, 0.01), 0.020, SHOES),
    ((0.06, 0.01), (0.11, 0.01), 0.020, SHOES),
    ((0.0, 0.53), (0.0, 0.76), 0.105, SHIRT),
    ((-0.13, 0.79), (-0.18, 0.62), 0.034, SHIRT),
    ((0.13, 0.79), (0.18, 0.62), 0.034, SHIRT),
    ((-0.18, 0.62), (-0.17, 0.47), 0.026, SKIN),
    ((0.18, 0.62), (0.17, 0.47), 0.026, SKIN),
    ((0.0, 0.82), (0.0, 0.87), 0.035, SKIN),
    ((0.0, 0.91), (0.0, 0.94), 0.055, SKIN),
)
# (height of the figure, lean in degrees, brightness) of each reference picture.
_POSES = ((0.60, 0.0, 1.0), (0.45, 25.0, 0.8), (0.50, -60.0, 1.0), (0.70, 5.0, 0.5))


def reference_inputs(wanted: Input) -> Iterator[FloatArray]:
    """Pictures of a drawn figure in a room: shape and range as ``wanted`` says, the same on every machine."""
    low, high = wanted.range
    size = wanted.shape[1]
    for height, lean_deg, brightness in _POSES:
        picture = _drawn(size, height, np.deg2rad(lean_deg)) * brightness
        yield (low + (high - low) * picture)[None].astype(np.float32)


def _drawn(size: int, height: float, lean: float) -> npt.NDArray[np.float64]:
    y, x = np.mgrid[0:size, 0:size] / size
    picture = np.where((y > 0.7)[..., None], FLOOR, WALL)
    picture = picture * (0.85 + 0.15 * np.cos(7 * x + 3 * y))[..., None]  # light falls unevenly
    cos, sin = np.cos(lean), np.sin(lean)
    middle = np.array([0.5, 0.5])

    def placed(point: tuple[float, float]) -> npt.NDArray[np.float64]:
        right, up = point[0] * height, (point[1] - 0.5) * height
        turned = np.array([cos * right + sin * up, sin * right - cos * up], np.float64)
        return np.asarray(middle + turned, np.float64)

    for start, end, half_width, colour in _FIGURE:
        a, b = placed(start), placed(end)
        along = b - a
        share = ((x - a[0]) * along[0] + (y - a[1]) * along[1]) / (along @ along)
        share = np.clip(share, 0.0, 1.0)
        distance = np.hypot(x - a[0] - share * along[0], y - a[1] - share * along[1])
        cover = np.clip((half_width * height - distance) * size + 0.5, 0.0, 1.0)[..., None]  # soft edge
        shade = 1.0 - 0.25 * np.clip(distance / (half_width * height), 0.0, 1.0)[..., None]
        picture = picture * (1 - cover) + np.asarray(colour) * shade * cover
    return np.asarray(picture, np.float64)


def run(interpreter: Interpreter, picture: FloatArray) -> dict[str, FloatArray]:
    """One inference; the outputs by name."""
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
    interpreter.invoke()
    return {o["name"]: interpreter.get_tensor(o["index"]) for o in interpreter.get_output_details()}


def differences(candidate: bytes, reference: bytes, wanted: Input) -> dict[str, float]:
    """Mean absolute difference of each output over the reference inputs, in the output's own unit."""
    interpreters = [Interpreter(model_content=content, num_threads=1) for content in (candidate, reference)]
    for interpreter in interpreters:
        interpreter.allocate_tensors()
    seen: dict[str, list[float]] = {}
    for picture in reference_inputs(wanted):
        ours, theirs = (run(interpreter, picture) for interpreter in interpreters)
        for name, value in theirs.items():
            seen.setdefault(name, []).append(float(np.abs(ours[name] - value).mean()))
    return {name: float(np.mean(values)) for name, values in seen.items()}


def agree(name: str, candidate: bytes, reference: bytes, wanted: Input, outputs: tuple[Output, ...]) -> None:
    """Refuses a quantized model that strays from its reference by more than the manifest allows.

    Raises:
        DisagreementError: names the output, the difference and the bound.
    """
    found = differences(candidate, reference, wanted)
    for output in outputs:
        if output.bound is not None and not found.get(output.name, np.inf) <= output.bound:
            raise DisagreementError(
                f"{name}: output {output.name} differs from the float model by "
                f"{found.get(output.name, np.inf):.4g}, allowed {output.bound:.4g}; report it with your machine's type"
            )
