"""`edge-config migrate`: an older configuration becomes one of today, shown before it is written."""

from __future__ import annotations

import argparse
import difflib
from pathlib import Path

from firmware_config import migrations
from firmware_config.emit import emit
from firmware_config.errors import Exit, InstallerError
from firmware_config.facility.layout import write
from firmware_config.faults import InvalidConfigurationError, of_flaw
from firmware_config.load import load, text_of
from firmware_config.tree import NoTreeError, parse


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("migrate", help="show what an older configuration becomes; with --write, make it so")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--write", action="store_true", help="write it; the old one stays beside it as FILE.vN")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    path: Path = options.file
    before = text_of(path)
    try:
        tree = parse(before)
    except NoTreeError as none:
        raise InvalidConfigurationError([of_flaw(path, none.flaw)]) from None
    if tree.flaws:
        raise InvalidConfigurationError([of_flaw(path, flaw) for flaw in tree.flaws])
    version = migrations.version_of(tree.data)
    if version is None or version >= migrations.CURRENT or not isinstance(tree.data, dict):
        load(path)  # says what is wrong, if anything is
        print(f"{path}: is of version {migrations.CURRENT} already; nothing to do")
        return 0
    after = emit(migrations.upgraded(tree.data))
    print("".join(_difference(path, before, after)), end="")
    if not options.write:
        print(f"{path}: not changed; --write makes it so. Comments are not kept.")
        return 0
    kept = path.with_name(f"{path.name}.v{version}")
    if kept.exists():
        raise InstallerError(f"{kept} is there already (move it away; nothing is overwritten)", Exit.REFUSED)
    write(kept, path.read_bytes())
    write(path, after)
    print(f"{path}: upgraded to version {migrations.CURRENT}; the old one is {kept}")
    load(path)
    return 0


def _difference(path: Path, before: str, after: str) -> list[str]:
    """What is said by both, without differences of layout alone, as a unified diff."""
    old = emit(parse(before).data).splitlines(keepends=True)
    new = after.splitlines(keepends=True)
    return list(difflib.unified_diff(old, new, str(path), f"{path} (version {migrations.CURRENT})"))
