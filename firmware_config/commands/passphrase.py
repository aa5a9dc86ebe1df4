"""The passphrase that locks a facility's keys, from a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from firmware_config.errors import Exit, InstallerError

MOST_BYTES = 1000
"""OpenSSL takes 1,023."""


def add_option(parser: argparse.ArgumentParser) -> None:
    """Let a command be told it."""
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="its first line locks the facility's keys")


def passphrase(options: argparse.Namespace) -> str | None:
    """What the file's first line says; None where there is no file.

    Raises:
        InstallerError: it is empty, too long or no text.
    """
    path: Path | None = options.passphrase_file
    if path is None:
        return None
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()  # Windows' editor marks its files
    except UnicodeDecodeError:
        raise InstallerError(f"{path} is not UTF-8 (save it as UTF-8)", Exit.INVALID) from None
    if not lines or not lines[0].strip():
        raise InstallerError(f"{path} has an empty first line (write the passphrase there)", Exit.INVALID)
    if len(lines[0].encode()) > MOST_BYTES:
        raise InstallerError(f"the passphrase in {path} is too long (at most {MOST_BYTES} bytes)", Exit.INVALID)
    return lines[0]
