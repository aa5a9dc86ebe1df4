"""`edge-config rotate`: certificates renewed long before they end."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from firmware_config.commands.passphrase import add_option, passphrase
from firmware_config.errors import InstallerError
from firmware_config.facility import authority, boxes, keys, model
from firmware_config.facility.alone import alone_in_folder
from firmware_config.facility.layout import Layout


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("rotate", help="renew the certificates that are due, or those of the named boxes")
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("devices", nargs="*", metavar="DEVICE")
    parser.add_argument("--due", action="store_true", help="only list what is due; renew nothing")
    parser.add_argument(
        "--same-key", action="store_true", help="renew the certificate alone, which `push` brings to boxes at work"
    )
    add_option(parser)
    parser.set_defaults(run=alone_in_folder(_run))


def _run(options: argparse.Namespace) -> int:
    layout, facility, now = Layout(options.folder), model.load(options.folder), datetime.now(UTC)
    listed = [box.device for box in facility.rooms]
    if unknown := [device for device in options.devices if device not in {*listed, facility.consumer}]:
        raise InstallerError(f"{', '.join(unknown)}: no box of this facility (facility.yaml names them)")
    for warning in _warnings(layout, now):
        print(f"edge-config: warning: {warning}", file=sys.stderr)
    wanted = options.devices or [
        device for device in listed if authority.due(boxes.newest(layout, facility, device), now)
    ]
    if options.due:
        for device in wanted:
            print(f"{device}: ends on {boxes.newest(layout, facility, device).not_valid_after_utc:%Y-%m-%d}")
        return 0
    own = keys.authority(layout, passphrase(options))
    for device in wanted:
        until = boxes.renew(options.folder, device, own, now, same_key=options.same_key)
        brings = "push it" if options.same_key else "bundle it again"
        bring = f"copy {layout.recommender}" if device == facility.consumer else brings
        print(f"{device}: renewed until {until:%Y-%m-%d}; {bring}")
    if not wanted:
        print("Nothing is due.")
    return 0


def _warnings(layout: Layout, now: datetime) -> list[str]:
    """What is due and no box's: renewed by hand, since somebody must copy it."""
    told = {
        layout.broker / "server.crt": "the broker's certificate (edge-config broker DIR --renew, then copy it)",
        layout.recommender
        / "client.crt": "the recommender's certificate (edge-config rotate DIR CONSUMER, then copy it)",
        layout.ca_certificate: "the authority (set the facility up anew)",
    }
    found = {path: keys.certificate(path) for path in told}
    return [
        f"{what} ends on {found[path].not_valid_after_utc:%Y-%m-%d}"
        for path, what in told.items()
        if authority.due(found[path], now)
    ]
