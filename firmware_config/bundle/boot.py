"""Where a bundle may be put: the boot partition of a card, and nothing that only looks like a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from firmware_config.bundle import card, contents
from firmware_config.bundle.verify import Sealed
from firmware_config.disk import Files, remove_tree
from firmware_config.errors import InstallerError

SIGNS = frozenset({"config.txt", "cmdline.txt"})
"""Of a Raspberry Pi's boot partition."""
STATUS = "carepose-status"
FORCE = "--force-not-a-boot-partition"


def is_boot_partition(names: Iterable[str]) -> bool:
    """Whether a box reads its bundle there: a Raspberry Pi's boot partition, or where a bundle is already.

    >>> is_boot_partition(["CONFIG.TXT", "cmdline.txt", "kernel8.img"]), is_boot_partition(["DCIM"])
    (True, False)
    """
    found = {name.lower() for name in names}
    return found >= SIGNS or contents.FOLDER in found


def put(files: Files, place: Path, sealed: Sealed, *, called: str, force: bool) -> None:
    """Put a bundle onto a card; what the box said about another one is removed.

    Raises:
        InstallerError: it is no boot partition, or there is no room on it; what was there is still there.
        OSError: it cannot be written.
    """
    if not force and not is_boot_partition(files.names(place)):
        raise InstallerError(
            f"{called} is not the boot partition of a box: it lacks {' and '.join(sorted(SIGNS))}. Choose the "
            f"partition that is called bootfs or system-boot; for a volume prepared by hand add {FORCE}"
        )
    try:
        card.put(files, place, sealed)
    except OSError as fault:
        raise InstallerError(
            f"the bundle could not be written to {called}: {fault.strerror or fault}. The one before, if there was "
            "one, is still there; make room on the card, or take another"
        ) from None
    for suffix in (".json", ".txt"):
        remove_tree(files, place / f"{STATUS}{suffix}")
    files.sync(place)
