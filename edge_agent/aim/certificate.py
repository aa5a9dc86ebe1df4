"""A certificate for as long as the page is open: the phone is shown its fingerprint beside the code."""

from __future__ import annotations

import hashlib
import ssl
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOLDS = timedelta(days=2)
"""Either way: a box may not know the date, and the phone does."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Made for one run, kept nowhere."""

    certificate: bytes
    key: bytes
    fingerprint: str
    """SHA-256, as browsers show it."""


def made(device: str, host: str, now: datetime) -> Certificate:
    """A certificate of the device's own.

    Args:
        device: its name.
        host: name or address by which the page is opened.
        now: by the box's clock, UTC.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, device)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - HOLDS)
        .not_valid_after(now + HOLDS)
        .add_extension(x509.SubjectAlternativeName([_named(host), x509.DNSName(f"{device}.local")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest().upper()
    return Certificate(
        certificate.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        ":".join(digest[at : at + 2] for at in range(0, len(digest), 2)),
    )


def context(certificate: Certificate) -> ssl.SSLContext:
    """TLS 1.2 or newer. Python reads keys from files alone: this one is gone before the first connection."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "both.pem"
        file.touch(mode=0o600)
        file.write_bytes(certificate.key + certificate.certificate)
        made.load_cert_chain(file)
    return made


def _named(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
