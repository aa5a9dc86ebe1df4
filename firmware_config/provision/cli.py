"""`carepose-provision`: run once before the agent; never keeps it from starting with what it has."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from firmware_config.bundle.boot import STATUS
from firmware_config.disk import Disk
from firmware_config.provision.outcome import Result
from firmware_config.provision.run import provision, write_status
from firmware_config.provision.store import Store

CARDS = (Path("/boot/firmware"), Path("/boot"), Path("/mnt/carepose"))
"""Where a boot partition is mounted on a Raspberry Pi; the last for a labelled volume, as docs/bundles.md says."""

NOT_TAKEN = 3


def main(arguments: list[str] | None = None) -> int:
    """Run it; 0 when the box has what the card says, 3 when a bundle was not taken."""
    parser = argparse.ArgumentParser(prog="carepose-provision", description="Take a box's bundle from its card.")
    parser.add_argument("--card", type=Path, action="append", metavar="DIR", help="where a card is mounted")
    parser.add_argument("--etc", type=Path, default=Path("/etc/carepose"), metavar="DIR")
    parser.add_argument("--state", type=Path, default=Path("/var/lib/carepose-provision"), metavar="DIR")
    options = parser.parse_args(arguments)
    files, cards = Disk(), options.card or CARDS
    os.umask(0o022)  # the agent, which is not root, reads its configuration; secrets are made for root alone
    try:
        for folder in (options.etc, options.state):
            folder.mkdir(parents=True, exist_ok=True)
        outcome = provision(Store(files, options.etc, options.state), cards)
    except OSError as fault:
        print(f"carepose-provision: {fault.filename}: {fault.strerror}: is the disk broken?", file=sys.stderr)
        return NOT_TAKEN
    print(outcome.as_text(), end="")
    told = [place for place in cards if any((place / name).exists() for name in ("carepose", f"{STATUS}.txt"))]
    try:
        for place in told[:1]:
            write_status(files, place, outcome, datetime.now(UTC).isoformat(timespec="seconds"))
    except OSError as fault:
        print(f"carepose-provision: the status could not be written to the card: {fault.strerror}", file=sys.stderr)
    return 0 if outcome.result in {Result.INSTALLED, Result.UNCHANGED} else NOT_TAKEN


if __name__ == "__main__":
    sys.exit(main())
