"""From a YAML file to a configuration, or to every fault in it at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from firmware_config.schema import Configuration


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where and what."""

    file: Path
    line: int | None
    where: str
    what: str

    def __str__(self) -> str:
        """`file:line: key: what is wrong`."""
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.where}: {self.what}" if self.where else f"{place}: {self.what}"


class InvalidConfigurationError(Exception):
    """The file cannot be used; `faults` names everything found."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Carry all faults."""
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


def load(path: Path) -> Configuration:
    """Read `path`; relative paths in it count from its folder.

    Raises:
        InvalidConfigurationError: unreadable, no YAML, or not what the schema allows.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidConfigurationError((Fault(path, None, "", f"cannot be read: {fault}"),)) from fault
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else None
        raise InvalidConfigurationError((Fault(path, line, "", f"no valid YAML: {fault.problem}"),)) from fault
    except yaml.YAMLError as fault:
        raise InvalidConfigurationError((Fault(path, None, "", "no valid YAML"),)) from fault
    try:
        configuration = Configuration.model_validate(data)
    except ValidationError as error:
        items = error.errors(include_url=False)
        faults = tuple(
            Fault(path, _line(node, item["loc"]), ".".join(str(part) for part in item["loc"]), _say(item))
            for item in items
            if not any(_inside(other["loc"], item["loc"]) for other in items)
        )
        raise InvalidConfigurationError(faults) from None
    return _anchored(configuration, path.resolve().parent)


def _inside(inner: tuple[str | int, ...], outer: tuple[str | int, ...]) -> bool:
    """Whether a fault lies deeper: a list is "too short" when one of its items is wrong, which is no news."""
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _say(item: Any) -> str:  # noqa: ANN401  pydantic's ErrorDetails
    found = item.get("input")
    shown = f", found {found!r}" if isinstance(found, (str, int, float, bool)) else ""
    return f"{item['msg'][0].lower()}{item['msg'][1:]}{shown}"


def _line(node: yaml.Node | None, location: tuple[str | int, ...]) -> int | None:
    """The line of the deepest part of `location` that the file has."""
    line = None
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == part), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _anchored(configuration: Configuration, folder: Path) -> Configuration:
    """The same configuration with every path absolute."""

    def anchor(value: Any) -> Any:  # noqa: ANN401  any field's value
        if isinstance(value, Path):
            return folder / value
        if isinstance(value, dict):
            return {key: anchor(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(anchor(item) for item in value)
        return value

    return Configuration.model_validate(anchor(configuration.model_dump()))
