"""What is signed of a release, and whether a box may take it. No file is touched here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

MOST_MANIFEST_BYTES = 4096
MOST_PACKAGE_BYTES = 1 << 30
SIGNATURE_BYTES = 64
_VERSION = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){2}")
_FIELDS = {"schema": int, "version": str, "package": str, "sha256": str, "size": int, "system": str, "machine": str}


class UpdateError(Exception):
    """Why a release is not taken, and what to do; nothing has changed."""


@dataclass(frozen=True, slots=True)
class Release:
    """One package for one kind of box."""

    version: str
    package: str
    """The package's file name."""
    sha256: str
    size: int
    """In bytes."""
    system: str
    """The distribution's name: bookworm, trixie, noble."""
    machine: str
    """amd64 or arm64."""

    def raw(self) -> bytes:
        """The bytes that are signed."""
        named = {"schema": 1, **{name: getattr(self, name) for name in self.__slots__}}
        return json.dumps(named, indent=1, sort_keys=True).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Taker:
    """The box that is asked."""

    version: str
    """Of the application in use."""
    system: str
    machine: str
    failed: frozenset[str] = frozenset()
    """Hashes of the packages that it was not well with."""


def order(version: str) -> tuple[int, ...]:
    """By which versions are older or newer.

    >>> order("0.10.0") > order("0.9.12")
    True

    Raises:
        UpdateError: it is none.
    """
    if not _VERSION.fullmatch(version):
        raise UpdateError(f'"{version[:20]}" is no version such as 1.2.3')
    return tuple(int(part) for part in version.split("."))


def signed_by(key: bytes, manifest: bytes, signature: bytes) -> Release:
    """Read what the maker signed.

    Args:
        key: the maker's public key (PEM).
        manifest: the bytes that were signed.
        signature: Ed25519.

    Raises:
        UpdateError: it is not what the maker signed, or not understood.
    """
    if not 0 < len(manifest) <= MOST_MANIFEST_BYTES or len(signature) != SIGNATURE_BYTES:
        raise UpdateError("The update is cut short or too large: fetch it again.")
    try:
        public = load_pem_public_key(key)
    except ValueError:
        public = None
    if not isinstance(public, Ed25519PublicKey):
        raise UpdateError("The maker's key on this box is damaged: install the package `carepose` again.")
    try:
        public.verify(signature, manifest)
    except InvalidSignature:
        raise UpdateError("The update was changed, or is not the maker's: fetch it again.") from None
    return _read(manifest)


def _read(manifest: bytes) -> Release:
    told = json.loads(manifest)
    if not isinstance(told, dict) or {name: type(value) for name, value in told.items()} != _FIELDS:
        raise UpdateError("The update is in a format that this box does not know: update the package `carepose` first.")
    if told.pop("schema") != 1 or "/" in told["package"] or not 0 < told["size"] <= MOST_PACKAGE_BYTES:
        raise UpdateError("The update is in a format that this box does not know: update the package `carepose` first.")
    order(told["version"])
    return Release(**told)


def taken(release: Release, taker: Taker) -> None:
    """Check that a release is for this box, and newer than what it has.

    Raises:
        UpdateError: it is not.
    """
    if (release.system, release.machine) != (taker.system, taker.machine):
        raise UpdateError(
            f"The update is for {release.system} on {release.machine}, and this box is {taker.system} on "
            f"{taker.machine}: fetch the one for it."
        )
    if order(release.version) <= order(taker.version):
        raise UpdateError(f"The update is version {release.version}, and this box has {taker.version}: none older.")
    if release.sha256 in taker.failed:
        raise UpdateError(f"This box was not well with this very package of {release.version}: wait for another.")


def whole(release: Release, package: bytes) -> None:
    """Check the package itself.

    Raises:
        UpdateError: it is not the one that was signed.
    """
    if len(package) != release.size or sha256(package).hexdigest() != release.sha256:
        raise UpdateError("The package was changed or cut short: fetch it again.")
