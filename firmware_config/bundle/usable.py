"""Whether a box could run with the configuration in a bundle."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path, PurePath

from pydantic import BaseModel

from firmware_config.bundle import contents
from firmware_config.bundle.manifest import Manifest
from firmware_config.bundle.refused import Fault, RefusedError
from firmware_config.load import InvalidConfigurationError, understood
from firmware_config.schema import Configuration

INSTALLED = Path("/etc/carepose/agent.yaml")
"""Where the configuration will lie: relative paths in it count from that folder."""


def configuration_in(raw: bytes, manifest: Manifest) -> Configuration:
    """The configuration, which must be valid and for the same box.

    Raises:
        RefusedError: it is not.
    """
    configuration = _valid(raw)
    named = (configuration.facility, configuration.device, configuration.generation)
    signed = (manifest.facility, manifest.device, manifest.generation)
    if named != signed:
        told = ["/".join(map(str, each)) for each in (named, signed)]
        raise _unusable(f"is for {told[0]} (facility, device, generation), and the bundle for {told[1]}")
    return configuration


def names_what_is_there(configuration: Configuration, names: Collection[str]) -> None:
    """Check that no credential is missing.

    Args:
        configuration: which names some.
        names: of the files that come with it, or that the box was given before.

    Raises:
        RefusedError: one is.
    """
    for path in paths_in(configuration):
        _, handed, name = path.as_posix().partition(contents.CREDENTIALS)
        if handed and (name not in names or not contents.handed_to_agent(name)):
            raise _unusable(f"names the credential {name}, and there is no such file")


def paths_in(section: BaseModel) -> Iterator[PurePath]:
    """Every path of a configuration, those in lists of sections included."""
    for name in type(section).model_fields:
        value = getattr(section, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, PurePath):
                yield item
            elif isinstance(item, BaseModel):
                yield from paths_in(item)


def _valid(raw: bytes) -> Configuration:
    try:
        return understood(INSTALLED, raw.decode("utf-8"), Configuration)
    except UnicodeDecodeError:
        raise _unusable("is not UTF-8") from None
    except InvalidConfigurationError as invalid:
        fault = invalid.faults[0]
        where = f"line {fault.line}: {fault.where}: " if fault.line else ""
        raise _unusable(f"cannot be used: {where}{fault.what}") from None


def _unusable(what: str) -> RefusedError:
    return RefusedError(
        Fault.UNUSABLE,
        f"The configuration in the bundle {what}; check it with `edge-config validate` and make the bundle anew.",
    )
