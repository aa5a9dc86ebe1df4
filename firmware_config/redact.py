"""A configuration that may be shown: in a support bundle, by `doctor`, in a log."""

from __future__ import annotations

from pathlib import PurePath
from typing import TypeAlias

from pydantic import BaseModel

from firmware_config.field import Privacy, facts
from firmware_config.schema import Configuration

Shown: TypeAlias = "str | int | float | bool | list[Shown] | dict[str, Shown] | None"

COVERS = {Privacy.SECRET: "***", Privacy.PERSONAL: "(personal)"}
"""What stands for a value; that there is none may be seen."""


def redacted(configuration: Configuration) -> dict[str, Shown]:
    """The configuration as JSON has it, with a cover over each value that is personal or secret."""
    return _section(configuration)


def _section(section: BaseModel) -> dict[str, Shown]:
    shown: dict[str, Shown] = {}
    for name, info in type(section).model_fields.items():
        value = getattr(section, name)
        cover = COVERS.get(facts(info).privacy)
        shown[info.alias or name] = _value(value) if cover is None or value is None else cover
    return shown


def _value(value: object) -> Shown:
    if isinstance(value, BaseModel):
        return _section(value)
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    if isinstance(value, PurePath):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"a plain field of type {type(value).__name__} cannot be shown")
