"""An installer's laptop: bundles made, checked, written to a mounted card, and the box's answer read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from firmware_config.cli import main
from firmware_config.provision.cli import main as provision
from tests.fakes.bundles import Facility, facility


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return facility().folder(tmp_path / "home", "room-12", "room-13")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "bundles"


@pytest.fixture
def boot(tmp_path: Path) -> Path:
    card = tmp_path / "bootfs"
    card.mkdir()
    for name in ("config.txt", "cmdline.txt"):
        (card / name).write_text("")
    return card


def said(capsys: pytest.CaptureFixture[str], code: int, *words: object) -> str:
    assert main([str(word) for word in words]) == code
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return printed.out + printed.err


def test_from_the_laptop_into_the_box_and_back(
    home: Path, out: Path, boot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "2 of 2 bundles made" in said(capsys, 0, "bundle", home, "--out", out)
    assert "generation 1" in said(capsys, 0, "verify", out / "room-12", "--facility", home)
    assert "room-12, generation 1" in said(capsys, 0, "write", out / "room-12", "--mount", boot)
    assert "No box has read this card yet" in said(capsys, 0, "status", "--mount", boot)
    box = ["--card", str(boot), "--etc", str(tmp_path / "etc"), "--state", str(tmp_path / "state")]
    assert provision(box) == 0
    told = said(capsys, 0, "status", "--mount", boot)
    assert "was taken and is in use" in told
    assert "In use: villa-rosa/room-12, generation 1." in told
    assert "removed the keys from it" in said(capsys, 3, "verify", boot)
    said(capsys, 0, "bundle", home, "room-12", "--out", out)
    said(capsys, 0, "write", out / "room-12", "--mount", boot)
    assert not (boot / "carepose-status.txt").exists(), "it was about another bundle"
    assert provision(box) == 0
    assert "generation 2" in said(capsys, 0, "status", "--mount", boot)
    said(capsys, 0, "write", out / "room-13", "--mount", boot)
    assert provision(box) == 3
    assert "the cards may have been mixed up" in said(capsys, 3, "status", "--mount", boot)
    assert "generation 2" in said(capsys, 3, "status", "--mount", boot)


def test_generations_grow_and_are_never_used_twice(home: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = []
    for _ in range(3):
        said(capsys, 0, "bundle", home, "room-12", "--out", out)
        made.append(json.loads((out / "room-12/carepose/manifest.json").read_text())["generation"])
    assert made == [1, 2, 3]
    assert (home / "devices/room-12/config.yaml").read_text().startswith("# The box in room-12.")
    said(capsys, 0, "bundle", home, "room-13", "--out", out)
    assert json.loads((out / "room-13/carepose/manifest.json").read_text())["generation"] == 1


def test_one_bad_box_does_not_stop_the_others(home: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "devices/room-12/config.yaml").write_text("device: room-12\n")
    told = said(capsys, 78, "bundle", home, "--out", out)
    assert "1 of 2 bundles made" in told
    assert "room-12" in told
    assert (out / "room-13/carepose/manifest.sig").exists()


def test_a_locked_signing_key_wants_its_passphrase(
    home: Path, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    locked = facility().signing.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open sesame")
    )
    (home / "signing/signing.key").write_bytes(locked)
    (tmp_path / "passphrase").write_text("open sesame\n")
    assert "is locked" in said(capsys, 78, "bundle", home, "--out", out)
    said(capsys, 0, "bundle", home, "--out", out, "--passphrase-file", tmp_path / "passphrase")


def test_keys_on_the_laptop_are_for_their_owner(home: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, 0, "bundle", home, "room-12", "--out", out)
    files = out / "room-12/carepose/files"
    assert oct(files.stat().st_mode)[-3:] == "700"
    assert oct((files / "client.key").stat().st_mode)[-3:] == "600"


def test_what_is_no_boot_partition_is_refused_unless_told(
    home: Path, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, 0, "bundle", home, "room-12", "--out", out)
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "holiday.jpg").write_text("")
    assert "not the boot partition" in said(capsys, 3, "write", out / "room-12", "--mount", stick)
    assert [path.name for path in stick.iterdir()] == ["holiday.jpg"]
    said(capsys, 0, "write", out / "room-12", "--mount", stick, "--force-not-a-boot-partition")
    assert "good: villa-rosa/room-12" in said(capsys, 0, "verify", stick)


def test_another_facilitys_bundle_is_told_apart(
    home: Path, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, 0, "bundle", home, "room-12", "--out", out)
    other = Facility().folder(tmp_path / "other")
    assert "signed by another facility" in said(capsys, 78, "verify", out / "room-12", "--facility", other)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("bundle", "{home}", "room-99", "--out", "{out}"), 'no device "room-99"'),
        (("bundle", "{out}", "--out", "{out}"), "it has no facility.yaml"),
        (("verify", "{out}"), "no bundle in"),
        (("write", "{out}", "--mount", "{home}"), "no bundle in"),
        (("status", "--mount", "{home}"), "neither a bundle nor a status"),
    ],
)
def test_mistakes_are_told_in_a_line(
    words: tuple[str, ...], told: str, home: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled = [word.format(home=home, out=out) for word in words]
    code = 78 if "bundle" in words else 3
    assert told in said(capsys, code, *filled)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"sentence": "\\u001b[2J", "result": 1}'])
def test_a_damaged_status_does_no_harm(boot: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (boot / "carepose-status.json").write_text(text)
    assert main(["status", "--mount", str(boot)]) != 0
    printed = capsys.readouterr()
    assert "\x1b" not in printed.out + printed.err


def test_the_system_is_told_its_network_and_what_was_there_is_kept(
    home: Path, out: Path, boot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (home / "facility.yaml").read_text()
    (home / "facility.yaml").write_text(
        text.replace("device: room-12}", "device: room-12, link: wifi, ip: 10.0.4.20/24}"), encoding="utf-8"
    )
    (boot / "user-data").write_text("#cloud-config\nusers: [mine]\n")
    said(capsys, 0, "bundle", home, "--out", out, "--system", "cloud-init")
    told = said(capsys, 0, "write", out / "room-12", "--mount", boot)
    assert "user-data was replaced" in told
    assert "Europe/Rome" in (boot / "user-data").read_text()
    assert "10.0.4.20/24" in (boot / "network-config").read_text()
    assert "a: #b" in (boot / "network-config").read_text()
    assert "wifis" not in (out / "room-13/network-config").read_text(), "it is wired"
    assert "10.0.4.20/24" not in (out / "room-13/network-config").read_text()
    said(capsys, 0, "bundle", home, "room-12", "--out", out, "--system", "firstrun")
    assert not (out / "room-12/user-data").exists(), "one format at a time"
    for _ in range(2):
        said(capsys, 0, "write", out / "room-12", "--mount", boot)
    assert (boot / "cmdline.txt").read_text().count("systemd.run=") == 1
    assert (boot / "user-data.before-carepose").read_text() == "#cloud-config\nusers: [mine]\n"
    assert "static address" in said(capsys, 78, "bundle", home, "room-12", "--out", out, "--system", "rpi-preseed")
    text = (home / "facility.yaml").read_text()
    (home / "facility.yaml").write_text(text.replace("correct horse", "swordfish\u00e9"), encoding="utf-8")
    told = said(capsys, 78, "bundle", home, "room-12", "--out", out, "--system", "firstrun")
    assert "network.wifi.password: not allowed; allowed: 8 to 63 characters of ASCII" in told
    assert "swordfish" not in told
    (home / "facility.yaml").write_text(text.replace("gateway: 10.0.4.1, ", ""), encoding="utf-8")
    assert "say `network.gateway`" in said(capsys, 78, "bundle", home, "--out", out, "--system", "firstrun")
    (home / "facility.yaml").write_text(re.sub(", wifi: {.*}}", "}", text), encoding="utf-8")
    assert "room-12: it is linked by Wi-Fi" in said(capsys, 78, "bundle", home, "--out", out, "--system", "firstrun")


def test_what_differs_for_one_box_goes_first(home: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = home / "devices/room-12/system.yaml"
    own.write_text("ntp: [10.0.4.9]\nwifi: {ssid: attic, password: battery staple, country: IT}\n")
    said(capsys, 0, "bundle", home, "--out", out, "--system", "cloud-init")
    assert "attic" in (out / "room-12/network-config").read_text()
    assert "10.0.4.9" in (out / "room-12/user-data").read_text()
    assert "attic" not in (out / "room-13/network-config").read_text()
    own.write_text("wifi: {ssid: attic, password: short, country: IT}\n")
    assert "room-12: wifi.password" in said(capsys, 78, "bundle", home, "--out", out, "--system", "cloud-init")
    (home / "system.yaml").write_text("ntp: []\n")
    assert "say it under `network`" in said(capsys, 3, "bundle", home, "--out", out)
