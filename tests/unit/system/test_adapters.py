"""Whatever a network is called, the system is told exactly that, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from firmware_config.errors import InstallerError
from firmware_config.system.adapters import (
    ADAPTERS,
    FILES,
    KERNEL_WORDS,
    cloud_init,
    first_run,
    rpi_preseed,
    with_kernel_words,
)
from firmware_config.system.settings import Address, System, Wifi

HOSTILE = [
    "'; reboot; '",
    '$(reboot)`reboot`"',
    "\\",
    "x: y # z",
    "- a",
    "%s\\n",
    "😀 Zürich",
    "] [x",
    "#",
    "null",
    "0123",
    " ",
]
PRINTABLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs"]), min_size=1, max_size=8
)
SSIDS = st.sampled_from(HOSTILE) | PRINTABLE
PASSWORDS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=8, max_size=63)
STATIC = Address.model_validate({"address": "10.0.4.20/24", "gateway": "10.0.4.1", "name_servers": ["10.0.4.2"]})


def told(ssid: str, password: str = "correct horse", **more: object) -> System:  # noqa: S107  no real one
    wifi = Wifi(ssid=ssid, password=password, country="IT")
    return System.model_validate(
        {"device": "room-12", "time_zone": "Europe/Rome", "ntp": ["10.0.4.1"], "wifi": wifi, **more}
    )


def test_the_key_is_wpas_own() -> None:
    """The test vector of IEEE 802.11i, H.4.1."""
    wifi = Wifi(ssid="IEEE", password="password", country="IT")  # noqa: S106
    assert wifi.psk == "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"


@settings(max_examples=40)
@given(SSIDS, PASSWORDS)
def test_cloud_init_reads_the_name_as_it_is(ssid: str, password: str) -> None:
    system = told(ssid, password, static=STATIC)
    files = cloud_init(system)
    link = yaml.safe_load(files["network-config"])["network"]["wifis"]["wlan0"]
    assert system.wifi is not None
    assert link["access-points"] == {ssid: {"password": system.wifi.psk}}
    assert (link["dhcp4"], link["addresses"], link["routes"][0]["via"]) == (False, ["10.0.4.20/24"], "10.0.4.1")
    assert files["user-data"].startswith("#cloud-config\n")
    user = yaml.safe_load(files["user-data"])
    assert (user["hostname"], user["timezone"], user["ntp"]["servers"]) == ("room-12", "Europe/Rome", ["10.0.4.1"])


@settings(max_examples=40)
@given(SSIDS, PASSWORDS)
def test_rpi_preseed_reads_the_name_as_it_is(ssid: str, password: str) -> None:
    system = told(ssid, password)
    read = tomllib.loads(rpi_preseed(system)["rpi-preseed.toml"])
    assert system.wifi is not None
    assert (read["wlan"]["ssid"], read["wlan"]["password"]) == (ssid, system.wifi.psk)
    assert (read["locale"]["timezone"], read["time"]["ntp"]) == ("Europe/Rome", ["10.0.4.1"])


@settings(max_examples=12, deadline=None)
@given(SSIDS)
def test_the_script_does_what_it_says_and_nothing_that_a_name_says(ssid: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, system = Path(folder), told(ssid, static=STATIC)
        etc = first_start(root, first_run(system))
        profile = etc / "NetworkManager/system-connections/carepose.nmconnection"
        text = profile.read_text()
        assert f"\nssid={''.join(f'{byte};' for byte in ssid.encode())}\n" in text
        assert system.wifi is not None
        assert f"\npsk={system.wifi.psk}\n" in text
        assert "\naddress1=10.0.4.20/24,10.0.4.1\n" in text
        assert oct(profile.stat().st_mode)[-3:] == "600"
        assert (etc / "hostname").read_text() == "room-12\n"
        assert (etc / "timezone").read_text() == "Europe/Rome\n"
        assert (etc / "systemd/timesyncd.conf.d/carepose.conf").read_text() == "[Time]\nNTP=10.0.4.1\n"
        assert [path.name for path in (root / "boot/firmware").iterdir()] == ["cmdline.txt"]
        assert (root / "boot/firmware/cmdline.txt").read_text() == "console=tty1 rootwait\n"


def first_start(root: Path, files: Mapping[str, str]) -> Path:
    for name in ("etc", "boot/firmware"):
        (root / name).mkdir(parents=True)
    (root / "boot/firmware/cmdline.txt").write_text(with_kernel_words("console=tty1 rootwait\n"))
    script = root / "boot/firmware/firstrun.sh"
    script.write_text(files["firstrun.sh"])
    ran = subprocess.run(
        ["sh", script],
        env={"ROOT": str(root), "PATH": os.environ["PATH"]},
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return root / "etc"


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is missing (apt install shellcheck)")
def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    script = tmp_path / "firstrun.sh"
    script.write_text(first_run(told(HOSTILE[0], static=STATIC))["firstrun.sh"])
    checked = subprocess.run(["shellcheck", "-e", "SC2015,SC2016", script], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_a_wired_box_needs_no_radio() -> None:
    system = System(device="room-12")
    assert yaml.safe_load(cloud_init(system)["network-config"])["network"]["ethernets"]["eth0"]["dhcp4"] is True
    assert "wlan" not in rpi_preseed(system)["rpi-preseed.toml"]
    assert "type=ethernet" in first_run(system)["firstrun.sh"]


def test_another_network_is_another_instance_and_the_same_is_the_same() -> None:
    one, again, other = (cloud_init(told(ssid))["meta-data"] for ssid in ("a", "a", "b"))
    assert one == again != other


def test_what_preseed_cannot_do_is_said() -> None:
    with pytest.raises(InstallerError, match="static address"):
        rpi_preseed(told("a", static=STATIC))


def test_no_adapter_writes_the_password_itself() -> None:
    for adapter in ADAPTERS.values():
        files = adapter(told("a"))
        assert set(files) <= FILES
        assert "correct horse" not in "".join(files.values())


def test_the_kernel_is_told_once() -> None:
    line = with_kernel_words(with_kernel_words("console=tty1\n"))
    assert line == f"console=tty1 {KERNEL_WORDS}\n"


@pytest.mark.parametrize(
    "wrong",
    [
        {"wifi": {"ssid": "a\nb", "password": "long enough", "country": "IT"}},
        {"wifi": {"ssid": "x" * 33, "password": "long enough", "country": "IT"}},
        {"wifi": {"ssid": "x", "password": "short", "country": "IT"}},
        {"wifi": {"ssid": "x", "password": "long enough", "country": "it; reboot"}},
        {"static": {"address": "10.0.4.20/24", "gateway": "10.0.5.1"}},
        {"time_zone": "Nowhere/Atall"},
        {"ntp": ["a b"]},
        {"more": 1},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        System.model_validate({"device": "room-12", **wrong})
