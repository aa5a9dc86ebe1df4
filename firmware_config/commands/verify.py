"""`edge-config verify`: whether a box would take a bundle."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509

from firmware_config.bundle import card, contents
from firmware_config.bundle.boot import STATUS
from firmware_config.bundle.verify import Bundle, Expected, opened
from firmware_config.disk import Disk
from firmware_config.errors import Exit, InstallerError


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("verify", help="say whether a box would take a bundle")
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="BUNDLES/<device>, or a mounted card")
    parser.add_argument("--facility", type=Path, metavar="DIR", help="of the facility whose key must have signed it")
    parser.set_defaults(run=_run)


def found_in(place: Path, facility: Path | None = None) -> Bundle:
    """The bundle in a folder.

    Raises:
        InstallerError: there is none, or no box would take it.
    """
    files = Disk()
    folder = place / contents.FOLDER if card.holds_bundle(files, place) else place
    if not files.is_file(folder / contents.MANIFEST):
        raise InstallerError(f"there is no bundle in {place}: make one with `edge-config bundle`")
    if files.is_file(place / f"{STATUS}.json") and not files.is_file(folder / contents.FILES / contents.KEY):
        raise InstallerError(
            f"a box has read {place} and removed the keys from it: `edge-config status` says what it made of it"
        )
    key = (facility / "signing" / "signing.pub").read_bytes() if facility else None
    return opened(card.read(files, folder), Expected(key))


def _run(options: argparse.Namespace) -> int:
    bundle = found_in(options.bundle, options.facility)
    manifest = bundle.manifest
    print(f"good: {manifest.facility}/{manifest.device}, generation {manifest.generation}, made {manifest.created_at}")
    certificate = x509.load_pem_x509_certificate(bundle.sealed.files[contents.CERTIFICATE])
    ends = certificate.not_valid_after_utc
    left = (ends - datetime.now(UTC)).days
    print(f"  its certificate ends on {ends:%Y-%m-%d}, {f'in {left} days' if left >= 0 else 'which is past: renew it'}")
    whose = (
        "the facility's key"
        if options.facility
        else "the key that it carries; add --facility DIR to compare it with yours"
    )
    print(f"  signed by {whose} (SHA-256 {sha256(bundle.key).hexdigest()[:16]})")
    return Exit.DONE
