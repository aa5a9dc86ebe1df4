"""From a box's files to a signed bundle."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware_config.bundle.manifest import Manifest, entry
from firmware_config.bundle.verify import Bundle, Expected, Sealed, opened

_GENERATION = re.compile(r"^generation[ \t]*:.*$", re.MULTILINE)


def sealed(
    facility: str, device: str, generation: int, created_at: str, files: Mapping[str, bytes], key: Ed25519PrivateKey
) -> Bundle:
    """Sign a box's files; what no box would take is not signed.

    Args:
        facility: its id.
        device: its id.
        generation: greater than that of any bundle made for the device before.
        created_at: in UTC, as `2026-03-01T09:30:00Z`.
        files: by their names within `files/`.
        key: of the facility.

    Raises:
        RefusedError: a box would refuse it.
    """
    listed = {name: entry(data) for name, data in files.items()}
    manifest = Manifest(facility=facility, device=device, generation=generation, created_at=created_at, files=listed)
    raw = manifest.raw()
    return opened(Sealed(raw, key.sign(raw), files), Expected(facility=facility, device=device))


def with_generation(configuration: str, generation: int) -> str:
    """The text of a configuration with its generation set, everything else as it was written."""
    line = f"generation: {generation}"
    if _GENERATION.search(configuration):
        return _GENERATION.sub(line, configuration, count=1)
    return configuration.rstrip("\n") + f"\n{line}\n"
