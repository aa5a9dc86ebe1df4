"""The list of built models, ``manifest.json`` beside them: what the agent reads to find a model and to check it."""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models import files
from models.errors import ManifestError
from models.manifest import FileName, Input, Manifest, Name, Sha256

LIST_NAME = "manifest.json"


class BuiltOutput(BaseModel):
    """One output tensor of a built model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    shape: tuple[int, ...]
    meaning: str


class BuiltModel(BaseModel):
    """One built model.

    Attributes:
        bytes, sha256: of the file; the agent checks both when it loads it.
        built_for: the digest the build's manifest asked for; another one than ``sha256`` only off x86_64.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    file: FileName
    bytes: Annotated[int, Field(gt=0)]
    sha256: Sha256
    built_for: Sha256
    task: Literal["person_detection", "pose_landmarks", "face_detection"]
    layout: Literal["blazepose33"] | None
    precision: Literal["float32", "int8"]
    input: Input
    outputs: tuple[BuiltOutput, ...]
    licence: str
    source: str


class BuiltList(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Annotated[Literal[1], Field(alias="schema")] = 1
    models: tuple[BuiltModel, ...] = ()


def described(name: str, manifest: Manifest, content: bytes) -> BuiltModel:
    """The entry of a model just built."""
    model = manifest.models[name]
    package = manifest.packages[model.recipe.package]
    return BuiltModel(
        name=name,
        file=f"{name}.tflite",
        bytes=len(content),
        sha256=files.sha256_of(content),
        built_for=model.sha256,
        task=model.task,
        layout=model.layout,
        precision=model.precision,
        input=model.input,
        outputs=tuple(BuiltOutput(**output.model_dump(exclude={"bound"})) for output in model.outputs),
        licence=model.licence,
        source=f"{model.recipe.package} {package.version}: {package.members[model.recipe.member].path}",
    )


def load(out: Path) -> dict[str, BuiltModel]:
    """The models listed in a folder, by name; none where nothing was built yet.

    Raises:
        ManifestError: the list isn't one.
    """
    path = out / LIST_NAME
    if not path.exists():
        return {}
    try:
        return {model.name: model for model in BuiltList.model_validate_json(path.read_bytes()).models}
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ManifestError(f"{path}: {where}: {first['msg']}; delete {path} and run again") from error


def save(out: Path, built: list[BuiltModel]) -> None:
    """Writes the list."""
    content = {"schema": 1, "models": [model.model_dump(mode="json") for model in built]}
    files.write_whole(out / LIST_NAME, (json.dumps(content, indent=2) + "\n").encode())
