"""`edge-config labels`: a sheet of QR codes to print."""

from __future__ import annotations

import argparse
from pathlib import Path

from firmware_config.errors import InstallerError
from firmware_config.facility import model
from firmware_config.facility.layout import write


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("labels", help="write a sheet of QR labels: room, box, its test page")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help="default: all")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: DIR/labels.html")
    parser.add_argument("--port", type=int, default=8443, help="of the test page (edge-agent aim)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    facility = model.load(options.folder)
    if unknown := [room for room in options.rooms if room not in {box.room for box in facility.rooms}]:
        raise InstallerError(f"{', '.join(unknown)}: no room of this facility (facility.yaml names them)")
    wanted = [box for box in facility.rooms if not options.rooms or box.room in options.rooms]
    if not wanted:
        raise InstallerError("the facility has no rooms yet (edge-config add)")
    try:
        from firmware_config.facility.labels import sheet  # noqa: PLC0415 - an extra that boxes do not install
    except ImportError:
        raise InstallerError("segno is missing (pip install 'carepose[installer]')") from None
    out = options.out or options.folder / "labels.html"
    write(out, sheet(facility, wanted, options.port))
    print(f"{out}: {len(wanted)} label(s); print it on A4 without scaling")
    return 0
