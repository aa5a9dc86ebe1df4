"""The passphrase that locks a facility's keys, from a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from firmware_config.errors import Exit, InstallerError


def add_option(parser: argparse.ArgumentParser) -> None:
    """Let a command be told it."""
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="its first line locks the facility's keys")


def passphrase(options: argparse.Namespace) -> str | None:
    """What the file's first line says; None where there is no file.

    Raises:
        InstallerError: it is empty.
    """
    path: Path | None = options.passphrase_file
    if path is None:
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0]:
        raise InstallerError(f"{path} has an empty first line (write the passphrase there)", Exit.INVALID)
    return lines[0]
