"""The list that is signed: for whom a bundle is, which one it is, and what each file must be."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from firmware_config.bundle import contents
from firmware_config.section import Section
from firmware_config.values import Identifier, Whole

MOST_GENERATIONS = 2**31 - 1


class Entry(Section):
    """What one file must be."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: Annotated[Whole, Field(ge=0, le=contents.LARGEST_BYTES)]
    """In bytes."""


class Manifest(Section):
    """Closed: a field that it does not know is a fault."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    version: Annotated[Literal[1], Field(alias="schema")] = 1
    facility: Identifier
    device: Identifier
    generation: Annotated[Whole, Field(ge=1, le=MOST_GENERATIONS)]
    """Of the configuration; a box takes only a greater one than any that it had."""
    created_at: Annotated[str, Field(pattern=r"^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z$")]
    """In UTC, by the installer's laptop; for people: no box decides by it."""
    files: Annotated[dict[str, Entry], Field(min_length=1, max_length=contents.MOST_FILES)]

    def raw(self) -> bytes:
        """The bytes that are signed."""
        return json.dumps(self.model_dump(), indent=1, sort_keys=True).encode() + b"\n"


def entry(data: bytes) -> Entry:
    """What a file of these bytes must be."""
    return Entry(sha256=sha256(data).hexdigest(), size=len(data))
