"""`edge-config revoke`: the broker lets a box in no more."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from firmware_config.commands.passphrase import add_option, passphrase
from firmware_config.facility import keys, model, register
from firmware_config.facility.layout import Layout


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("revoke", help="revoke every certificate of a box")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("device", metavar="DEVICE")
    add_option(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    layout = Layout(options.folder)
    model.load(options.folder)
    own = keys.authority(layout, passphrase(options))
    count = register.revoke(layout, own, options.device, datetime.now(UTC))
    print(f"{options.device}: {count} certificate(s) revoked." if count else f"{options.device}: revoked already.")
    print(f"Copy {layout.broker / 'ca.crl'} to the broker and restart it; until then the box is let in.")
    return 0
