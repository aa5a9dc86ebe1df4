"""`edge-config add`: rooms, one by one or as a list."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from firmware_config.commands.passphrase import add_option, passphrase
from firmware_config.errors import Exit, InstallerError
from firmware_config.facility import boxes, keys, model, register, rooms
from firmware_config.facility.alone import alone_in_folder
from firmware_config.facility.layout import Layout
from firmware_config.facility.model import Facility
from firmware_config.facility.rooms import Room
from firmware_config.faults import InvalidConfigurationError


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("add", help="bring a room, or a list of rooms, into a facility")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("room", nargs="?", help="one room")
    parser.add_argument("--csv", type=Path, metavar="FILE", help=f"columns: {', '.join(rooms.COLUMNS)}")
    for column in rooms.COLUMNS[1:]:
        parser.add_argument(f"--{column}", default="", help="as the column of a list")
    add_option(parser)
    parser.set_defaults(run=alone_in_folder(_run))


def _run(options: argparse.Namespace) -> int:
    if (options.room is None) == (options.csv is None):
        raise InstallerError("say a room, or --csv FILE", Exit.USAGE)
    facility, layout = model.load(options.folder), Layout(options.folder)
    used = frozenset(register.serials(layout))
    if options.csv is not None:
        found = rooms.parse(options.csv, rooms.text_of(options.csv, options.csv.read_bytes()), facility, used)
    else:
        found = [_one(options, facility, used)]
    own = keys.authority(layout, passphrase(options))
    made = boxes.add(options.folder, found, own, datetime.now(UTC), lambda count: _progress(count, len(found)))
    for box in made:
        print(f"{box.room}: {box.device}")
    return 0


def _one(options: argparse.Namespace, facility: Facility, used: frozenset[str]) -> Room:
    """A room from the command's own words: a list of one, whose faults have no place in a file."""
    cells = ";".join('"{}"'.format(getattr(options, name).replace('"', '""')) for name in rooms.COLUMNS)
    try:
        return rooms.parse(Path(), f"{';'.join(rooms.COLUMNS)}\n{cells}\n", facility, used)[0]
    except InvalidConfigurationError as invalid:
        told = (f"{fault.where}: {fault.what}, found {fault.found}; {fault.allowed}" for fault in invalid.faults)
        raise InstallerError("\n".join(told), Exit.INVALID) from None


def _progress(done: int, whole: int) -> None:
    """A bar, where somebody looks."""
    if sys.stderr.isatty():
        filled = 40 * done // whole
        bar = "#" * filled + "." * (40 - filled)
        print(f"\r[{bar}] {done} of {whole}", end="\n" if done == whole else "", file=sys.stderr, flush=True)
