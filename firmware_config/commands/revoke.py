"""`edge-config revoke`: the broker lets a box in no more."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from firmware_config.commands.passphrase import add_option, passphrase
from firmware_config.facility import boxes, keys, model, register
from firmware_config.facility.alone import alone_in_folder
from firmware_config.facility.layout import Layout


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("revoke", help="revoke every certificate of a box")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("device", metavar="DEVICE")
    parser.add_argument(
        "--old", action="store_true", help="only those before its newest: after a renewal, once the box has that one"
    )
    add_option(parser)
    parser.set_defaults(run=alone_in_folder(_run))


def _run(options: argparse.Namespace) -> int:
    layout = Layout(options.folder)
    facility = model.load(options.folder)
    own = keys.authority(layout, passphrase(options))
    keep = boxes.newest(layout, facility, options.device).serial_number if options.old else None
    count = register.revoke(layout, own, options.device, datetime.now(UTC), keep)
    print(f"{options.device}: {count} certificate(s) revoked." if count else f"{options.device}: revoked already.")
    print(f"Copy {layout.broker / 'ca.crl'} to the broker and restart it; until then it is let in by them.")
    if not options.old and options.device in {box.device for box in facility.rooms}:
        print("Its room has no box now: `edge-config swap` gives it another, `rotate` and a card this one again.")
    return 0
