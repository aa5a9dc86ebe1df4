"""`edge-config bundle`: signed bundles for some or all boxes of a facility."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from firmware_config.bundle.make import MADE_BY, workshop
from firmware_config.commands.passphrase import add_option, passphrase
from firmware_config.errors import Exit, InstallerError
from firmware_config.facility.alone import alone_in_folder
from firmware_config.load import InvalidConfigurationError
from firmware_config.system.adapters import ADAPTERS


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("bundle", help="make the signed bundles of boxes")
    parser.add_argument("folder", type=Path, metavar="DIR", help="of the facility")
    parser.add_argument("devices", nargs="*", metavar="DEVICE", help="which; all where none is named")
    parser.add_argument("--out", type=Path, required=True, metavar="BUNDLES", help="where to put them")
    add_option(parser)
    parser.add_argument(
        "--system",
        choices=ADAPTERS,
        help="also tell the box's own system what facility.yaml says of network, time zone and time servers",
    )
    parser.set_defaults(run=alone_in_folder(_run))


def _run(options: argparse.Namespace) -> int:
    shop = workshop(options.folder, passphrase(options))
    devices = options.devices or shop.devices()
    if not devices:
        raise InstallerError(f"there is no device in {options.folder}: {MADE_BY}")
    created_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    faults: list[str] = []
    for done, device in enumerate(devices, 1):
        try:
            bundle = shop.make(device, created_at, options.out)
            if options.system:
                shop.tell_system(device, options.system, options.out)
        except (InstallerError, InvalidConfigurationError) as fault:
            faults.append(f"{device}: {fault}")
            continue
        if len(devices) <= 10:
            print(f"{options.out / device}: generation {bundle.manifest.generation}")
        _progress(done, len(devices))
    print(
        f"{len(devices) - len(faults)} of {len(devices)} bundles made in {options.out}; they hold keys: keep them safe"
    )
    if faults:
        raise InstallerError("\n".join(faults), Exit.INVALID)
    return Exit.DONE


def _progress(done: int, of: int) -> None:
    if of > 10 and sys.stderr.isatty():
        filled = 40 * done // of
        end = "\n" if done == of else ""
        print(f"\r[{'#' * filled}{'.' * (40 - filled)}] {done}/{of}", end=end, file=sys.stderr, flush=True)
