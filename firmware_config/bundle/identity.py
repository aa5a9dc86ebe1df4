"""Whether the certificate, its key and the authority in a bundle belong together and to the box."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from firmware_config.bundle import contents


def identity_fault(files: Mapping[str, bytes], facility: str, device: str) -> str | None:
    """What is wrong, as the beginning of a sentence; None: nothing.

    The dates are not looked at: a box has no clock before it has a network.
    """
    try:
        authorities = x509.load_pem_x509_certificates(files[contents.CA])
        certificate = x509.load_pem_x509_certificate(files[contents.CERTIFICATE])
        key = load_pem_private_key(files[contents.KEY], password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return f"{contents.CA}, {contents.CERTIFICATE} or {contents.KEY} is not what its name says"
    if _raw(key.public_key()) != _raw(certificate.public_key()):
        return f"{contents.KEY} does not belong to {contents.CERTIFICATE}"
    if (found := _named(certificate, NameOID.COMMON_NAME)) != device:
        return f'{contents.CERTIFICATE} is of the device "{found}", not of "{device}"'
    if (found := _named(certificate, NameOID.ORGANIZATION_NAME)) != facility:
        return f'{contents.CERTIFICATE} is of the facility "{found}", not of "{facility}"'
    if not any(_issued(certificate, authority) for authority in authorities):
        return f"{contents.CERTIFICATE} was not issued by {contents.CA}"
    return None


def _raw(key: object) -> bytes:
    encode = getattr(key, "public_bytes", None)
    return bytes(encode(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)) if encode else b""


def _named(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    values = [str(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(oid)]
    return values[0] if len(values) == 1 else "?"


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
