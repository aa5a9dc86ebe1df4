"""`edge-config status`: what the box said about its card."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from firmware_config.bundle import card
from firmware_config.bundle.boot import STATUS
from firmware_config.disk import Disk, Files
from firmware_config.errors import Exit, InstallerError
from firmware_config.image.card import ROOT, boot_volume

MOST_BYTES = 16 * 1024


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("status", help="say what a box made of its card")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--mount", type=Path, metavar="DIR", help="where the card's boot partition is mounted")
    where.add_argument("--image", type=Path, metavar="FILE", help="an image that was read back from a card")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if options.image:
        with boot_volume(options.image, change=False) as volume:
            return _tell(volume, ROOT, str(options.image))
    return _tell(Disk(), options.mount, str(options.mount))


def _tell(files: Files, place: Path, called: str) -> int:
    path = place / f"{STATUS}.json"
    if not files.is_file(path):
        if not card.holds_bundle(files, place):
            raise InstallerError(f"there is neither a bundle nor a status on {called}: is it the card of a box?")
        print("No box has read this card yet: put it into the box, start it, and look again after a minute.")
        return Exit.DONE
    try:
        told = json.loads(files.read(path, MOST_BYTES))
    except ValueError:
        told = None
    if not isinstance(told, Mapping):
        raise InstallerError(f"the status on {called} is damaged: start the box with the card once more", Exit.INVALID)
    print(_line(told.get("sentence")))
    if told.get("restored") is True:
        print("Its newest configuration was damaged; it runs with the last good one.")
    box = "/".join(_line(told.get(name)) for name in ("facility", "device"))
    generation = told.get("generation")
    print("It has no configuration." if generation is None else f"In use: {box}, generation {_line(generation)}.")
    print(f"Said at {_line(told.get('written_at'))} by the box's clock, which may have been wrong.")
    return Exit.DONE if told.get("result") in {"installed", "unchanged"} else Exit.REFUSED


def _line(value: object) -> str:
    """A file on a card may say anything: one line of it, and nothing that a terminal obeys."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(value)[:500])
