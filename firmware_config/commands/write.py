"""`edge-config write`: a bundle onto a card."""

from __future__ import annotations

import argparse
from pathlib import Path

from firmware_config.bundle import boot
from firmware_config.commands.verify import found_in
from firmware_config.disk import Disk
from firmware_config.errors import Exit, InstallerError
from firmware_config.image.card import ROOT, boot_volume


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("write", help="put a bundle onto a card")
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="BUNDLES/<device>")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--mount", type=Path, metavar="DIR", help="where the card's boot partition is mounted")
    where.add_argument("--image", type=Path, metavar="FILE", help="an image that will be written to a card")
    parser.add_argument(boot.FORCE, action="store_true", dest="force", help="write wherever it is")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    bundle = found_in(options.bundle)
    force: bool = options.force
    if options.image:
        with boot_volume(options.image, change=True) as volume:
            boot.put(volume, ROOT, bundle.sealed, called=str(options.image), force=force)
        where, then = options.image, "write it to the card now"
    elif options.mount.is_dir():
        boot.put(Disk(), options.mount, bundle.sealed, called=str(options.mount), force=force)
        where, then = options.mount, "eject the card now"
    else:
        raise InstallerError(f"{options.mount} is no folder: put the card in and give the path at which it is mounted")
    manifest = bundle.manifest
    print(f"{where}: {manifest.facility}/{manifest.device}, generation {manifest.generation}; {then}")
    return Exit.DONE
