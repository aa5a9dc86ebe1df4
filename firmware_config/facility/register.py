"""What was issued, and what of it is revoked: a line each in `ca/issued.jsonl`, and the list that the broker reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from firmware_config.errors import Exit, InstallerError
from firmware_config.facility import authority
from firmware_config.facility.authority import Issued
from firmware_config.facility.layout import Layout, write


def record(layout: Layout, issued: Iterable[tuple[str, x509.Certificate]]) -> None:
    """Add client certificates, before anybody gets them."""
    lines = [
        json.dumps({"serial": f"{one.serial_number:x}", "name": name, "not_after": one.not_valid_after_utc.isoformat()})
        for name, one in issued
    ]
    before = layout.issued.read_text(encoding="utf-8") if layout.issued.exists() else ""
    write(layout.issued, before + "".join(f"{line}\n" for line in lines))


@contextmanager
def recorded(layout: Layout, issued: Iterable[tuple[str, x509.Certificate]]) -> Iterator[None]:
    """Add client certificates for what is done meanwhile; if that fails nobody has got them, and they are taken out."""
    before = layout.issued.read_bytes()
    record(layout, issued)
    try:
        yield
    except BaseException:
        write(layout.issued, before)
        raise


def serials(layout: Layout) -> dict[str, list[int]]:
    """Serial numbers by name, all that were ever issued.

    Raises:
        InstallerError: the file is damaged.
    """
    found: dict[str, list[int]] = {}
    try:
        for line in layout.issued.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            found.setdefault(str(entry["name"]), []).append(int(entry["serial"], 16))
    except (OSError, ValueError, KeyError, TypeError):
        raise InstallerError(
            f"{layout.issued} is missing or damaged (restore it from the copy)", Exit.INVALID
        ) from None
    return found


def revoked(layout: Layout) -> list[tuple[int, datetime]]:
    """Serial numbers that are revoked, and since when.

    Raises:
        InstallerError: the list is missing or damaged.
    """
    try:
        whole = x509.load_pem_x509_crl(layout.crl.read_bytes())
    except (OSError, ValueError):
        raise InstallerError(f"{layout.crl} is missing or damaged (restore it from the copy)", Exit.INVALID) from None
    return [(entry.serial_number, entry.revocation_date_utc) for entry in whole]


def revoke(layout: Layout, own: Issued, name: str, now: datetime, keep: int | None = None) -> int:
    """Revoke every certificate that a name was ever given, but the one with the serial number `keep`.

    Returns:
        How many were not revoked before.

    Raises:
        InstallerError: nothing was ever issued to it.
    """
    theirs = serials(layout).get(name)
    if not theirs:
        raise InstallerError(f"nothing was ever issued to {name!r} (facility.yaml names the boxes)")
    before = revoked(layout)
    known = {serial for serial, _ in before}
    new = [(serial, now.astimezone(UTC)) for serial in theirs if serial not in {*known, keep}]
    if new:
        write_revocations(layout, own, [*before, *new])
    return len(new)


def write_revocations(layout: Layout, own: Issued, entries: list[tuple[int, datetime]]) -> None:
    """Write the list; its number is how many are on it, which only grows."""
    listed = authority.revocations(own, entries, len(entries) + 1)
    pem = listed.public_bytes(Encoding.PEM)
    write(layout.crl, pem)
    write(layout.broker / "ca.crl", pem)
