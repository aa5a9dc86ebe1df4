"""The recommender with TLS: who is believed, and what is said when a certificate does not do."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from facility_recommender.cli import main
from firmware_config.facility import authority, keys
from firmware_config.facility.authority import Issued
from tests.fakes import care
from tests.fakes.broker import Broker, free_port, needs_mosquitto, running
from tests.fakes.facility import Recommender, eventually

NOW = datetime.now(UTC)


def put(folder: Path, name: str, issued: Issued) -> tuple[Path, Path]:
    pair = folder / f"{name}.crt", folder / f"{name}.key"
    pair[0].write_bytes(keys.certificate_pem(issued.certificate))
    pair[1].write_bytes(keys.private_pem(issued.key))
    return pair


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `edge-config` makes, and what else somebody might give."""
    folder = tmp_path_factory.mktemp("papers")
    ours, theirs = authority.found(care.FACILITY, NOW), authority.found("other", NOW)
    put(folder, "ca", ours)
    put(folder, "foreign-ca", theirs)
    put(folder, "server", authority.server(ours, care.FACILITY, ["127.0.0.1"], NOW))
    put(folder, "misnamed", authority.server(ours, care.FACILITY, ["broker.lan"], NOW))
    put(folder, "old-server", authority.server(ours, care.FACILITY, ["127.0.0.1"], NOW - timedelta(days=6 * 365)))
    put(folder, "client", authority.client(ours, care.FACILITY, "recommender", NOW))
    put(folder, "ended", authority.client(ours, care.FACILITY, "recommender", NOW - timedelta(days=3 * 365)))
    put(folder, "foreign", authority.client(theirs, "other", "recommender", NOW))
    (folder / "locked.key").write_bytes(keys.private_pem(ours.key, "correct horse"))
    (folder / "rubbish").write_text("no certificate")
    return folder


def of_broker(papers: Path, server: str = "server") -> list[str]:
    files = (f"cafile {papers}/ca.crt", f"certfile {papers}/{server}.crt", f"keyfile {papers}/{server}.key")
    return [*files, "require_certificate true"]


@pytest.fixture
def broker(tmp_path: Path, papers: Path) -> Iterator[Broker]:
    with running(tmp_path, *of_broker(papers)) as one:
        yield one


def words(papers: Path, ca: str = "ca", client: str | None = "client") -> list[str]:
    own = ["--broker-certificate", f"{papers}/{client}.crt", "--broker-key", f"{papers}/{client}.key"]
    return ["--broker-ca", f"{papers}/{ca}.crt", *(own if client else [])]


@pytest.mark.broker
@needs_mosquitto
def test_it_is_let_in_and_its_page_speaks_tls(tmp_path: Path, broker: Broker, papers: Path) -> None:
    page = ("--web-certificate", f"{papers}/server.crt", "--web-key", f"{papers}/server.key")
    with Recommender(tmp_path, broker.port, *words(papers), *page) as recommender:
        eventually(recommender.is_ready, "ready")
        address = f"https://127.0.0.1:{recommender.web_port}/"
        assert f"ready: page {address}, broker" in recommender.log
        trusting = ssl.create_default_context(cafile=papers / "ca.crt")
        assert "broker" in httpx.get(f"{address}api/now", verify=trusting, trust_env=False).json()


@pytest.mark.broker
@needs_mosquitto
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"client": "ended"}, "our certificate ended on"),
        ({"client": "foreign"}, "our certificate is of another authority than --broker-ca"),
        ({"client": None}, "it may ask for a certificate of ours"),
        ({"ca": "foreign-ca"}, "is not signed by our authority (check --broker-ca)"),
        ({"server": "misnamed"}, "is for another name (set --broker-host"),
        ({"server": "old-server"}, "has ended (edge-config broker --renew"),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_who_is_not_let_in_says_why_and_shows_it(
    tmp_path: Path, papers: Path, given: Mapping[str, str | None], said: str
) -> None:
    with running(tmp_path, *of_broker(papers, given.get("server") or "server")) as broker:
        own = words(papers, given.get("ca") or "ca", given.get("client", "client"))
        with Recommender(tmp_path, broker.port, *own) as recommender:
            eventually(lambda: "waiting:" in recommender.log, "it says that it waits")
            (waiting,) = [line for line in recommender.log.splitlines() if "waiting:" in line]
            assert said in waiting
            assert recommender.now()["broker"]["connected"] is False


@pytest.mark.broker
@needs_mosquitto
def test_plain_to_a_broker_with_tls_is_told_so(tmp_path: Path, broker: Broker) -> None:
    with Recommender(tmp_path, broker.port) as recommender:
        eventually(lambda: "it may ask for TLS: --broker-ca" in recommender.log, "told")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("--broker-ca {0}/nowhere", "nowhere cannot be read: No such file"),
        ("--broker-ca {0}/rubbish", "rubbish is no certificate"),
        ("--broker-ca {0}/ca.crt --broker-certificate {0}/client.crt", "go together"),
        ("--broker-certificate {0}/client.crt --broker-key {0}/client.key", "without --broker-ca"),
        (
            "--broker-ca {0}/ca.crt --broker-certificate {0}/client.crt --broker-key {0}/foreign.key",
            "does not belong to",
        ),
        ("--broker-ca {0}/ca.crt --broker-certificate {0}/client.crt --broker-key {0}/rubbish", "is no private key"),
        ("--broker-ca {0}/ca.crt --broker-certificate {0}/client.crt --broker-key {0}/gone", "gone cannot be read"),
        ("--broker-ca {0}/ca.crt --broker-certificate {0}/client.crt --broker-key {0}/locked.key", "is locked by"),
        ("--web-certificate {0}/server.crt --web-key {0}/client.key", "client.key does not belong to"),
        ("--web-certificate {0}/server.crt", "--web-certificate and --web-key go together"),
    ],
)
def test_files_that_cannot_be_used_are_named_at_once(
    tmp_path: Path, papers: Path, capsys: pytest.CaptureFixture[str], given: str, said: str
) -> None:
    serving = ["serve", "--facility", "villa-rosa", "--store", str(tmp_path / "store.db"), "--web-port", "0"]
    assert main([*serving, "--broker-port", str(free_port()), *given.format(papers).split()]) == 78
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
