"""Keys and certificates as PEM, on their way to and from files; a private key may be locked by a passphrase."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from firmware_config.errors import Exit, InstallerError
from firmware_config.facility.authority import Issued, check_clock
from firmware_config.facility.layout import Layout

Private = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def private_pem(key: Private, passphrase: str | None = None) -> bytes:
    """PKCS #8."""
    lock: KeySerializationEncryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def public_pem(key: ed25519.Ed25519PublicKey) -> bytes:
    """SubjectPublicKeyInfo."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def certificate_pem(certificate: x509.Certificate) -> bytes:
    """X.509."""
    return certificate.public_bytes(Encoding.PEM)


def authority(layout: Layout, passphrase: str | None = None) -> Issued:
    """The facility's authority.

    Raises:
        InstallerError: its files are missing, damaged, locked or no such keys, or this machine's clock is wrong.
    """
    key = _private(layout.ca_key, passphrase)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise InstallerError(f"{layout.ca_key} is no ECDSA key (restore it from the copy)", Exit.INVALID)
    own = certificate(layout.ca_certificate)
    check_clock(own, datetime.now(UTC))
    return Issued(own, key)


def signing(layout: Layout, passphrase: str | None = None) -> ed25519.Ed25519PrivateKey:
    """The key that signs bundles.

    Raises:
        InstallerError: the file is missing, damaged, locked or no such key.
    """
    key = _private(layout.signing_key, passphrase)
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise InstallerError(f"{layout.signing_key} is no Ed25519 key (restore it from the copy)", Exit.INVALID)
    return key


def client(path: Path) -> ec.EllipticCurvePrivateKey:
    """The key of a box's certificate, from its file.

    Raises:
        InstallerError: the file is missing, damaged or no such key.
    """
    key = _private(path, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise InstallerError(f"{path} is no ECDSA key (renew the certificate without --same-key)", Exit.INVALID)
    return key


def certificate(path: Path) -> x509.Certificate:
    """A certificate from its file.

    Raises:
        InstallerError: the file is missing or damaged.
    """
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        raise InstallerError(f"{path} is missing or no certificate (restore it from the copy)", Exit.INVALID) from None


def _private(path: Path, passphrase: str | None) -> object:
    try:
        return load_pem_private_key(path.read_bytes(), passphrase.encode() if passphrase else None)
    except TypeError:
        what = "is not locked (leave out --passphrase-file)" if passphrase else "is locked (say --passphrase-file FILE)"
        raise InstallerError(f"{path} {what}", Exit.INVALID) from None
    except (OSError, ValueError):
        told = "missing, damaged, or locked by another passphrase"
        raise InstallerError(f"{path} is {told} (restore it from the copy)", Exit.INVALID) from None
