"""The package that stays on a box: what is in it, and the same bytes each time."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.packaging.contents import base
from tools.packaging.debian import Control, pack
from tools.packaging.sbom import bill

EPOCH = 1_700_000_000
pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is missing: Debian or Ubuntu")


def made(folder: Path, name: str) -> Path:
    tree = folder / name
    tree.mkdir()
    key = folder / "release.pub"
    key.write_text("a key\n")
    return pack(tree, base(tree, "0.1.0", key), folder / f"{name}-out", EPOCH)


def asked(*words: str) -> str:
    return subprocess.run(["dpkg-deb", *words], check=True, capture_output=True, text=True).stdout


def test_two_builds_are_the_same_bytes(tmp_path: Path) -> None:
    assert made(tmp_path, "one").read_bytes() == made(tmp_path, "two").read_bytes()


def test_units_commands_and_updater_are_in_it_and_belong_to_root(tmp_path: Path) -> None:
    package = made(tmp_path, "one")
    lines = asked("--contents", str(package)).splitlines()
    names = {line.split()[5].removeprefix("./") for line in lines}
    assert {"root/root"} == {line.split()[1] for line in lines}
    for name in (
        "usr/lib/systemd/system/edge-agent.service",
        "usr/lib/systemd/system/carepose-update-resume.service",
        "usr/lib/carepose/bin/edge-agent",
        "usr/lib/carepose/bin/carepose-update",
        "usr/lib/carepose/updater/firmware_config/update/run.py",
        "usr/share/carepose/release.pub",
        "usr/share/doc/carepose/copyright",
    ):
        assert name in names
    assert not any("__pycache__" in name for name in names)
    assert asked("--field", str(package), "Depends").startswith("python3 (>= 3.11)")


def test_the_updater_runs_without_the_application(tmp_path: Path) -> None:
    package = made(tmp_path, "one")
    root = tmp_path / "root"
    asked("--extract", str(package), str(root))
    code = f"import sys; sys.path.insert(0, {str(root / 'usr/lib/carepose/updater')!r}); sys.argv[1:] = ['--help']\n"
    code += "import firmware_config.update.cli as cli\n"
    code += f"assert cli.__file__.startswith({str(root)!r})\ncli.main()"
    done = subprocess.run(["python3", "-I", "-c", code], capture_output=True, text=True, check=False)
    if "No module named 'cryptography'" in done.stderr:
        pytest.skip("the system's Python has no cryptography: apt install python3-cryptography")
    assert done.returncode == 0, done.stderr
    assert "carepose-update" in done.stdout


def test_the_list_of_what_is_inside_names_versions_and_licences(tmp_path: Path) -> None:
    told = tmp_path / "some_thing-1.2.3.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: Some_Thing\nVersion: 1.2.3\nLicense: MIT\n")
    text = bill(tmp_path, "carepose", "0.1.0")
    assert '"purl": "pkg:pypi/some-thing@1.2.3"' in text
    assert '"name": "MIT"' in text


def test_a_package_is_named_as_debian_names_it() -> None:
    assert Control("carepose-app-0.1.0", "0.1.0+noble", "arm64", "", "", "").file_name == (
        "carepose-app-0.1.0_0.1.0+noble_arm64.deb"
    )
