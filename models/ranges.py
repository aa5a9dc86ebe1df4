"""Calibrated ranges: the smallest and largest value each activation takes, stored as a small JSON file."""

import json
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.errors import ManifestError

Made = TypeVar("Made", bound=BaseModel)

STORED_DIGITS = 7  # significant decimal digits; float32 carries no more


class Range(BaseModel):
    """Smallest and largest value of one tensor over the calibration pictures."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    low: float
    high: float

    @model_validator(mode="after")
    def _ordered(self) -> "Range":
        if self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")
        return self


class Calibration(BaseModel):
    """The ranges of one graph, and what they were taken from.

    Attributes:
        graph_sha256: digest of the float32 graph they belong to.
        pictures: how many inputs of the network were run.
        statistic: how the values of the single pictures were combined.
        sources: what the pictures were, in words.
        ranges: by tensor name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    graph_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    pictures: Annotated[int, Field(gt=0)]
    statistic: str
    sources: tuple[str, ...]
    ranges: dict[str, Range]


def load(path: Path) -> Calibration:
    """Reads a file of ranges.

    Raises:
        ManifestError: it isn't one.
    """
    return read(path, Calibration)


def read(path: Path, kind: type[Made]) -> Made:
    """Reads a file that ``models.calibrate`` made.

    Raises:
        ManifestError: it isn't one of this kind.
    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ManifestError(f"{path}: {where}: {first['msg']}; run python -m models.calibrate") from error


def dump(calibration: Calibration) -> str:
    """The text of the file: one tensor a line, so that a change can be read in a diff."""
    head = calibration.model_dump(exclude={"ranges"})
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    tensors = [
        f"    {json.dumps(name)}: {json.dumps({'low': r.low, 'high': r.high})}"
        for name, r in sorted(calibration.ranges.items())
    ]
    return "\n".join(["{", *lines, '  "ranges": {', ",\n".join(tensors), "  }", "}"]) + "\n"


def rounded(value: float) -> float:
    """``value`` as it is stored."""
    return float(f"{value:.{STORED_DIGITS}g}")
