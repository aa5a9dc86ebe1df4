"""`facility-recommender` as whoever runs it meets it."""

from __future__ import annotations

import json
import signal
import socket
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from facility_recommender.cli import main
from facility_recommender.store import schema
from facility_recommender.store.open import writing
from tests.fakes import care
from tests.fakes.broker import MOSQUITTO, free_port
from tests.fakes.facility import Device, Mosquitto, Recommender, eventually

needs_broker = pytest.mark.skipif(MOSQUITTO is None, reason="the mosquitto program is not installed")


def fails(code: int, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one line that a failing command says."""
    assert main(words) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("facility-recommender: ")
    return line


def test_without_a_broker_the_page_says_so_and_it_ends_when_told(tmp_path: Path) -> None:
    with Recommender(tmp_path, free_port()) as recommender:
        eventually(lambda: "waiting: broker 127.0.0.1:" in recommender.log, "it says that it waits")
        page = httpx.get(recommender.url, trust_env=False)
        assert "No connection to the broker" in page.text
        assert recommender.now()["broker"]["connected"] is False
        assert recommender.kill(signal.SIGTERM) == 0
        assert "ready:" not in recommender.log


@pytest.mark.broker
@needs_broker
def test_it_shows_what_it_heard_and_remembers_it_after_a_restart(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker, Recommender(tmp_path, broker.port) as recommender:
        eventually(recommender.is_ready, "ready")
        device = Device(broker.port, [care.incident(1)])
        eventually(device.drained, "acknowledged")
        eventually(lambda: recommender.now()["alerts"], "shown")
        (alert,) = recommender.now()["alerts"]
        answer = httpx.post(
            f"{recommender.url}/alerts",
            data={"alert": alert["alert"], "action": "close"},
            headers={"Origin": recommender.url},
            trust_env=False,
        )
        assert answer.status_code == 303
        eventually(lambda: not recommender.now()["alerts"], "closed")
        assert recommender.kill(signal.SIGINT) == 0
        recommender.start()
        eventually(lambda: recommender.log.count("ready:") == 2, "ready again")
        assert recommender.now()["alerts"] == []
        broker.kill()
        eventually(lambda: not recommender.now()["broker"]["connected"], "the page says that the broker is gone")
        broker.start()
        eventually(lambda: recommender.now()["broker"]["connected"], "connected again by itself")


def test_a_taken_port_a_used_store_and_a_foreign_file_are_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign, used = tmp_path / "foreign.db", str(tmp_path / "used.db")
    foreign.write_text("not a database " * 100)
    serving = ("serve", "--facility", "villa-rosa", "--broker-port", str(free_port()), "--web-port", "0", "--store")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert "give another" in fails(7, capsys, *serving, used, "--web-port", port)
    assert "cannot be used" in fails(6, capsys, *serving, str(foreign))
    assert "SQLite only" in fails(78, capsys, *serving, "postgresql://db/care")
    assert "not an id" in fails(78, capsys, *serving, used, "--facility", "Villa Rosa")
    assert "not known here" in fails(78, capsys, *serving, used, "--timezone", "Mars/Olympus")
    with writing(used):
        assert "in use by another" in fails(6, capsys, *serving, used)


def test_export_of_no_store_and_of_a_newer_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "store.db"
    assert "there is no store" in fails(6, capsys, "export", "--store", str(path))
    with writing(str(path)) as engine, engine.begin() as connection:
        connection.execute(update(schema.meta).values(value="99"))
    assert "newer version" in fails(6, capsys, "export", "--store", str(path))


def test_debug_shows_the_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--debug", "export", "--store", str(tmp_path / "none.db")]) == 6
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.broker
@needs_broker
def test_export_to_a_file_while_it_is_being_written(tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    with Mosquitto(tmp_path) as broker, Recommender(tmp_path, broker.port) as recommender:
        device = Device(broker.port, [care.incident(1), care.observation(1)])
        eventually(device.drained, "acknowledged")
        assert main(["export", "--store", str(recommender.store), "--out", str(out)]) == 0
    assert {json.loads(line)["lane"] for line in out.read_text().splitlines()} == {"alarm", "routine"}
    assert not list(tmp_path.glob("*.part"))
