"""Certificates: each for its purpose and its facility alone, by the strictest checks that Python's ssl has."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from firmware_config.cli import main
from firmware_config.errors import InstallerError
from firmware_config.facility import authority, keys
from firmware_config.facility.layout import Layout


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    root = tmp_path / "villa-rosa"
    assert main(["init", str(root), "--broker-host", "broker.lan", "--broker-name", "10.0.4.2"]) == 0
    assert main(["add", str(root), "room-1", "--device", "box-a"]) == 0
    return Layout(root)


def shake(layout: Layout, server: Path, client: Path, name: str) -> None:
    """Both ends of a TLS connection, in memory."""
    strict = ssl.VerifyFlags.VERIFY_X509_STRICT
    there = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=layout.ca_certificate)
    here = ssl.create_default_context(cafile=layout.ca_certificate)
    there.verify_mode = ssl.VerifyMode.CERT_REQUIRED
    there.load_cert_chain(server.with_suffix(".crt"), server.with_suffix(".key"))
    here.load_cert_chain(client.with_suffix(".crt"), client.with_suffix(".key"))
    there.verify_flags |= strict
    here.verify_flags |= strict
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [there.wrap_bio(up, down, server_side=True), here.wrap_bio(down, up, server_hostname=name)]
    for _ in range(6):
        for end in reversed(ends):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


def test_a_box_and_the_broker_trust_each_other_by_each_name(layout: Layout) -> None:
    for name in ("broker.lan", "10.0.4.2"):
        shake(layout, layout.broker / "server", layout.device("box-a") / "client", name)


def test_another_name_is_refused(layout: Layout) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shake(layout, layout.broker / "server", layout.device("box-a") / "client", "other.lan")


def test_a_box_cannot_pass_for_the_broker_nor_the_broker_for_a_box(layout: Layout) -> None:
    box, broker = layout.device("box-a") / "client", layout.broker / "server"
    with pytest.raises(ssl.SSLCertVerificationError, match="purpose"):
        shake(layout, box, box, "broker.lan")
    with pytest.raises(ssl.SSLCertVerificationError, match="purpose"):
        shake(layout, broker, broker, "broker.lan")


def test_a_box_whose_clock_is_years_late_still_trusts_the_broker(layout: Layout) -> None:
    begins = keys.certificate(layout.broker / "server.crt").not_valid_before_utc
    assert (datetime.now(UTC) - begins).days > 4 * 365


def test_nothing_is_issued_by_a_clock_that_is_wrong() -> None:
    now = datetime.now(UTC)
    own = authority.found("villa-rosa", now)
    with pytest.raises(InstallerError, match="the facility was made on"):
        authority.client(own, "villa-rosa", "box-a", now - timedelta(days=2))
    with pytest.raises(InstallerError, match="authority ended on"):
        authority.client(own, "villa-rosa", "box-a", now + timedelta(days=21 * 365))
    with pytest.raises(InstallerError, match="which cannot be"):
        authority.found("villa-rosa", datetime(1970, 1, 1, tzinfo=UTC))


def test_no_certificate_outlives_its_authority_and_the_list_of_revoked_lasts_as_long() -> None:
    now = datetime.now(UTC)
    own = authority.found("villa-rosa", now)
    ends = own.certificate.not_valid_after_utc
    assert (
        authority.client(own, "villa-rosa", "box-a", ends - timedelta(days=9)).certificate.not_valid_after_utc == ends
    )
    assert authority.revocations(own, [(7, now)], 2).next_update_utc == ends
