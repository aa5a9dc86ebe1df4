"""`edge-config push` from a facility's folder to a real agent, over a broker with the generated files."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from firmware_config.bundle.contents import CREDENTIALS
from firmware_config.cli import main
from firmware_config.commands import push
from firmware_config.facility.layout import Layout
from tests.fakes.broker import MOSQUITTO, free_port, needs_mosquitto, until
from tests.fakes.product import KEYPOINTS, answers
from tools.demo.parts import Part

pytestmark = [pytest.mark.broker, needs_mosquitto]


class Place:
    """A facility of two boxes, one of which is at work."""

    def __init__(self, folder: Path) -> None:
        root, self.port = folder / "villa-rosa", free_port()
        where = ["--broker-host", "localhost", "--broker-port", str(self.port)]
        assert main(["init", str(root), *where]) == 0
        for box in ("box-a", "box-b"):
            assert main(["add", str(root), f"room-{box}", "--device", box]) == 0
        self.layout = Layout(root)
        assert main(["broker", str(root), "--at", str(self.layout.broker)]) == 0
        main_file = folder / "mosquitto.conf"
        settings = (self.layout.broker / "carepose.conf").read_text()
        main_file.write_text(f"user {getpass.getuser()}\npersistence_location {folder}/\n{settings}")
        self.broker = Part("mosquitto", [str(MOSQUITTO), "-c", str(main_file)], folder)
        self.broker.start()
        until(lambda: answers(self.port), "mosquitto listens")
        self.path = self.layout.device("box-a") / "config.yaml"
        papers = f"{self.layout.device('box-a')}/"
        (self.layout.device("box-a") / "ca.crt").write_bytes(self.layout.ca_certificate.read_bytes())
        self.known: dict[str, Any] = yaml.safe_load(self.path.read_text().replace(CREDENTIALS, papers))
        self.data = folder / "data"
        self.known["data_dir"] = str(self.data)
        self.known["cameras"][0]["source"] = {"recording": str(KEYPOINTS / "ordinary.npz"), "repeat": True}
        self.write({})
        assert main(["bundle", str(root), "box-a", "--out", str(folder / "bundles")]) == 0
        etc = folder / "etc"
        etc.mkdir()
        (etc / "agent.yaml").write_bytes(self.path.read_bytes())
        (etc / "facility.pub").write_bytes(self.layout.signing_public.read_bytes())
        command = [sys.executable, "-m", "tests.fakes.hasty_agent", str(etc / "agent.yaml")]
        self.agent = Part("agent", command, folder)
        self.log = folder / "logs" / "agent.log"
        self.agent.start()
        until(lambda: "started as boot" in self.log.read_text(), "the agent is at work", 40)

    def write(self, changes: dict[str, Any]) -> None:
        self.path.write_text(yaml.safe_dump(self.known | changes))

    def close(self) -> None:
        self.agent.stop()
        self.broker.stop()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.close()


def test_a_box_takes_it_and_one_that_is_off_is_named(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = str(place.layout.root)
    place.write({"language": "it"})
    assert main(["push", root, "box-a"]) == 0
    assert "box-a: done: generation" in capsys.readouterr().out
    before = place.path.with_name("client.crt").read_bytes()
    assert main(["rotate", root, "box-a", "--same-key"]) == 0
    assert main(["push", root, "box-a"]) == 0
    (renewed,) = place.data.glob("pushed-*.crt")
    assert renewed.read_bytes() == place.path.with_name("client.crt").read_bytes() != before
    capsys.readouterr()
    place.write({"broker": place.known["broker"] | {"port": free_port()}})
    assert main(["push", root, "box-a"]) == 3
    assert "box-a: rolled back: Not well after 6 s with the new configuration: the broker." in capsys.readouterr().out
    place.write({"profile": "pi9"})
    assert main(["push", root, "box-a"]) == 3
    assert "box-a: not sent: " in capsys.readouterr().out
    monkeypatch.setattr(push, "ANSWER_S", 1.0)
    assert main(["push", root, "box-b"]) == 3
    assert "box-b: unknown: it does not answer: is it online?\n0 of 1 boxes" in capsys.readouterr().out
    assert main(["push", root, "box-z"]) == 3
    place.broker.stop()
    assert main(["push", root, "box-a"]) == 3
    said = capsys.readouterr().err
    assert "there is no device box-z" in said
    assert "cannot be reached from here" in said
