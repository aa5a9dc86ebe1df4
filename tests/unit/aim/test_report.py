"""The report: what counts as passed, whose it is, what is printed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from edge_agent.aim import certificate, command, report
from edge_agent.aim.announce import Announcer
from edge_agent.aim.command import handed_over
from edge_agent.aim.guide import Step, Verdict
from edge_agent.aim.session import Findings
from edge_agent.errors import StorageError
from edge_agent.messages.commissioning import CommissioningMessage, StepResult, ViewTested
from edge_agent.messages.envelope import TimeQuality
from edge_agent.mqtt.settings import BrokerSettings
from edge_agent.runtime.clock import SystemClock
from edge_agent.types import View
from firmware_config.facility import authority
from firmware_config.schema import Broker, Camera, Configuration, Source
from tests.fakes.broker import free_port

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
GOOD = {step: Verdict(step, passed=True, reason="seen", held_s=20.0, took_s=25.0) for step in Step}
WORDS = json.loads(files("edge_agent.aim").joinpath("page", "texts.json").read_bytes())


def made(verdicts: dict[Step, Verdict], who: str = "Ada") -> CommissioningMessage:
    tested = report.steps(verdicts, bed_marked=True)
    return CommissioningMessage(
        schema="care/commissioning/1",
        facility="villa-rosa",
        device="box-1",
        room="room-12",
        camera="corner",
        boot_id="5f3a",
        tested_at="2026-03-14T12:00:00.000Z",
        time_quality=TimeQuality.SYNCED,
        who=who,
        version="0.1.0",
        config_generation=3,
        proposed=False,
        view=ViewTested(tilt_deg=20.0, roll_deg=0.5, height_m=2.2, estimated=True),
        steps=tested,
        passed=report.passed(tested),
        signature=None,
    )


def papers(folder: Path, issuer: authority.Issued, device: str = "box-1") -> tuple[Path, Path]:
    issued = authority.client(issuer, "villa-rosa", device, NOW)
    paper, key = folder / f"{device}.crt", folder / f"{device}.key"
    paper.write_bytes(issued.certificate.public_bytes(Encoding.PEM))
    key.write_bytes(issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paper, key


@pytest.fixture(scope="module")
def issuer() -> authority.Issued:
    return authority.found("villa-rosa", NOW)


def test_a_room_works_only_when_nothing_failed_and_nothing_was_left_out() -> None:
    assert made(GOOD).passed
    assert not made({step: each for step, each in GOOD.items() if step is not Step.EMPTY}).passed
    failed = Verdict(Step.FLOOR, passed=False, reason="no_fall", held_s=22.0, took_s=90.0)
    said = made({**GOOD, Step.FLOOR: failed})
    assert not said.passed
    assert (said.steps[2].result, said.steps[2].reason) == (StepResult.FAILED, "no_fall")


def test_a_bed_is_asked_for_where_one_is_marked() -> None:
    without: dict[Step, Verdict] = {step: each for step, each in GOOD.items() if step is not Step.BED}
    assert not report.passed(report.steps(without, bed_marked=True))
    assert report.passed(report.steps(without, bed_marked=False))


def test_the_boxs_signature_holds_for_what_it_signed_alone(tmp_path: Path, issuer: authority.Issued) -> None:
    signed = report.signed(made(GOOD), *papers(tmp_path, issuer))
    again = CommissioningMessage.model_validate_json(signed.to_json())
    assert report.signed_by(again, issuer.certificate)
    assert not report.signed_by(again.model_copy(update={"passed": False}), issuer.certificate)
    assert not report.signed_by(again.model_copy(update={"signature": None}), issuer.certificate)
    assert not report.signed_by(again, authority.found("villa-rosa", NOW).certificate), "another authority"


def test_another_boxs_signature_does_not_hold(tmp_path: Path, issuer: authority.Issued) -> None:
    signed = report.signed(made(GOOD), *papers(tmp_path, issuer, "box-2"))
    assert not report.signed_by(signed, issuer.certificate)


def test_a_certificate_that_is_none_does_not_hold(tmp_path: Path, issuer: authority.Issued) -> None:
    signed = report.signed(made(GOOD), *papers(tmp_path, issuer))
    assert signed.signature is not None
    broken = signed.signature.model_copy(update={"certificate": "none"})
    assert not report.signed_by(signed.model_copy(update={"signature": broken}), issuer.certificate)


def test_a_box_without_papers_says_so_and_one_that_cannot_read_them_fails(tmp_path: Path) -> None:
    assert report.signed(made(GOOD), None, None).signature is None
    with pytest.raises(StorageError, match="cannot be read"):
        report.signed(made(GOOD), tmp_path / "none.crt", tmp_path / "none.key")


def test_what_is_printed_holds_no_markup_of_the_installers() -> None:
    printed = report.printable(made(GOOD, who="<script>alert(1)</script>"), WORDS["en"])
    assert "<script" not in printed
    assert "&lt;script&gt;" in printed
    assert "This room works." in printed
    assert "no: the box has no certificate" in printed


def test_every_language_has_every_text() -> None:
    def keys(table: object) -> object:
        return {name: keys(text) for name, text in table.items()} if isinstance(table, dict) else None

    assert len({json.dumps(keys(texts), sort_keys=True) for texts in WORDS.values()}) == 1


def test_secrets_are_taken_from_what_systemd_hands_to_this_unit() -> None:
    agents = Path("/run/credentials/edge-agent.service")
    told = BrokerSettings("h", ca=Path("/etc/carepose/ca.pem"), key=agents / "secret_client.key")
    own = handed_over(told, {"CREDENTIALS_DIRECTORY": "/run/credentials/carepose-aim.service"})
    assert own.key == Path("/run/credentials/carepose-aim.service/secret_client.key")
    assert own.ca == told.ca
    assert handed_over(told, {}) == told


def test_the_certificate_of_the_page_names_the_address_it_is_opened_by() -> None:
    made_of = certificate.made("box-1", "10.0.4.50", NOW)
    parsed = x509.load_pem_x509_certificate(made_of.certificate)
    names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(found) for found in names.get_values_for_type(x509.IPAddress)] == ["10.0.4.50"]
    assert names.get_values_for_type(x509.DNSName) == ["box-1.local"]
    assert len(made_of.fingerprint) == 95
    certificate.context(made_of)


def test_a_report_is_signed_and_kept_though_the_facility_is_out_of_reach(
    tmp_path: Path, issuer: authority.Issued
) -> None:
    paper, key = papers(tmp_path, issuer)
    configuration = Configuration(
        facility="villa-rosa",
        device="box-1",
        cameras=(Camera(id="corner", room="room-12", source=Source(recording=tmp_path)),),
        broker=Broker(host="127.0.0.1"),
        data_dir=tmp_path,
    )
    broker = BrokerSettings("127.0.0.1", free_port(), "3.1.1", certificate=paper, key=key)
    tested = report.steps(GOOD, bed_marked=True)
    findings = Findings(configuration.cameras[0], "Ada", tested, View(20.0), proposed=True)
    issued = command.issued(findings, Announcer(configuration, broker, SystemClock()), tmp_path)
    assert (issued.sent, issued.report.passed, issued.report.proposed) == (False, True, True)
    kept = CommissioningMessage.model_validate_json((tmp_path / "commissioning-corner.json").read_text())
    assert kept == issued.report
    assert report.signed_by(kept, issuer.certificate)
