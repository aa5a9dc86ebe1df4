"""A configuration sent to a box over the network: the list that is signed names it alone; no secret goes with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware_config.bundle import contents
from firmware_config.bundle.identity import identity_fault
from firmware_config.bundle.manifest import Manifest, entry
from firmware_config.bundle.refused import Fault, RefusedError
from firmware_config.bundle.usable import configuration_in, names_what_is_there
from firmware_config.bundle.verify import MAKE_ANEW, Expected, Sealed, is_as_listed, is_for, is_signed, read_manifest
from firmware_config.schema import Configuration

FRESH = timedelta(hours=1)
"""How old a push may be when it comes, and how far the two clocks may differ. [C]"""
PUSH_AGAIN = "push it again with `edge-config push`"
CREATED = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Push:
    """As it was sent: nothing about it is known yet."""

    manifest: bytes
    signature: bytes
    configuration: bytes
    certificate: bytes | None = None
    """The box's own, renewed for the key that it has (PEM); None: it keeps the one it has."""

    @property
    def files(self) -> dict[str, bytes]:
        """By their names in the manifest."""
        renewed = {} if self.certificate is None else {contents.CERTIFICATE: self.certificate}
        return {contents.CONFIGURATION: self.configuration, **renewed}


@dataclass(frozen=True, slots=True)
class Held:
    """What a box was given by its card."""

    credentials: frozenset[str]
    """Names."""
    authority: bytes | None = None
    """The certificate that signed its own (PEM)."""
    key: bytes | None = None
    """The private key of its own certificate (PEM)."""


def pushed(push: Push, expected: Expected, held: Held | None) -> tuple[Manifest, Configuration]:
    """Check everything but its age.

    Args:
        push: as it came, or as it was kept.
        expected: what it must fit; `key` is the one that the box trusts.
        held: what the box was given; None where that is not known.

    Raises:
        RefusedError: the first thing that does not fit.
    """
    try:
        return _checked(push, expected, held)
    except RefusedError as refused:
        raise RefusedError(refused.fault, str(refused).replace(MAKE_ANEW, PUSH_AGAIN)) from None


def _checked(push: Push, expected: Expected, held: Held | None) -> tuple[Manifest, Configuration]:
    if expected.key is None:
        raise RefusedError(
            Fault.WRONG_FACILITY,
            "This box trusts no facility yet, so it takes no configuration over the network: set it up with a card.",
        )
    files = push.files
    is_signed(Sealed(push.manifest, push.signature, files), expected.key)
    manifest = read_manifest(push.manifest)
    is_for(manifest, expected)
    if set(manifest.files) != set(files):
        raise RefusedError(Fault.UNKNOWN_FILE, "A bundle for a card is no push: use `edge-config push`.")
    for name, data in files.items():
        is_as_listed(name, data, manifest.files[name])
    configuration = configuration_in(push.configuration, manifest)
    if held is not None:
        names_what_is_there(configuration, held.credentials)
        _is_its_own(push, manifest, held)
    return manifest, configuration


def _is_its_own(push: Push, manifest: Manifest, held: Held) -> None:
    """Check that a renewed certificate is for the key that the box has."""
    if push.certificate is None:
        return
    if held.authority is None or held.key is None:
        raise RefusedError(Fault.UNUSABLE, "The push renews a certificate, and this box has none: leave it out.")
    files = {contents.CA: held.authority, contents.CERTIFICATE: push.certificate, contents.KEY: held.key}
    if fault := identity_fault(files, manifest.facility, manifest.device):
        raise RefusedError(Fault.UNUSABLE, f"{fault}: a certificate for another key comes by card.")


def is_fresh(manifest: Manifest, now: datetime) -> None:
    """Check a push's age against a clock that was set.

    Raises:
        RefusedError: it is too old, or from the future.
    """
    age = now - datetime.strptime(manifest.created_at, CREATED).replace(tzinfo=UTC)
    if abs(age) > FRESH:
        when = "too long ago" if age > FRESH else "in the future"
        raise RefusedError(
            Fault.REPLAYED,
            f"The configuration was signed {when} by this box's clock ({manifest.created_at}): push it again, and see "
            "that the clock of the computer that signs is right.",
        )


def signed(
    facility: str,
    device: str,
    generation: int,
    created_at: datetime,
    configuration: bytes,
    key: Ed25519PrivateKey,
    certificate: bytes | None = None,
) -> Push:
    """Sign a configuration for a box.

    Args:
        facility: its id.
        device: its id.
        generation: greater than any that the box had; the configuration's own.
        created_at: now.
        configuration: the YAML text.
        key: of the facility.
        certificate: of the box, where it is renewed.
    """
    push = Push(b"", b"", configuration, certificate)
    manifest = Manifest(
        facility=facility,
        device=device,
        generation=generation,
        created_at=created_at.astimezone(UTC).strftime(CREATED),
        files={name: entry(data) for name, data in push.files.items()},
    )
    raw = manifest.raw()
    return replace(push, manifest=raw, signature=key.sign(raw))
