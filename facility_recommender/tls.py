"""TLS with the broker: our certificate, whom we believe, and in one line why it does not work."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from facility_recommender.errors import ConfigurationError

SOON = timedelta(days=30)
"""So long before its end our certificate is warned of at the start; `edge-config rotate --due` warns earlier; [C]."""
OTHER_NAME, NOT_YET, ENDED = {62, 64}, 9, 10
"""OpenSSL's verify codes: the certificate names another host or address, begins later, has ended."""


@dataclass(frozen=True, slots=True)
class Papers:
    """Files by which broker and recommender know each other."""

    ca: Path
    """The authority whose certificates we believe."""
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """What connections are made with: TLS 1.2 or newer, the broker's certificate and name are checked.

        Raises:
            ConfigurationError: a file is missing or not what it should be, or the key does not fit.
        """
        _certificates(self.ca)
        context = ssl.create_default_context(cafile=self.ca)
        if self.certificate is not None and self.key is not None:
            load_pair(context, self.certificate, self.key)
        return context

    def doubt(self, now: datetime) -> str | None:
        """Why the broker may not take our certificate, which only it can tell for certain.

        Args:
            now: in UTC.

        Raises:
            ConfigurationError: a file is missing or not what it should be.
        """
        if self.certificate is None:
            return None
        return doubt(_certificates(self.certificate)[0], _certificates(self.ca), now)


def doubt(certificate: x509.Certificate, authorities: list[x509.Certificate], now: datetime) -> str | None:
    """What may be wrong with a client certificate at a moment; None: nothing that can be seen in it."""
    if now < certificate.not_valid_before_utc:
        return f"our certificate begins on {certificate.not_valid_before_utc:%Y-%m-%d}: is this machine's clock right?"
    ends = certificate.not_valid_after_utc
    if now > ends:
        return f"our certificate ended on {ends:%Y-%m-%d}: renew it (edge-config rotate)"
    if not any(_issued(certificate, authority) for authority in authorities):
        return "our certificate is of another authority than --broker-ca"
    if now > ends - SOON:
        return f"our certificate ends on {ends:%Y-%m-%d}: renew it (edge-config rotate)"
    return None


def load_pair(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    """Give a context a certificate and its key, both PEM.

    Raises:
        ConfigurationError: a file is missing, locked or not what it should be, or the key does not fit.
    """
    _certificates(certificate)
    _read(key)
    try:
        context.load_cert_chain(certificate, key, password=_locked)
    except _LockedError as error:
        raise ConfigurationError(f"{key} is locked by a passphrase", "give a key that is not") from error
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise ConfigurationError(f"{key} does not belong to {certificate}", "give the key that came with it") from (
                error
            )
        raise ConfigurationError(f"{key} is no private key", "it must be PEM, as edge-config writes it") from error


def why(error: OSError, broker: str) -> str:
    """Why no connection came about, in one line with what to do about it."""
    match error:
        case ssl.SSLCertVerificationError() if error.verify_code in OTHER_NAME:
            return (
                f"the certificate of broker {broker} is for another name "
                "(set --broker-host to a name in it, or add this one: edge-config broker --renew)"
            )
        case ssl.SSLCertVerificationError() if error.verify_code == ENDED:
            return f"the certificate of broker {broker} has ended (edge-config broker --renew; or set the clock here)"
        case ssl.SSLCertVerificationError() if error.verify_code == NOT_YET:
            return f"the certificate of broker {broker} is not valid yet (set the clock here)"
        case ssl.SSLCertVerificationError():
            return f"the certificate of broker {broker} is not signed by our authority (check --broker-ca)"
        case ssl.SSLError():
            reason = (error.reason or "no reason given").replace("_", " ").lower()
            return f"TLS with broker {broker} failed: {reason} (check that this port speaks TLS)"
        case _:
            return f"broker {broker} cannot be reached: {error.strerror or error}"


class _LockedError(Exception):
    """A key is locked, and nobody is there to ask."""


def _locked() -> str:
    raise _LockedError


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(_read(path))
    except ValueError as error:
        raise ConfigurationError(f"{path} is no certificate", "it must be PEM, as edge-config writes it") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}", "check the path and its rights") from error


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
