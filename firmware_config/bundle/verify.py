"""From bytes as they lie on a card to a bundle that may be trusted, or to the reason why not. No file is touched here.

The order matters: nothing is believed before the signature was checked, and nothing of any size is looked at before its
size was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import ValidationError

from firmware_config.bundle import contents
from firmware_config.bundle.identity import identity_fault
from firmware_config.bundle.manifest import Entry, Manifest
from firmware_config.bundle.refused import Fault, RefusedError
from firmware_config.bundle.usable import configuration_in, names_what_is_there
from firmware_config.schema import Configuration
from firmware_config.words import printable

MAKE_ANEW: Final = "make the bundle anew with `edge-config bundle` and write it to the card again"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A bundle as it was found: nothing about it is known yet."""

    manifest: bytes
    signature: bytes
    files: Mapping[str, bytes]
    """By the name within `files/`. What is longer than it may be need not be whole."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a bundle must fit; None where a box has no such thing yet."""

    key: bytes | None = None
    """The facility's public key (PEM). Without one the bundle's own is trusted: the first decides."""
    facility: str | None = None
    device: str | None = None
    above: int = 0
    """The generation must be greater."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One that fits."""

    manifest: Manifest
    sealed: Sealed
    configuration: Configuration

    @property
    def key(self) -> bytes:
        """The facility's public key (PEM)."""
        return self.sealed.files[contents.FACILITY_KEY]


def opened(sealed: Sealed, expected: Expected) -> Bundle:
    """Check everything.

    Raises:
        RefusedError: the first thing that does not fit.
    """
    is_signed(sealed, expected.key)
    manifest = read_manifest(sealed.manifest)
    is_for(manifest, expected)
    _has_all_files(manifest, sealed.files)
    for name in sorted(sealed.files):
        is_as_listed(name, sealed.files[name], manifest.files[name])
    if expected.key is not None and sealed.files[contents.FACILITY_KEY] != expected.key:
        raise RefusedError(Fault.WRONG_FACILITY, "The bundle names another facility's key than the box trusts.")
    configuration = configuration_in(sealed.files[contents.CONFIGURATION], manifest)
    names_what_is_there(configuration, sealed.files)
    if fault := identity_fault(sealed.files, manifest.facility, manifest.device):
        raise RefusedError(Fault.UNUSABLE, f"{fault}; {MAKE_ANEW}.")
    return Bundle(manifest, sealed, configuration)


def is_signed(sealed: Sealed, trusted: bytes | None) -> None:
    """Check the signature, and before it the sizes.

    Raises:
        RefusedError: the manifest is not what the key's owner signed.
    """
    if len(sealed.manifest) > contents.MOST_MANIFEST_BYTES:
        raise _too_large(contents.MANIFEST, contents.MOST_MANIFEST_BYTES)
    if not sealed.manifest or len(sealed.signature) < contents.SIGNATURE_BYTES:
        what = contents.SIGNATURE if sealed.manifest else contents.MANIFEST
        raise RefusedError(Fault.INCOMPLETE, f"The bundle broke off: {what} is missing or cut short; {MAKE_ANEW}.")
    if len(sealed.signature) > contents.SIGNATURE_BYTES:
        raise _too_large(contents.SIGNATURE, contents.SIGNATURE_BYTES)
    key = trusted if trusted is not None else sealed.files.get(contents.FACILITY_KEY)
    if key is None:
        raise RefusedError(Fault.INCOMPLETE, f"The bundle lacks {contents.FACILITY_KEY}; {MAKE_ANEW}.")
    try:
        public_key(key).verify(sealed.signature, sealed.manifest)
    except InvalidSignature:
        raise RefusedError(
            Fault.TAMPERED,
            f"The bundle was changed, or was signed by another facility than the box belongs to; {MAKE_ANEW}.",
        ) from None


def public_key(pem: bytes) -> Ed25519PublicKey:
    """A facility's key.

    Raises:
        RefusedError: it is none.
    """
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise RefusedError(
            Fault.TAMPERED, f"The facility's key ({contents.FACILITY_KEY}) is no Ed25519 key; {MAKE_ANEW}."
        )
    return key


def read_manifest(raw: bytes) -> Manifest:
    """Read what was signed.

    Raises:
        RefusedError: this version does not understand it.
    """
    try:
        return Manifest.model_validate_json(raw, strict=True)
    except ValidationError as invalid:
        where = ".".join(str(part) for part in invalid.errors(include_url=False)[0]["loc"]) or "the whole of it"
        raise RefusedError(
            Fault.UNREADABLE,
            f"The bundle is in a format that this version does not know ({where}): use the same version of Carepose "
            "on the laptop and in the box.",
        ) from None


def is_for(manifest: Manifest, expected: Expected) -> None:
    """Check facility, device and generation.

    Raises:
        RefusedError: it is another's, or not newer than what the box had.
    """
    if expected.facility is not None and manifest.facility != expected.facility:
        raise RefusedError(
            Fault.WRONG_FACILITY,
            f'The bundle is for the facility "{manifest.facility}", and this box belongs to "{expected.facility}": '
            "write the card of the right facility.",
        )
    if expected.device is not None and manifest.device != expected.device:
        raise RefusedError(
            Fault.WRONG_DEVICE,
            f'The bundle is for the device "{manifest.device}", and this box is "{expected.device}": '
            "the cards may have been mixed up.",
        )
    if manifest.generation <= expected.above:
        raise RefusedError(
            Fault.REPLAYED,
            f"The bundle is of generation {manifest.generation}, and the box has had {expected.above}: an old one is "
            f"not taken again; {MAKE_ANEW}.",
        )


def _has_all_files(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    for name in sorted({*manifest.files, *files}):
        if contents.content(name) is None:
            shown = printable(name)
            raise RefusedError(
                Fault.UNKNOWN_FILE, f'The bundle holds a file that belongs in none ("{shown}"); {MAKE_ANEW}.'
            )
    if unlisted := sorted(files.keys() - manifest.files.keys()):
        raise RefusedError(
            Fault.UNKNOWN_FILE, f'The bundle holds a file that was added after signing ("{unlisted[0]}"); {MAKE_ANEW}.'
        )
    if missing := sorted((manifest.files.keys() | contents.REQUIRED) - files.keys()):
        raise RefusedError(Fault.INCOMPLETE, f"The bundle lacks {missing[0]}; {MAKE_ANEW}.")


def is_as_listed(name: str, data: bytes, listed: Entry) -> None:
    """Check one file.

    Raises:
        RefusedError: it is not what was signed.
    """
    known = contents.content(name)
    most = known.most_bytes if known else 0
    if listed.size > most or len(data) > most:
        raise _too_large(name, most)
    if len(data) < listed.size:
        raise RefusedError(Fault.INCOMPLETE, f"The bundle broke off: {name} is cut short; {MAKE_ANEW}.")
    if len(data) > listed.size or sha256(data).hexdigest() != listed.sha256:
        raise RefusedError(Fault.TAMPERED, f"{name} was changed after the bundle was signed; {MAKE_ANEW}.")


def _too_large(name: str, most: int) -> RefusedError:
    return RefusedError(Fault.OVERSIZE, f"{name} is larger than the {most} bytes that it may have; {MAKE_ANEW}.")
