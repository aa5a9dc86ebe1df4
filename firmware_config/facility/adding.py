"""What is being added, so that it can be undone where it broke off, also by a power cut: all come in, or none."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from firmware_config.facility import register
from firmware_config.facility.layout import Layout, write

STAGE, NAMES = ".adding", "names"


def begin(layout: Layout, names: Iterable[str]) -> Path:
    """Note whose folders and certificates are going to be made.

    Returns:
        The folder to make them in.
    """
    write(layout.root / STAGE / NAMES, "".join(f"{name}\n" for name in names))
    return layout.root / STAGE


def undo(layout: Layout, listed: Iterable[str]) -> None:
    """Clear away what did not get as far as being listed: nobody has got its certificates, and its names are free.

    Args:
        layout: of the facility.
        listed: the boxes of `facility.yaml`.

    Raises:
        InstallerError: the register is damaged.
        OSError: it cannot be written.
    """
    noted = layout.root / STAGE / NAMES
    if noted.exists():
        left = set(noted.read_text(encoding="utf-8").split()) - set(listed)
        register.forget(layout, left)
        for name in left:
            shutil.rmtree(layout.device(name), ignore_errors=True)
    end(layout)


def end(layout: Layout) -> None:
    """They are listed: forget the note."""
    shutil.rmtree(layout.root / STAGE, ignore_errors=True)
