"""What is known of the residents: traits by room and subject, from a file that stays at the facility."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from facility_recommender.errors import ConfigurationError
from facility_recommender.recommend.catalogue import Catalogue

Traits: TypeAlias = Mapping[str, bool]
"""True: applies, False: known not to apply; a trait that is not named is unknown."""

Residents: TypeAlias = Mapping[tuple[str, str], Traits]
"""By room and subject: `("room-1", "resident")`."""


class _Resident(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    room: str
    subject: str
    traits: dict[str, bool]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    residents: list[_Resident]


def load(path: Path, catalogue: Catalogue) -> Residents:
    """Read the residents' file.

    Raises:
        ConfigurationError: it cannot be read, names a trait the catalogue does not know, or somebody twice. A trait
            with a typing error would be unknown for ever, so it is refused here.
    """
    try:
        file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}", "check --residents") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not YAML", "check --residents") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"{path}: {where}: {first['msg']}", "correct the file") from error
    return _checked(path, file, catalogue)


def _checked(path: Path, file: _File, catalogue: Catalogue) -> Residents:
    residents: dict[tuple[str, str], Traits] = {}
    for entry in file.residents:
        who = (entry.room, entry.subject)
        unknown = sorted(set(entry.traits) - set(catalogue.traits))
        if unknown:
            known = ", ".join(catalogue.traits)
            raise ConfigurationError(f"{path}: no trait is called {unknown[0]}", f"the traits are {known}")
        if who in residents:
            raise ConfigurationError(f"{path}: {entry.subject} of {entry.room} is named twice", "merge the two")
        residents[who] = entry.traits
    return residents
