"""The facility's certificate authority: pure of files and clocks; `now` is UTC and comes in.

ECDSA P-256 throughout: Mosquitto 2.0 with OpenSSL 3 and Python's ssl take it, and a thousand keys take a second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from firmware_config.errors import InstallerError

WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right says less."""
BACKDATED = timedelta(days=5 * 365)
"""A box without a battery clock believes the date of its image: a certificate from tomorrow would lock it out. [C]"""
CA_LASTS = timedelta(days=20 * 365)
SERVER_LASTS = timedelta(days=5 * 365)
CLIENT_LASTS = timedelta(days=2 * 365)
STAGGER_DAYS = 90
"""Boxes issued on one day come due over as many days. [C]"""
RENEW_BEFORE = timedelta(days=180)
"""So long before its end a certificate is due for renewal. [C]"""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def found(facility: str, now: datetime) -> Issued:
    """A new authority for a facility.

    Raises:
        InstallerError: this machine's clock is wrong.
    """
    if now < WRITTEN:
        raise InstallerError(f"this machine's clock says {now:%Y-%m-%d}, which cannot be (set it)")
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(facility, f"{facility} authority")
    usage = _usage(digital_signature=False, key_cert_sign=True)
    built = (
        _builder(name, name, key.public_key(), now - BACKDATED, now + CA_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    return Issued(built.sign(key, hashes.SHA256()), key)


def server(authority: Issued, facility: str, hosts: Sequence[str], now: datetime) -> Issued:
    """The broker's certificate; `hosts` are the names and addresses that boxes dial, at least one."""
    names = x509.SubjectAlternativeName([_general(host) for host in hosts])
    return _issue(authority, _name(facility, "broker"), now, now + SERVER_LASTS, ExtendedKeyUsageOID.SERVER_AUTH, names)


def client(
    authority: Issued, facility: str, name: str, now: datetime, key: ec.EllipticCurvePrivateKey | None = None
) -> Issued:
    """The certificate of a box, or of the recommender: the broker takes `name` for the user; None: for a new key."""
    ends = now + CLIENT_LASTS - stagger(name)
    return _issue(authority, _name(facility, name), now, ends, ExtendedKeyUsageOID.CLIENT_AUTH, None, key)


def revocations(
    authority: Issued, revoked: Iterable[tuple[int, datetime]], number: int
) -> x509.CertificateRevocationList:
    """The list of revoked serial numbers, each with when.

    It lasts as long as the authority: a list that had run out would make OpenSSL refuse every client.
    """
    whole = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(authority.certificate.not_valid_before_utc)
        .next_update(authority.certificate.not_valid_after_utc)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
    )
    for serial, when in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
        whole = whole.add_revoked_certificate(entry)
    return whole.sign(authority.key, hashes.SHA256())


def stagger(name: str) -> timedelta:
    """How much shorter this one's certificate lasts: 0 to `STAGGER_DAYS` days, always the same for a name."""
    return timedelta(days=int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % STAGGER_DAYS)


def check_clock(authority: x509.Certificate, now: datetime) -> None:
    """What is issued by a wrong clock may have ended, or not yet begun, where the clock is right.

    Raises:
        InstallerError: `now` cannot be, or the authority has ended.
    """
    began = authority.not_valid_before_utc + BACKDATED
    if now < began - timedelta(days=1):
        raise InstallerError(
            f"this machine's clock says {now:%Y-%m-%d}, and the facility was made on {began:%Y-%m-%d}: set the clock "
            "(or, if it was wrong then, set the facility up anew)"
        )
    if now >= authority.not_valid_after_utc:
        raise InstallerError(
            f"this machine's clock says {now:%Y-%m-%d}, and the facility's authority ended on "
            f"{authority.not_valid_after_utc:%Y-%m-%d}: set the clock if it is wrong; else set the facility up anew"
        )


def due(certificate: x509.Certificate, now: datetime) -> bool:
    """Whether it should be renewed by now."""
    return now >= certificate.not_valid_after_utc - RENEW_BEFORE


def _issue(
    authority: Issued,
    subject: x509.Name,
    now: datetime,
    ends: datetime,
    purpose: x509.ObjectIdentifier,
    names: x509.SubjectAlternativeName | None,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> Issued:
    key = key or ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate.subject
    ends = min(ends, authority.certificate.not_valid_after_utc)
    built = (
        _builder(subject, issuer, key.public_key(), now - BACKDATED, ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, key_cert_sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
    )
    if names is not None:
        built = built.add_extension(names, critical=False)
    return Issued(built.sign(authority.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, digital_signature: bool, key_cert_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=key_cert_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(facility: str, name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, facility),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
