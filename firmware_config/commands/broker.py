"""`edge-config broker`: what the broker's and the recommender's machine need, ready to drop in."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from firmware_config.commands.passphrase import add_option, passphrase
from firmware_config.errors import InstallerError
from firmware_config.facility import found, keys, model, mosquitto, recommender
from firmware_config.facility.alone import alone_in_folder
from firmware_config.facility.layout import Layout, write


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "broker", help="write what Mosquitto needs into DIR/broker, and the recommender into DIR/recommender"
    )
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument(
        "--at", default=mosquitto.AT, metavar="PATH", help="where they will lie on the broker's machine"
    )
    parser.add_argument("--renew", action="store_true", help="give the broker another certificate, for all its names")
    add_option(parser)
    parser.set_defaults(run=alone_in_folder(_run))


def _run(options: argparse.Namespace) -> int:
    layout, facility = Layout(options.folder), model.load(options.folder)
    if options.renew:
        own = keys.authority(layout, passphrase(options))
        found.server(layout, own, facility, datetime.now(UTC))
    if unnamed := found.unnamed(layout, facility):
        raise InstallerError(
            f"the broker's certificate does not name {', '.join(unnamed)}, as facility.yaml does: who dials that would "
            "refuse it (add --renew; boxes dial what their config.yaml says)"
        )
    write(layout.broker / "ca.crt", layout.ca_certificate.read_bytes())
    write(layout.broker / "ca.crl", layout.crl.read_bytes())
    write(layout.broker / "carepose.conf", mosquitto.settings(facility, options.at))
    write(layout.broker / "acl", mosquitto.rights(facility))
    write(layout.broker / "README.txt", mosquitto.steps(options.at))
    print(mosquitto.steps(options.at), end="")
    write(layout.recommender / "options", recommender.options(facility))
    write(layout.recommender / "README.txt", recommender.steps())
    print(f"\nWhat the recommender needs is in {layout.recommender}: its README.txt says how to install it.")
    return 0
