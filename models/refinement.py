"""What is done to a graph's weights before they are quantized, stored as a JSON file: made by `models.calibrate`."""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from models import ranges
from models.rounding import rounded
from models.streams import equalized


class Refinement(BaseModel):
    """For one float graph.

    Attributes:
        graph_sha256: digest of the float32 graph it belongs to.
        pictures: how many inputs of the network the moves were chosen on.
        factors: by name of a linear tensor, what each of its channels is multiplied by (see `models.streams`).
        moves: by operator, how far each weight is from the nearest step (see `models.rounding`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    graph_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    pictures: Annotated[int, Field(gt=0)]
    factors: dict[str, tuple[float, ...]]
    moves: dict[str, str]

    def equal(self, content: bytes) -> bytes:
        """The float graph with its linear channels brought to one size."""
        return equalized(content, {name: np.array(values, np.float32) for name, values in self.factors.items()})

    def applied(self, content: bytes) -> bytes:
        """The float graph ready to be quantized."""
        return rounded(self.equal(content), self.moves)


def load(path: Path) -> Refinement:
    """Reads such a file.

    Raises:
        ManifestError: it isn't one.
    """
    return ranges.read(path, Refinement)


def dump(refinement: Refinement) -> str:
    """The text of the file."""
    return json.dumps(refinement.model_dump(), indent=1, sort_keys=True) + "\n"
