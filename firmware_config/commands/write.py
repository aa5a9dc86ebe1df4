"""`edge-config write`: a bundle onto a card."""

from __future__ import annotations

import argparse
from pathlib import Path

from firmware_config.bundle import boot
from firmware_config.bundle.verify import Bundle
from firmware_config.commands.verify import found_in
from firmware_config.disk import Disk, Files
from firmware_config.errors import Exit, InstallerError
from firmware_config.image.card import ROOT, boot_volume
from firmware_config.system import card as system


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
    if options.image:
        with boot_volume(options.image, change=True) as volume:
            _put(volume, ROOT, bundle, options, called=str(options.image))
        where, then = options.image, "write it to the card now"
    elif options.mount.is_dir():
        _put(Disk(), options.mount, bundle, options, called=str(options.mount))
        where, then = options.mount, "eject the card now"
    else:
        raise InstallerError(f"{options.mount} is no folder: put the card in and give the path at which it is mounted")
    manifest = bundle.manifest
    print(f"{where}: {manifest.facility}/{manifest.device}, generation {manifest.generation}; {then}")
    return Exit.DONE


def _put(files: Files, place: Path, bundle: Bundle, options: argparse.Namespace, *, called: str) -> None:
    told = system.found_in(Disk(), options.bundle)
    boot.put(files, place, bundle.sealed, called=called, force=options.force)
    for name in system.put(files, place, told):
        print(f"{called}: {name} was replaced; what was there is {name}{system.KEPT}")
    files.sync(place)
