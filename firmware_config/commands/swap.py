"""`edge-config swap`: a dead box is replaced."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from firmware_config.commands.passphrase import add_option, passphrase
from firmware_config.facility import boxes, keys
from firmware_config.facility.alone import alone_in_folder
from firmware_config.facility.layout import Layout


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("swap", help="replace a room's box: a new one with its configuration, the old revoked")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("room", metavar="ROOM")
    add_option(parser)
    parser.set_defaults(run=alone_in_folder(_run))


def _run(options: argparse.Namespace) -> int:
    layout = Layout(options.folder)
    own = keys.authority(layout, passphrase(options))
    old, new = boxes.swap(options.folder, options.room, own, datetime.now(UTC))
    print(f"{options.room}: {new} in place of {old}, whose certificates are revoked.")
    print(f"Copy {layout.broker / 'ca.crl'} to the broker and restart it: until then the old box is let in.")
    print(f"Then bundle {new}, write its card and print its label.")
    return 0
