"""Who is let in, and what is said when one is not."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trustme

from edge_agent.mqtt import BrokerSettings
from tests.fakes.broker import MOSQUITTO, Broker, Consumer, free_port, needs_mosquitto, running, until
from tests.fakes.broker_device import broker_settings, device
from tests.fakes.events import fall

DOCS = Path(__file__).parents[2] / "docs"

pytestmark = [pytest.mark.broker, needs_mosquitto]


@dataclass(frozen=True)
class Papers:
    """What an installer puts on a device, and what else it might get."""

    ca: Path
    other_ca: Path
    certificate: Path
    key: Path
    foreign_certificate: Path
    foreign_key: Path


@pytest.fixture(scope="module")
def authorities() -> tuple[trustme.CA, trustme.CA]:
    return trustme.CA(), trustme.CA()


@pytest.fixture
def papers(tmp_path: Path, authorities: tuple[trustme.CA, trustme.CA]) -> Papers:
    ours, theirs = authorities
    result = Papers(*(tmp_path / name for name in ("ca", "other_ca", "cert", "key", "foreign_cert", "foreign_key")))
    ours.cert_pem.write_to_path(result.ca)
    theirs.cert_pem.write_to_path(result.other_ca)
    for authority, certificate, key in (
        (ours, result.certificate, result.key),
        (theirs, result.foreign_certificate, result.foreign_key),
    ):
        issued = authority.issue_cert("room-12@villa-rosa.example")
        issued.cert_chain_pems[0].write_to_path(certificate)
        issued.private_key_pem.write_to_path(key)
    return result


@pytest.fixture
def secured(
    tmp_path: Path, papers: Papers, authorities: tuple[trustme.CA, trustme.CA]
) -> Callable[..., Iterator[Broker]]:
    def start(identity: str = "127.0.0.1", *lines: str) -> Iterator[Broker]:
        server = authorities[0].issue_cert(identity)
        server.cert_chain_pems[0].write_to_path(tmp_path / "server")
        server.private_key_pem.write_to_path(tmp_path / "server_key")
        tls = (f"cafile {papers.ca}", f"certfile {tmp_path / 'server'}", f"keyfile {tmp_path / 'server_key'}")
        with running(tmp_path, *tls, "require_certificate true", *lines) as broker:
            yield broker

    return start


@pytest.fixture
def tls_broker(secured: Callable[..., Iterator[Broker]]) -> Iterator[Broker]:
    yield from secured()


@pytest.fixture
def misnamed_broker(secured: Callable[..., Iterator[Broker]]) -> Iterator[Broker]:
    yield from secured("broker.villa-rosa.example")


def fault_of(tmp_path: Path, settings: BrokerSettings) -> str:
    """What is said of a connection that cannot come about, while the event stays stored."""
    with device(tmp_path, settings) as box:
        box.say(fall())
        until(lambda: box.publisher.status().counts.alarm == 1, "stored")
        until(lambda: "dialled" not in str(box.publisher.status().fault), "tried")
        assert not box.publisher.status().connected
        return str(box.publisher.status().fault)


@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
def test_a_device_with_its_certificate_is_let_in(
    tmp_path: Path, tls_broker: Broker, papers: Papers, protocol: str
) -> None:
    settings = broker_settings(
        tls_broker.port, protocol=protocol, ca=papers.ca, certificate=papers.certificate, key=papers.key
    )
    with device(tmp_path, settings) as box:
        until(lambda: box.publisher.status().connected, "let in")


def test_a_broker_of_another_authority_is_refused(tmp_path: Path, tls_broker: Broker, papers: Papers) -> None:
    settings = broker_settings(tls_broker.port, ca=papers.other_ca, certificate=papers.certificate, key=papers.key)
    fault = fault_of(tmp_path, settings)
    assert "is not signed by our CA" in fault
    assert "broker.tls.ca" in fault


def test_a_broker_with_another_name_is_refused(tmp_path: Path, misnamed_broker: Broker, papers: Papers) -> None:
    settings = broker_settings(misnamed_broker.port, ca=papers.ca, certificate=papers.certificate, key=papers.key)
    assert "is for another name (set broker.host" in fault_of(tmp_path, settings)


def test_a_device_without_a_certificate_is_told_so(tmp_path: Path, tls_broker: Broker, papers: Papers) -> None:
    fault = fault_of(tmp_path, broker_settings(tls_broker.port, ca=papers.ca))
    assert "set broker.tls.certificate" in fault or "certificate required" in fault


def test_a_device_with_a_foreign_certificate_is_told_so(tmp_path: Path, tls_broker: Broker, papers: Papers) -> None:
    settings = broker_settings(
        tls_broker.port, ca=papers.ca, certificate=papers.foreign_certificate, key=papers.foreign_key
    )
    fault = fault_of(tmp_path, settings)
    assert "check who signed it" in fault or "unknown ca" in fault


def test_plain_to_a_tls_port_is_told_so(tmp_path: Path, tls_broker: Broker) -> None:
    assert "set broker.tls.ca" in fault_of(tmp_path, broker_settings(tls_broker.port))


def test_tls_to_a_plain_port_is_told_so(tmp_path: Path, papers: Papers) -> None:
    with running(tmp_path) as broker:
        assert "check that this port speaks TLS" in fault_of(tmp_path, broker_settings(broker.port, ca=papers.ca))


@pytest.mark.parametrize("kind", ["missing", "not_pem", "mismatched"])
def test_unusable_certificate_files_are_named(tmp_path: Path, papers: Papers, kind: str) -> None:
    rubbish = tmp_path / "rubbish"
    rubbish.write_text("no certificate")
    changes = {
        "missing": {"ca": tmp_path / "nowhere.pem"},
        "not_pem": {"ca": rubbish},
        "mismatched": {"ca": papers.ca, "certificate": papers.certificate, "key": papers.foreign_key},
    }[kind]
    fault = fault_of(tmp_path, broker_settings(free_port(), **changes))
    assert "The certificates cannot be used" in fault
    assert str(changes["ca"]) in fault


@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
def test_user_name_and_password(tmp_path: Path, protocol: str) -> None:
    assert MOSQUITTO is not None
    users, right, wrong = tmp_path / "users", tmp_path / "right", tmp_path / "wrong"
    right.write_text("correct horse\n")
    wrong.write_text("battery staple\n")
    subprocess.run(["mosquitto_passwd", "-b", "-c", str(users), "room-12", "correct horse"], check=True)
    with running(tmp_path, f"password_file {users}", anonymous=False) as broker:
        good = broker_settings(broker.port, protocol=protocol, username="room-12", password_file=right)
        with device(tmp_path, good) as box:
            until(lambda: box.publisher.status().connected, "let in")
        bad = broker_settings(broker.port, protocol=protocol, username="room-12", password_file=wrong)
        fault = fault_of(tmp_path, bad)
        assert "does not let this device in" in fault or "refuses user name or password" in fault
        assert "battery" not in fault
        missing = broker_settings(broker.port, protocol=protocol, username="room-12", password_file=tmp_path / "gone")
        assert "broker.password_file" in fault_of(tmp_path, missing)


def test_the_documented_access_list_is_enough_and_keeps_devices_apart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rules = re.findall(r"^pattern .*$", (DOCS / "mqtt.md").read_text(), re.MULTILINE)
    access, users, password = tmp_path / "access", tmp_path / "users", tmp_path / "password"
    everything = ["user consumer", "topic readwrite care/v1/#"]
    access.write_text("\n".join([*everything, *(rule.replace("<facility>", "villa-rosa") for rule in rules)]) + "\n")
    password.write_text("secret")
    users.touch()
    for name in ("room-12", "room-13", "consumer"):
        subprocess.run(["mosquitto_passwd", "-b", str(users), name, "secret"], check=True)
    with running(tmp_path, f"password_file {users}", f"acl_file {access}", anonymous=False) as broker:
        consumer = Consumer(broker.port, "consumer", ("consumer", "secret"))
        settings = broker_settings(broker.port, username="room-12", password_file=password)
        with device(tmp_path, settings) as box:
            box.say(fall())
            until(lambda: box.publisher.status().idle and consumer.stored, "acknowledged")
            consumer.say("request/rebirth", {"schema": "care/request/1", "transaction": "t-1"})
            until(lambda: consumer.bodies("response/rebirth"), "answered")
        consumer.heard.clear()
        with device(tmp_path, replace(settings, username="room-13"), boot="b2") as box:
            box.say(fall())
            until(lambda: "did not take a message" in caplog.text, "refused")
        consumer.close()
        assert consumer.heard == []


def test_an_unknown_name_is_said(tmp_path: Path) -> None:
    settings = BrokerSettings("no-such-broker.invalid", 8883, backoff_first_s=0.1, backoff_most_s=0.3)
    fault = fault_of(tmp_path, settings)
    assert "no-such-broker.invalid" in fault
    assert "check" in fault
