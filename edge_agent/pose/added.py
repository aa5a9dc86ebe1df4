"""A pose model that a user adds: its entry in `added.yaml` beside the built models, and the estimator it makes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge_agent.pose import blazepose, interpreter
from edge_agent.pose.coco import CocoLandmarks, Input, Reader
from edge_agent.pose.estimator import PoseEstimator
from edge_agent.pose.interpreter import Model, ModelDigestError, ModelError
from edge_agent.pose.limits import PoseLimits
from edge_agent.pose.single_stage import SingleStage
from edge_agent.pose.top_down import TopDown
from edge_agent.stopwatch import UNMEASURED, Stopwatch

LIST = "added.yaml"
_SEE = "docs/models.md shows an entry"


class Decoder(StrEnum):
    """How the outputs are read."""

    HEATMAP = "heatmap"
    """Top-down, one heat map a joint: ViTPose, HRNet, SimpleBaseline."""
    SIMCC = "simcc"
    """Top-down, one classification a direction: RTMPose."""
    MOVENET = "movenet"
    """Top-down, MoveNet SinglePose in the square around each body."""
    MOVENET_MULTIPOSE = "movenet-multipose"
    """Single-stage: everybody in the whole picture at once."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InputEntry(_Entry):
    """How the network wants its picture."""

    colours: Literal["rgb", "bgr"] = "rgb"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Subtracted from each channel, 0-255, in the order of `colours`."""
    deviation: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]] = (
        1.0,
        1.0,
        1.0,
    )
    """Then divided by."""


class ModelEntry(_Entry):
    """One model of COCO's 17 joints."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]
    """What the configuration's `pose_model` says."""
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.tflite$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    licence: Annotated[str, Field(min_length=1)]
    decoder: Decoder
    outputs: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]
    """Names of the output tensors: of SimCC x, then y."""
    input: InputEntry = InputEntry()
    person_score: Annotated[float, Field(gt=0, lt=1)] = 0.3
    """Mean score of the joints from which there is a person."""


class _List(_Entry):
    schema_version: Annotated[Literal[1], Field(alias="schema")]
    models: tuple[ModelEntry, ...]


def load(folder: Path, name: str, *, threads: int = 1, stopwatch: Stopwatch = UNMEASURED) -> PoseEstimator:
    """The estimator of an added model.

    Raises:
        ModelError: no such entry, a wrong one, a file that is missing or cannot be run, or outputs of other shapes.
        ModelDigestError: the file is not the one of the entry.
    """
    entry = listed(folder, name)
    network = _network(folder, entry, threads)
    reader = Reader(entry.decoder, entry.outputs)
    picture = Input(entry.input.colours, entry.input.mean, entry.input.deviation)
    try:
        reader.check(network)
        picture.check(network)
    except ValueError as fault:
        raise ModelError(f"{folder / entry.file}: {fault}", _SEE) from fault
    limits = replace(PoseLimits(), landmark_flag=entry.person_score, tile_flag=entry.person_score)
    if entry.decoder is Decoder.MOVENET_MULTIPOSE:
        return SingleStage(network, reader, picture, limits, stopwatch)
    detector = interpreter.load(folder, blazepose.DETECTOR, threads)
    return TopDown(detector, CocoLandmarks(network, reader, picture, stopwatch), limits, stopwatch)


def names(folder: Path) -> tuple[str, ...]:
    """Every model that was added; none where there is no list.

    Raises:
        ModelError: the list is wrong.
    """
    path = folder / LIST
    return tuple(entry.name for entry in _read(path).models) if path.exists() else ()


def listed(folder: Path, name: str) -> ModelEntry:
    """The entry of a model; raises as `load` does."""
    path = folder / LIST
    if not path.exists():
        raise ModelError(f"{path}: does not exist: no model {name!r}", f"use blazepose, or add it: {_SEE}")
    found = _read(path)
    entry = next((model for model in found.models if model.name == name), None)
    if entry is None:
        known = ", ".join(model.name for model in found.models) or "nothing"
        raise ModelError(f"{path}: lists no model {name!r}, but {known}", "mend `pose_model` or add an entry")
    return entry


def verified(folder: Path, entry: ModelEntry) -> bytes:
    """The content of a model whose digest is the entry's; raises as `load` does."""
    file = folder / entry.file
    try:
        content = file.read_bytes()
    except OSError as fault:
        raise ModelError(f"{file}: {fault.strerror}", f"put the file there that {LIST} names") from fault
    digest = hashlib.sha256(content).hexdigest()
    if digest != entry.sha256:
        raise ModelDigestError(file, entry.sha256, digest)
    return content


def _network(folder: Path, entry: ModelEntry, threads: int) -> Model:
    content = verified(folder, entry)
    try:
        return Model(content, threads)
    except (ValueError, RuntimeError) as fault:
        told = f"{folder / entry.file}: this runtime cannot run it: {fault}"
        raise ModelError(told, "export it to LiteRT again") from fault


def _read(path: Path) -> _List:
    try:
        return _List.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as fault:
        raise ModelError(f"{path}: {fault.strerror}", _SEE) from fault
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise ModelError(f"{path}: no valid YAML", _SEE) from fault
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ModelError(f"{path}: {where}: {first['msg']}", _SEE) from fault
