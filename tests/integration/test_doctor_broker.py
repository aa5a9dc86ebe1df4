"""The doctor at a real broker: let in, or told exactly what is wrong; and nobody else notices the visit."""

from __future__ import annotations

import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from edge_agent.doctor import broker_rights
from edge_agent.doctor.checks import checks
from edge_agent.doctor.examination import examine
from edge_agent.doctor.finding import Finding, Verdict
from edge_agent.doctor.situation import Situation
from tests.fakes.broker import Broker, PlainClient, free_port, needs_mosquitto, running, until
from tests.fakes.broker_device import broker_settings, device
from tests.fakes.clocks import HeldClock
from tests.fakes.doctor_world import situation
from tests.fakes.events import fall

DOCS = Path(__file__).parents[2] / "docs"
OURS = trustme.CA()
OK, WARN, FAIL, SKIPPED = Verdict.OK, Verdict.WARN, Verdict.FAIL, Verdict.SKIPPED


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which nothing is to be heard."""
    monkeypatch.setattr(broker_rights, "HEAR_S", 0.6)


def box(folder: Path, port: int, *, more: str = "", host: str = "127.0.0.1", **world: object) -> Situation:
    """room-12 of villa-rosa, as the fakes' device is called."""
    clock = HeldClock()
    clock.wall = datetime.now(UTC)
    text = f"""
    facility: villa-rosa
    device: room-12
    data_dir: data
    cameras: [{{id: bed, room: room-12, source: {{v4l2: {{device: /dev/video63}}}}}}]
    broker: {{host: {host}, port: {port}{more}}}
    """
    return situation(folder, text, clock=clock, **world)


def asked(at: Situation) -> dict[str, Finding]:
    """What the whole lane of the broker finds."""
    lane = [check for check in checks(at) if check.topic == "broker"]
    return {each.id.removeprefix("broker."): each.finding for each in examine(at, lane)}


def verdicts(found: dict[str, Finding]) -> list[Verdict]:
    return [found[step].verdict for step in ("name", "port", "tls", "login", "rights", "apart", "consumer")]


@contextmanager
def secured(folder: Path, certificate: trustme.LeafCert, authority: trustme.CA = OURS) -> Iterator[Broker]:
    certificate.cert_chain_pems[0].write_to_path(folder / "server.pem")
    certificate.private_key_pem.write_to_path(folder / "server.key")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    with running(folder, f"certfile {folder / 'server.pem'}", f"keyfile {folder / 'server.key'}") as started:
        yield started


@contextmanager
def guarded(folder: Path) -> Iterator[Broker]:
    """With users and the access list that docs/mqtt.md gives."""
    users, access = folder / "users", folder / "access"
    rules = re.findall(r"^pattern .*$", (DOCS / "mqtt.md").read_text(), re.MULTILINE)
    access.write_text("\n".join(rule.replace("<facility>", "villa-rosa") for rule in rules) + "\n")
    users.touch()
    subprocess.run(["mosquitto_passwd", "-b", str(users), "room-12", "right"], check=True)
    subprocess.run(["mosquitto_passwd", "-b", str(users), "stranger", "right"], check=True)
    (folder / "right").write_text("right")
    with running(folder, f"password_file {users}", f"acl_file {access}", anonymous=False) as started:
        yield started


def login(folder: Path, protocol: str = "5", user: str = "room-12", file: str = "right") -> str:
    return f', protocol: "{protocol}", username: {user}, password_file: {folder / file}'


@pytest.mark.broker
@needs_mosquitto
@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
def test_a_guarded_broker_is_found_well(tmp_path: Path, protocol: str) -> None:
    with guarded(tmp_path) as started:
        found = asked(box(tmp_path, started.port, more=login(tmp_path, protocol)))
    assert verdicts(found) == [OK] * 7, found
    assert "user name and password" in found["login"].said
    assert "hears its own ack and request" in found["rights"].said
    assert ("refuses it another device's" in found["apart"].said) == (protocol == "5")


@pytest.mark.broker
@needs_mosquitto
@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
def test_a_user_without_rights_is_found(tmp_path: Path, protocol: str, impatient: None) -> None:
    with guarded(tmp_path) as started:
        found = asked(box(tmp_path, started.port, more=login(tmp_path, protocol, user="stranger")))
    assert verdicts(found)[:6] == [OK, OK, OK, OK, FAIL, OK]
    assert found["consumer"].verdict is SKIPPED
    assert "care/v1/villa-rosa/room-12/#" in found["rights"].remedy


@pytest.mark.broker
@needs_mosquitto
def test_a_device_that_may_speak_and_not_hear_is_found(tmp_path: Path, impatient: None) -> None:
    with guarded(tmp_path) as started:
        started.close()
        (tmp_path / "access").write_text("pattern write care/v1/villa-rosa/%u/#\n")
        started.start()
        found = asked(box(tmp_path, started.port, more=login(tmp_path)))
    assert found["rights"].verdict is FAIL
    assert "may not hear its own" in found["rights"].said


@pytest.mark.broker
@needs_mosquitto
@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
def test_an_open_broker_keeps_nobody_apart(tmp_path: Path, protocol: str) -> None:
    with running(tmp_path) as started:
        found = asked(box(tmp_path, started.port, more=f', protocol: "{protocol}"'))
    assert verdicts(found) == [OK, OK, OK, OK, OK, WARN, OK]
    assert "another device's name" in found["apart"].said
    assert "without a password" in found["login"].said


@pytest.mark.broker
@needs_mosquitto
@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
def test_a_wrong_password_and_none(tmp_path: Path, protocol: str) -> None:
    (tmp_path / "wrong").write_text("battery staple")
    with guarded(tmp_path) as started:
        wrong = asked(box(tmp_path, started.port, more=login(tmp_path, protocol, file="wrong")))
        absent = asked(box(tmp_path, started.port, more=login(tmp_path, protocol, file="absent")))
    assert verdicts(wrong) == [OK, OK, OK, FAIL, SKIPPED, SKIPPED, SKIPPED]
    assert wrong["login"].remedy
    assert "battery" not in str(wrong)
    assert absent["login"].verdict is FAIL
    assert "broker.password_file" in absent["login"].remedy


@pytest.mark.broker
@needs_mosquitto
def test_tls_is_found_well_and_how_long_it_will_be(tmp_path: Path) -> None:
    ends = datetime.now(UTC) + timedelta(days=9.5)
    for certificate, verdict in (
        (OURS.issue_cert("127.0.0.1"), OK),
        (OURS.issue_cert("127.0.0.1", not_after=ends), WARN),
    ):
        with secured(tmp_path, certificate) as started:
            found = asked(box(tmp_path, started.port, more=f", tls: {{ca: {tmp_path}/ca.pem}}"))
        assert found["tls"].verdict is verdict
        assert found["login"].verdict is OK
    assert found["tls"].measured["certificate_days"] == pytest.approx(9.5, abs=0.2)


@pytest.mark.broker
@needs_mosquitto
@pytest.mark.parametrize(
    ("certificate", "said", "remedy"),
    [
        (
            OURS.issue_cert("127.0.0.1", not_after=datetime.now(UTC) - timedelta(days=2)),
            "has expired (this box's clock says 20",
            "renew it",
        ),
        (
            OURS.issue_cert("127.0.0.1", not_before=datetime.now(UTC) + timedelta(days=2)),
            "is not valid yet (this box's clock says 20",
            "set this box's clock",
        ),
        (OURS.issue_cert("broker.example"), "is for another name than 127.0.0.1", "broker.host"),
        (trustme.CA().issue_cert("127.0.0.1"), "an authority unknown to broker.tls.ca", "broker.tls.ca"),
    ],
    ids=["expired", "not yet", "name", "authority"],
)
def test_a_certificate_that_is_not_right(tmp_path: Path, certificate: trustme.LeafCert, said: str, remedy: str) -> None:
    with secured(tmp_path, certificate) as started:
        found = asked(box(tmp_path, started.port, more=f", tls: {{ca: {tmp_path}/ca.pem}}"))
    assert verdicts(found) == [OK, OK, FAIL, SKIPPED, SKIPPED, SKIPPED, SKIPPED]
    assert said in found["tls"].said
    assert remedy in found["tls"].remedy


@pytest.mark.broker
@needs_mosquitto
def test_a_port_that_speaks_no_tls(tmp_path: Path) -> None:
    OURS.cert_pem.write_to_path(tmp_path / "ca.pem")
    with running(tmp_path) as started:
        found = asked(box(tmp_path, started.port, more=f", tls: {{ca: {tmp_path}/ca.pem}}"))
    assert found["tls"].verdict is FAIL
    assert "check that this port speaks TLS" in found["tls"].remedy


@pytest.mark.broker
@needs_mosquitto
def test_a_running_agent_is_not_disturbed_and_nothing_is_left_behind(tmp_path: Path) -> None:
    with running(tmp_path) as started:
        settings = broker_settings(started.port)
        listener = PlainClient(started.port)
        with device(tmp_path, settings) as agent:
            agent.say(fall())
            until(lambda: listener.payloads("incident"), "the agent speaks")
            listener.heard.clear()
            found = asked(box(tmp_path, started.port, more=", consumer: recommender"))
            assert found["rights"].verdict is OK
            assert agent.publisher.status().connected
            kinds = {kind for kind, _, _ in listener.heard}
            assert "availability" not in kinds, "its connection was ended, or a will was sent"
            foreign = "care/v1/villa-rosa/doctor/request/doctor"
            assert kinds - {"incident"} <= {"ack", "request/doctor", "response/doctor", foreign}
            assert agent.publisher.status().counts.alarm == 1, "nothing was acknowledged in the consumer's name"
            answers = [body for body in listener.bodies("response/doctor") if body["boot_id"] == "5f3a"]
            assert all(body["result"] == "unsupported" for body in answers)
        listener.close()
        late = PlainClient(started.port, "late")
        time.sleep(0.3)
        late.close()
        assert not [topic for topic, _, retained in late.heard if retained and "doctor" in topic]


@pytest.mark.broker
@needs_mosquitto
def test_a_consumer_is_heard_or_missed(tmp_path: Path, impatient: None) -> None:
    more = ", consumer: recommender"
    with running(tmp_path) as started:
        data = tmp_path / "data"
        data.mkdir()
        with device(data, broker_settings(started.port)) as agent:
            agent.say(fall())
            until(lambda: agent.publisher.status().counts.alarm == 1, "stored")
        (data / "outbox.db").rename(data / "outbox.sqlite")
        missed = asked(box(tmp_path, started.port, more=more))["consumer"]
        assert missed.verdict is WARN
        assert missed.measured == {"waiting_events": 1.0}
        stop = threading.Event()
        speaker = PlainClient(started.port, "speaker")

        def acknowledge() -> None:
            while not stop.wait(0.1):
                speaker.acknowledge("alarm", 0)

        thread = threading.Thread(target=acknowledge)
        thread.start()
        heard = broker_rights.consumer(box(tmp_path, started.port, more=more))
        stop.set()
        thread.join()
        speaker.close()
    assert heard.said == "recommender acknowledges"


def test_a_closed_port_and_an_unknown_name(tmp_path: Path) -> None:
    found = asked(box(tmp_path, free_port()))
    assert verdicts(found) == [OK, FAIL, SKIPPED, SKIPPED, SKIPPED, SKIPPED, SKIPPED]
    assert "nothing listens at 127.0.0.1" in found["port"].said
    found = asked(box(tmp_path, 1883, host="broker.villa-rosa.example"))
    assert verdicts(found) == [FAIL] + [SKIPPED] * 6
    assert "broker.villa-rosa.example is not known" in found["name"].said
    assert "name server" in found["name"].remedy


def test_a_name_that_is_known(tmp_path: Path) -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1", "127.0.0.1", "::1"]

    found = asked(box(tmp_path, free_port(), host="localhost", resolve=resolve))
    assert found["name"].said == "localhost is 127.0.0.1, ::1"
    assert found["port"].verdict is FAIL


@pytest.mark.parametrize("more", ["", ", tls: {ca: ca.pem}"])
def test_a_broker_that_never_answers_is_left_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str
) -> None:
    monkeypatch.setattr("edge_agent.doctor.visit.ANSWER_S", 0.5)
    monkeypatch.setattr("edge_agent.doctor.broker.CONNECT_S", 0.5)
    OURS.cert_pem.write_to_path(tmp_path / "ca.pem")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        found = asked(box(tmp_path, silent.getsockname()[1], more=more))
        assert time.monotonic() - began < 20.0
    step = "tls" if more else "login"
    assert found[step].verdict is FAIL
    assert "does not answer" in found[step].said
