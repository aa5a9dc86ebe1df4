"""Which files a bundle may hold, how large each may be, and which of them are secret."""

from __future__ import annotations

import re
from dataclasses import dataclass

from firmware_config.tree import MOST_BYTES

FOLDER = "carepose"
"""Of the bundle on a card."""
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
FILES = "files"
CONFIGURATION = "config.yaml"
CA, CERTIFICATE, KEY = "ca.crt", "client.crt", "client.key"
FACILITY_KEY = "facility.pub"

MOST_MANIFEST_BYTES = 16 * 1024
"""A manifest of every file that may be is below 4 KiB. [C]"""
SIGNATURE_BYTES = 64
"""Of Ed25519 (RFC 8032)."""
MOST_PASSWORDS = 16
"""Cameras and a broker; 8 cameras is all that a box has. [C]"""


@dataclass(frozen=True, slots=True)
class Content:
    """What one file may be."""

    most_bytes: int
    secret: bool = False
    required: bool = True


_NAMED = {
    CONFIGURATION: Content(MOST_BYTES),
    CA: Content(64 * 1024),
    CERTIFICATE: Content(16 * 1024),
    KEY: Content(16 * 1024, secret=True),
    FACILITY_KEY: Content(1024),
}
_PASSWORD = Content(1024, secret=True, required=False)
_PASSWORD_NAME = re.compile(r"[a-z0-9-]{1,32}\.password")

REQUIRED = frozenset(name for name, content in _NAMED.items() if content.required)
MOST_FILES = len(_NAMED) + MOST_PASSWORDS
LARGEST_BYTES = max(content.most_bytes for content in _NAMED.values())


def content(name: str) -> Content | None:
    """What a file of this name may be; None: no bundle holds one.

    >>> content("client.key").secret, content("camera.password").secret, content("../client.key")
    (True, True, None)
    """
    if _PASSWORD_NAME.fullmatch(name):
        return _PASSWORD
    return _NAMED.get(name)


def handed_to_agent(name: str) -> bool:
    """Whether systemd hands the file over as a credential of the agent."""
    return name not in {CONFIGURATION, FACILITY_KEY}


CREDENTIALS = "/run/credentials/edge-agent.service/secret_"
"""Followed by the name of a file: as the agent's unit hands it over, and as the configuration names it."""
