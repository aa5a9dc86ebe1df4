"""The configuration as far as it can be read: of a broken one, the sections that are whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from firmware_config.faults import Fault
from firmware_config.load import InvalidConfigurationError, load
from firmware_config.parts import plain
from firmware_config.profiles import with_profile
from firmware_config.schema import Broker, Camera, Configuration
from firmware_config.tree import MOST_BYTES, NoTreeError, parse

Kind = TypeVar("Kind", Broker, Camera)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says."""

    path: Path
    configuration: Configuration | None
    """None where it cannot be used."""
    faults: tuple[Fault, ...]
    cameras: tuple[Camera, ...]
    """Of a broken file, those whose own sections are whole."""
    broker: Broker | None
    """The same of the broker."""


def read(path: Path) -> Reading:
    """Read a file, however broken."""
    try:
        configuration = load(path)
    except InvalidConfigurationError as invalid:
        cameras, broker = _whole(path)
        return Reading(path, None, invalid.faults, cameras, broker)
    return Reading(path, configuration, (), configuration.cameras, configuration.broker)


def _whole(path: Path) -> tuple[tuple[Camera, ...], Broker | None]:
    try:
        with path.open("rb") as file:
            data = with_profile(plain(parse(file.read(MOST_BYTES).decode("utf-8")).data))
    except (OSError, UnicodeDecodeError, NoTreeError):
        return (), None
    if not isinstance(data, dict):
        return (), None
    folder, listed = path.resolve().parent, data.get("cameras")
    found = [_section(Camera, item, folder) for item in listed] if isinstance(listed, list) else []
    by_id = {camera.id: camera for camera in found if camera is not None}
    return tuple(by_id.values()), _section(Broker, data.get("broker"), folder)


def _section(kind: type[Kind], written: object, folder: Path) -> Kind | None:
    try:
        return kind.model_validate(written, context={"folder": folder})
    except ValidationError:
        return None
