"""`edge-config broker`: Mosquitto's files, ready to drop in."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from firmware_config.commands.passphrase import add_option, passphrase
from firmware_config.facility import found, keys, model, mosquitto
from firmware_config.facility.layout import Layout, write


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("broker", help="write Mosquitto's files into DIR/broker")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument(
        "--at", default=mosquitto.AT, metavar="PATH", help="where they will lie on the broker's machine"
    )
    parser.add_argument("--renew", action="store_true", help="give the broker another certificate, for all its names")
    add_option(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    layout, facility = Layout(options.folder), model.load(options.folder)
    if options.renew:
        own = keys.authority(layout, passphrase(options))
        found.server(layout, own, facility, datetime.now(UTC))
    write(layout.broker / "ca.crt", layout.ca_certificate.read_bytes())
    write(layout.broker / "ca.crl", layout.crl.read_bytes())
    write(layout.broker / "carepose.conf", mosquitto.settings(facility, options.at))
    write(layout.broker / "acl", mosquitto.rights(facility))
    write(layout.broker / "README.txt", mosquitto.steps(options.at))
    print(mosquitto.steps(options.at), end="")
    print(f"\nThe recommender's certificate and key are in {layout.recommender}.")
    return 0
