"""A new facility: its file, its authority, its signing key, its broker's and its recommender's certificate."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519

from firmware_config.errors import InstallerError
from firmware_config.facility import authority, keys, model, register
from firmware_config.facility.authority import Issued
from firmware_config.facility.layout import SECRET, Layout, write
from firmware_config.facility.model import Facility


def found(root: Path, facility: Facility, now: datetime, passphrase: str | None = None) -> None:
    """Make a facility in a folder that is empty or not there; `facility.yaml` comes last.

    Raises:
        InstallerError: something is there already.
        OSError: it cannot be written.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise InstallerError(f"{root} is there already and not empty (take another folder; nothing is overwritten)")
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _fill(root, facility, now, passphrase)
    except BaseException:  # what broke off would keep the next from starting anew, and holds keys
        for made in root.iterdir():
            shutil.rmtree(made) if made.is_dir() else made.unlink()
        raise


def _fill(root: Path, facility: Facility, now: datetime, passphrase: str | None) -> None:
    layout = Layout(root)
    own = authority.found(facility.facility, now)
    write(layout.ca_key, keys.private_pem(own.key, passphrase), SECRET)
    write(layout.ca_certificate, keys.certificate_pem(own.certificate))
    signing = ed25519.Ed25519PrivateKey.generate()
    write(layout.signing_key, keys.private_pem(signing, passphrase), SECRET)
    write(layout.signing_public, keys.public_pem(signing.public_key()))
    register.write_revocations(layout, own, [])
    server(layout, own, facility, now)
    client = authority.client(own, facility.facility, facility.consumer, now)
    register.record(layout, [(facility.consumer, client.certificate)])
    certificates(layout.recommender, client, layout)
    write(root / "recovery.txt", recovery(facility, own, now, locked=passphrase is not None))
    model.save(root, facility)


def unnamed(layout: Layout, facility: Facility) -> list[str]:
    """Which names and addresses of the broker its certificate lacks, because `facility.yaml` was edited since.

    Raises:
        InstallerError: there is no certificate.
    """
    certificate = keys.certificate(layout.broker / "server.crt")
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    known = {str(name).lower() for kind in (x509.DNSName, x509.IPAddress) for name in names.get_values_for_type(kind)}
    return [host for host in _hosts(facility) if host.lower() not in known]


def server(layout: Layout, own: Issued, facility: Facility, now: datetime) -> None:
    """Give the broker a certificate for all its names."""
    issued = authority.server(own, facility.facility, _hosts(facility), now)
    write(layout.broker / "server.key", keys.private_pem(issued.key), SECRET)
    write(layout.broker / "server.crt", keys.certificate_pem(issued.certificate))


def _hosts(facility: Facility) -> list[str]:
    return list(dict.fromkeys([facility.broker.host, *facility.broker.names]))


def certificates(folder: Path, client: Issued, layout: Layout) -> None:
    """Put what a client needs for the broker into a folder."""
    write(folder / "client.key", keys.private_pem(client.key), SECRET)
    write(folder / "client.crt", keys.certificate_pem(client.certificate))
    write(folder / "ca.crt", layout.ca_certificate.read_bytes())


def recovery(facility: Facility, own: Issued, now: datetime, *, locked: bool) -> str:
    """The sheet to print and to lock away; no key is on it."""
    print_ = own.certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    passphrase = (
        "Both keys are locked by a passphrase. Write it here by hand: without it they are lost.\n\n"
        "  passphrase: ______________________________________________\n"
        if locked
        else "Neither key is locked by a passphrase: whoever has this folder can use them.\n"
    )
    return f"""RECOVERY SHEET - print it, lock it away

facility     {facility.facility} {facility.name or ""}
made         {now:%Y-%m-%d %H:%M} UTC
authority    SHA-256 {print_[:47]}
                     {print_[48:]}
valid until  {own.certificate.not_valid_after_utc:%Y-%m-%d}

KEEP A COPY of the whole folder of this facility on a medium that lies in a safe, and renew it after each change.
These two files cannot be made again:

  ca/ca.key            If it is lost: no box can be added, swapped or renewed, and none revoked. Boxes go on
                       until their certificates end; then the facility is set up anew, each box with a new card.
                       If somebody stole it: they can pass for any box. Set the facility up anew, at once.
  signing/signing.key  If it is lost: no box takes a new configuration any more, but from a card written anew.
                       If somebody stole it: they can configure any box whose card they hold. The same, at once.

{passphrase}
copy lies at: ______________________________   checked on: ______________   by: ______________
"""
