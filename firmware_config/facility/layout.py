"""Where everything of a facility lies, and how files get there whole; secrets are their owner's alone (0600)."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

OPEN, SECRET = 0o644, 0o600


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder that `edge-config init` makes."""

    root: Path

    @property
    def facility(self) -> Path:
        """What installers read and edit; what it does not list is not there."""
        return self.root / "facility.yaml"

    @property
    def ca_certificate(self) -> Path:
        """Whom boxes, broker and recommender trust."""
        return self.root / "ca" / "ca.crt"

    @property
    def ca_key(self) -> Path:
        """Signs certificates."""
        return self.root / "ca" / "ca.key"

    @property
    def crl(self) -> Path:
        """Which certificates are revoked."""
        return self.root / "ca" / "ca.crl"

    @property
    def issued(self) -> Path:
        """A line for each client certificate ever issued: `{"serial", "name", "not_after"}`."""
        return self.root / "ca" / "issued.jsonl"

    @property
    def signing_key(self) -> Path:
        """Signs bundles (Ed25519)."""
        return self.root / "signing" / "signing.key"

    @property
    def signing_public(self) -> Path:
        """What boxes check bundles with."""
        return self.root / "signing" / "signing.pub"

    @property
    def broker(self) -> Path:
        """Mosquitto's files."""
        return self.root / "broker"

    @property
    def recommender(self) -> Path:
        """The recommender's certificate and key."""
        return self.root / "recommender"

    @property
    def devices(self) -> Path:
        """A folder for each box."""
        return self.root / "devices"

    def device(self, device: str) -> Path:
        """A box's folder: `config.yaml`, `client.crt`, `client.key`."""
        return self.devices / device


def write(path: Path, content: bytes | str, mode: int = OPEN) -> None:
    """Write a file whole or not at all, making its folder.

    Raises:
        OSError: it cannot be written; what was there before still is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:  # an interrupt, too, must leave no copy of a key behind
        part.unlink(missing_ok=True)
        raise
