"""`carepose-update`: takes a release that the maker signed, or undoes one that a power cut ended."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from firmware_config.disk import Disk
from firmware_config.update import debian
from firmware_config.update.release import (
    MOST_MANIFEST_BYTES,
    MOST_PACKAGE_BYTES,
    SIGNATURE_BYTES,
    Release,
    Taker,
    UpdateError,
    signed_by,
    taken,
    whole,
)
from firmware_config.update.run import Place, resume, update

HOME = Path("/usr/lib/carepose")
STATE = Path("/var/lib/carepose-update")
KEY = Path("/usr/share/carepose/release.pub")
NONE = "0.0.0"
NOT_TAKEN = 3


def main(arguments: list[str] | None = None) -> int:
    """Run it; 0 when the box has the release, 3 when it has what it had before."""
    parser = argparse.ArgumentParser(prog="carepose-update", description="Take a new version of the application.")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "manifest", nargs="?", type=Path, metavar="FILE.json", help="beside its FILE.sig and its package"
    )
    which.add_argument("--resume", action="store_true", help="at the box's start: undo what a power cut left untried")
    options = parser.parse_args(arguments)
    place = Place(Disk(), HOME, STATE, print)
    try:
        STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
        if options.resume:
            undone = resume(place)
            if undone is not None:
                print(f"version {undone} had not proven itself before the power went: {place.version()} is used again")
            return 0
        taker = Taker(place.version() or NONE, debian.system(), debian.machine())
        release, package = _checked(options.manifest, taker)
        update(place, debian.Debian(), release, package, taker)
    except UpdateError as refused:
        print(f"carepose-update: {refused}", file=sys.stderr)
        return NOT_TAKEN
    except OSError as fault:
        print(f"carepose-update: {fault.filename}: {fault.strerror}", file=sys.stderr)
        return NOT_TAKEN
    print(f"version {release.version} is in use")
    return 0


def _checked(manifest: Path, taker: Taker) -> tuple[Release, Path]:
    """Signature first, then whom it is for, then the package."""
    if not KEY.is_file():
        raise UpdateError(f"This box has no key of the maker ({KEY}): it takes no updates.")
    files = Disk()
    raw = files.read(manifest, MOST_MANIFEST_BYTES)
    release = signed_by(KEY.read_bytes(), raw, files.read(manifest.with_suffix(".sig"), SIGNATURE_BYTES))
    taken(release, taker)
    package = manifest.parent / release.package
    whole(release, files.read(package, MOST_PACKAGE_BYTES))
    return release, package


if __name__ == "__main__":
    sys.exit(main())
