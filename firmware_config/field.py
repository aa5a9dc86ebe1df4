"""What is said of every field, beside its type: the table that validation, redaction, docs and JSON Schema read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import Field
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined


class Privacy(StrEnum):
    """Who may read a value."""

    PLAIN = "plain"
    """Anyone: it may stand in a log."""
    PERSONAL = "personal"
    """It can lead to a resident or a caregiver, and leaves the box in no bundle."""
    SECRET = "secret"  # noqa: S105  the name of a class
    """It opens something, or says where to find what does; it is never shown."""


PLAIN, PERSONAL, SECRET = Privacy.PLAIN, Privacy.PERSONAL, Privacy.SECRET
NO_UNIT, FRACTION = "-", "fraction"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an author must say of a field, beside its type, default and bounds."""

    unit: str
    """`s`, `px`, ...; `NO_UNIT` for what has none."""
    privacy: Privacy
    about: str
    """A sentence for installers."""
    live: bool | None = None
    """Whether a running agent takes a change over; None: as the section that it is in."""
    by_profile: str | None = None
    """The attribute of the profile that is the default."""
    names_file: bool = False
    """A file that must be there before the agent starts."""


def field(
    default: object = PydanticUndefined,
    *,
    unit: str,
    privacy: Privacy,
    about: str,
    live: bool | None = None,
    by_profile: str | None = None,
    names_file: bool = False,
    **bounds: Any,  # noqa: ANN401  pydantic's own: ge, le, min_length, pattern, alias ...
) -> Any:  # noqa: ANN401  pydantic's Field, which stands for any type
    """A field of a section; one without unit, privacy class and sentence is not to be had.

    Raises:
        ValueError: unit or sentence is empty.
    """
    if not unit or not about.endswith("."):
        raise ValueError(f"a field needs a unit and a sentence, not {unit!r} and {about!r}")
    told: JsonDict = {"x-unit": unit, "x-privacy": privacy.value}
    made = Field(default, description=about, json_schema_extra=told, **bounds)
    made.metadata.append(Facts(unit, privacy, about, live, by_profile, names_file))
    return made


def facts(info: FieldInfo) -> Facts:
    """What was said of a field.

    Raises:
        TypeError: it was not made by `field`.
    """
    for told in info.metadata:
        if isinstance(told, Facts):
            return told
    raise TypeError(f"a field of type {info.annotation} was not made by firmware_config.field.field")
