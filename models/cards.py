"""``python -m models.cards``: writes the model cards, from the manifest, the ranges and the measured figures.

The cards are committed, so that they can be read without building; a test keeps them up to date. With ``--report`` the
figures are first taken anew from a report of the measuring bench.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models import files, ranges, refinement
from models.build import HASHED_ON
from models.errors import BuildError, MissingError
from models.manifest import MANIFEST, Manifest, Model, QuantizeRecipe, load

HERE = MANIFEST.parent
CARDS = HERE / "cards"
FIGURES = HERE / "accuracy.json"
NOBODY_INDOORS = "nobody old, nobody on a bed or in a chair."
RENDERED = (
    "and rendered older people in a room, walking, sitting, slumping, falling, lying on the floor and in bed; no "
    "photograph of anybody old, on a bed or in a chair."
)
COMMAND = "tools/evaluate keypoints"
SECTION = "Keypoints: int8 against float"
"""Of the bench's report."""


def card(name: str, manifest: Manifest, figures: dict[str, Any]) -> str:
    """The card of one model, Markdown."""
    model = manifest.models[name]
    sections = [f"# {name}", model.purpose, _table(model), _source(model, manifest), _recipe(model)]
    if model.reference is not None:
        sections.append(_accuracy(name, model, figures))
    if model.limits:
        sections.append("## Limits\n\n" + "\n".join(f"- {limit}" for limit in model.limits))
    return "\n\n".join(sections) + "\n"


def _table(model: Model) -> str:
    low, high = model.input.range
    rows = [
        ("input", f"`{model.input.name}` {_shape(model.input.shape)}, RGB, {low:g} to {high:g}"),
        *((f"output `{output.name}`", f"{_shape(output.shape)}: {output.meaning}") for output in model.outputs),
        ("arithmetic", model.precision),
        ("licence", model.licence),
        ("sha256", f"`{model.sha256}` as built on {HASHED_ON[0]}"),
    ]
    return "| | |\n|---|---|\n" + "\n".join(f"| {key} | {value} |" for key, value in rows)


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(str(length) for length in shape)


def _source(model: Model, manifest: Manifest) -> str:
    package = manifest.packages[model.recipe.package]
    member = package.members[model.recipe.member]
    return (
        "## Source\n\n"
        f"`{member.path}` of the wheel `{package.file}` ({package.homepage}, {package.licence}), "
        f"sha256 `{member.sha256}`. The wheel is fetched by its digest and taken apart, never installed. "
        "Trained by its authors; nothing is trained here."
    )


def _recipe(model: Model) -> str:
    steps = ["Weights stored in half precision or sparse are expanded to dense float32: results equal bit by bit."]
    if model.recipe.drop_outputs:
        dropped = ", ".join(f"`{name}`" for name in model.recipe.drop_outputs)
        steps.append(f"Output {dropped} (the outline of the person) and what only it needs is dropped.")
    if model.recipe.quantize is not None:
        steps.append(_quantization(model.recipe.quantize))
    return "## Recipe\n\n" + "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


def _quantization(recipe: QuantizeRecipe) -> str:
    calibration = ranges.load(HERE / recipe.ranges)
    turned_indoors = any("rendered" in source for source in calibration.sources)
    kept = [f"the first {recipe.float_first}" if recipe.float_first else ""]
    kept += [f"the last {recipe.float_last}" if recipe.float_last else ""]
    kept += [f"(by name) `{recipe.float_pattern}`" if recipe.float_pattern else ""]
    return (
        f"{_refinement(recipe)}Weights (per channel) and activations (per tensor) go to int8. Left in float, with "
        f"{recipe.float_weights} weights: the operators {' and '.join(part for part in kept if part)}. "
        f"Ranges: `{recipe.ranges}`, from {calibration.pictures} pictures ({'; '.join(calibration.sources)}), "
        f"{calibration.statistic}. In them are two people outdoors, standing, jumping, walking and crouching, also "
        f"turned by up to 180 degrees, dimmed and off-centre; {RENDERED if turned_indoors else NOBODY_INDOORS} "
        "`python -m models.calibrate` makes them anew."
    )


def _refinement(recipe: QuantizeRecipe) -> str:
    if recipe.weights is None:
        return ""
    refined = refinement.load(HERE / recipe.weights)
    return (
        f"`{recipe.weights}`: channels of {len(refined.factors)} linear tensors are brought to one size, which leaves "
        f"the float graph as it was but for rounding; the weights of {len(refined.moves)} operators are rounded up or "
        "down so that the operator's output errs least over "
        f"{refined.pictures} of the pictures below, not each to its nearest step. "
    )


def _accuracy(name: str, model: Model, figures: dict[str, Any]) -> str:
    task = name.removesuffix("_int8")
    time = figures["time"][task]
    body = _landmark_figures(figures) if model.task == "pose_landmarks" else _detector_figures(figures)
    return (
        "## Accuracy\n\n"
        f"Measured by `{COMMAND}` on the digests above; the recordings are internal and none was used to calibrate. "
        f"Small sets: they compare the two models and are no benchmark.\n\n{body}\n\n"
        f"Time: {time['int8_to_float32']:.2f} of the float model's, one thread, on {figures['processor']}. "
        "What int8 gains depends on the processor; on ARM it has not been measured yet."
    )


def _landmark_figures(figures: dict[str, Any]) -> str:
    truth, rooms = figures["landmarks_on_true_regions"], figures["landmarks_in_rooms"]
    rows = []
    for key, label in (("pck_0.2", "PCK@0.2 torso"), ("pck_0.5", "PCK@0.5 torso"), ("oks", "OKS")):
        change = truth["int8_minus_float32"][key]
        interval = f"{change['mean']:+.3f} ({change['low']:+.3f} to {change['high']:+.3f})"
        rows.append(f"| {label} | {truth['float32'][key]:.3f} | {truth['int8'][key]:.3f} | {interval} |")
    return (
        f"{truth['people']} people in photographs of nine sets, {truth['joints']} joints of the limbs, true regions; "
        "the difference is paired, with its 95 % interval over people:\n\n"
        "| | float32 | int8 | difference |\n|---|---|---|---|\n" + "\n".join(rows) + "\n\n"
        f"{rooms['regions']} views of people walking, sitting, falling and lying in rooms, int8 against float: "
        f"{rooms['torso_lengths']['median']:.3f} torso lengths apart in the median "
        f"({rooms['torso_lengths']['p95']:.3f} at the 95th percentile), world points "
        f"{100 * rooms['world_m']['median']:.1f} cm ({100 * rooms['world_m']['p95']:.1f} cm); the flag stays above 0.5 "
        f"in {rooms['flag_kept']:.1%}. For a scale: the float model strays from itself by "
        f"{rooms['noise_torso_lengths']['median']:.3f} ({rooms['noise_torso_lengths']['p95']:.3f}) when the picture "
        "gets noise of 1.5 grey levels. Which operators stay in float was chosen on other pictures of half of these "
        "clips, on rendered people and on walking people; what about ten candidates reached on the photographs was "
        "seen meanwhile."
    )


def _detector_figures(figures: dict[str, Any]) -> str:
    found = figures["detector"]
    rows = [
        f"| {score} | {found[f'float32_at_{score}']['recall']:.3f} ({found[f'float32_at_{score}']['detections']}) "
        f"| {found[f'int8_at_{score}']['recall']:.3f} ({found[f'int8_at_{score}']['detections']}) |"
        for score in (0.45, 0.5)
    ]
    return (
        f"{found['people']} labelled people, many in crowds, in {found['pictures']} photographs; share whose hip is "
        "found within half a torso length (and detections in all):\n\n| threshold | float32 | int8 |\n|---|---|---|\n"
        + "\n".join(rows)
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m models.cards", description="Write the model cards.")
    parser.add_argument("--report", type=Path, help=f"take the figures from this report.json of {COMMAND}")
    options = parser.parse_args(arguments)
    try:
        if options.report:
            measured = measured_in(json.loads(options.report.read_bytes()))
            files.write_whole(FIGURES, (json.dumps(measured, indent=2) + "\n").encode())
        manifest = load()
        figures = json.loads(FIGURES.read_bytes())
        for name in manifest.models:
            files.write_whole(CARDS / f"{name}.md", card(name, manifest, figures).encode())
    except BuildError as error:
        print(f"models: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def measured_in(report: dict[str, Any]) -> dict[str, Any]:
    """The figures of the cards in a report of the bench.

    Raises:
        MissingError: it has none, or not all of them.
    """
    found: dict[str, Any] = next(
        (section["details"] for section in report["sections"] if section["title"] == SECTION), {}
    )
    missing = {"models", "time", "landmarks_on_true_regions", "detector", "landmarks_in_rooms"} - found.keys()
    if missing:
        raise MissingError(f"the report has no {', '.join(sorted(missing))}; run {COMMAND} with all recordings")
    return found


if __name__ == "__main__":
    sys.exit(main())
