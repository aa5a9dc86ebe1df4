"""From a YAML file to a configuration, or to every fault in it at once."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from firmware_config.faults import Fault, InvalidConfigurationError, of_errors, of_flaw
from firmware_config.migrations import CURRENT, version_of
from firmware_config.schema import Configuration
from firmware_config.section import Section
from firmware_config.tree import MOST_BYTES, NoTreeError, Tree, parse

__all__ = ["Fault", "InvalidConfigurationError", "load", "read", "text_of", "understood"]

Kind = TypeVar("Kind", bound=Section)


def load(path: Path) -> Configuration:
    """Read a box's configuration; relative paths in it count from its folder.

    Raises:
        InvalidConfigurationError: unreadable, no YAML, of an older version, or not what the schema allows.
    """
    return read(path, Configuration)


def read(path: Path, model: type[Kind]) -> Kind:
    """Read a file that is to be what `model` says.

    Raises:
        InvalidConfigurationError: unreadable, no YAML, or not what the model allows.
    """
    return understood(path, text_of(path), model)


def understood(path: Path, text: str, model: type[Kind]) -> Kind:
    """What a text is; `path` is where it lies, or will lie: relative paths count from its folder.

    Raises:
        InvalidConfigurationError: no YAML, or not what the model allows.
    """
    try:
        tree = parse(text)
    except NoTreeError as none:
        raise InvalidConfigurationError([of_flaw(path, none.flaw)]) from None
    if model is Configuration and (older := _older(path, tree)):
        raise InvalidConfigurationError([older])
    faults = [of_flaw(path, flaw) for flaw in tree.flaws]
    try:
        found = model.model_validate(tree.data, context={"folder": path.resolve().parent})
    except ValidationError as invalid:
        faults += of_errors(path, tree, invalid.errors(include_url=False), model)
    if faults:
        raise InvalidConfigurationError(faults)
    return found


def _older(path: Path, tree: Tree) -> Fault | None:
    """An older version is not read as if it were today's, and its every difference is no fault of the installer's."""
    version = version_of(tree.data)
    if version is None or version >= CURRENT:
        return None
    what = f"an older version of the format ({version}; this is {CURRENT})"
    return Fault(path, *tree.value_at(("version",)), "version", what, allowed=f"edge-config migrate {path.name}")


def text_of(path: Path) -> str:
    """What a file says, if it can be a configuration.

    Raises:
        InvalidConfigurationError: it cannot be read, is too long or is no UTF-8.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            folder = stat.S_ISDIR(found.st_mode)
            raise _unreadable(path, "a folder, not a file" if folder else "not a file", "one YAML file")
        if found.st_size > MOST_BYTES:
            raise _unreadable(path, "too long for a configuration", f"{MOST_BYTES // 1024} KiB")
        raw = path.read_bytes()[:MOST_BYTES]
    except OSError as fault:
        raise _unreadable(path, f"cannot be read: {fault.strerror}") from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise _not_utf8(path, raw, fault.start) from None


def _unreadable(path: Path, what: str, allowed: str = "") -> InvalidConfigurationError:
    return InvalidConfigurationError([Fault(path, None, None, "", what, allowed=allowed)])


def _not_utf8(path: Path, raw: bytes, start: int) -> InvalidConfigurationError:
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    before = raw[:start]
    line, column = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8")) + 1
    what = "text in UTF-16" if wide else "a character that is not UTF-8"
    return InvalidConfigurationError([Fault(path, line, column, "", what, allowed="a file saved as UTF-8")])
