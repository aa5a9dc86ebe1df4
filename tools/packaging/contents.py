"""What lies where on a box: the application of one version, and what stays from version to version."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from firmware_config.errors import InstallerError
from tools.packaging.debian import Control
from tools.packaging.sbom import bill

ROOT = Path(__file__).parents[2]
UV = "uv==0.13.9"
PYTHONS = {"bookworm": "3.11", "trixie": "3.13", "noble": "3.12"}
"""Of Raspberry Pi OS and Debian 12 and 13, and of Ubuntu 24.04."""
PLATFORMS = {"amd64": "x86_64-manylinux_2_28", "arm64": "aarch64-manylinux_2_28"}
HOME = "usr/lib/carepose"
COMMANDS = {
    "edge-agent": "edge_agent.cli",
    "carepose-provision": "firmware_config.provision.cli",
}
"""In the application; each has a `main`."""
LOADER = """\
#!/usr/bin/python3 -I
import sys

sys.path.insert(0, "/usr/lib/carepose/{folder}")
from {module} import main

sys.exit(main())
"""
UPDATER = ("__init__.py", "disk.py", "errors.py", "update")
"""Of firmware_config: all that the updater needs, so that it works where the application does not."""
ENABLED = "edge-agent.service carepose-provision.service carepose-update-resume.service edge-agent-reboot.path"
FIRST = """\
#!/bin/sh
# The first application on a box is used at once; from then on carepose-update turns the link.
set -e
[ "$1" = configure ] || exit 0
if [ ! -e /usr/lib/carepose/current/site-packages ]; then
    ln -s releases/{version} /usr/lib/carepose/current.new
    mv -T /usr/lib/carepose/current.new /usr/lib/carepose/current
fi
"""
KEEP = """\
#!/bin/sh
# The application in use is not removed under the agent's feet.
set -e
if [ "$1" = remove ] && [ "$(readlink /usr/lib/carepose/current)" = releases/{version} ]; then
    rm -f /usr/lib/carepose/current
fi
find /usr/lib/carepose/releases/{version} -name __pycache__ -type d -prune -exec rm -rf {{}} + 2>/dev/null || true
"""
ENABLE = f"""\
#!/bin/sh
set -e
[ "$1" = configure ] || exit 0
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
if command -v systemctl >/dev/null; then systemctl enable {ENABLED} || true; fi
"""


def application(tree: Path, tools: Path, system: str, machine: str, version: str) -> Control:
    """Lay out the application of one version.

    Args:
        tree: an empty folder, `/` of the box.
        tools: a folder for what builds, kept from run to run.
        system: a key of PYTHONS.
        machine: a key of PLATFORMS.
        version: of the application.

    Raises:
        InstallerError: a package cannot be had, or the models are not built.
    """
    home = tree / HOME / "releases" / version
    site = home / "site-packages"
    wheel = _wheel(tools, tree.parent / "wheel")
    target = ("--python-platform", PLATFORMS[machine], "--python-version", PYTHONS[system], "--target", str(site))
    lock = ROOT / "tools" / "locks" / "device.txt"
    _uv(tools, "pip", "install", "--only-binary", ":all:", "--require-hashes", "-r", str(lock), *target)
    _uv(tools, "pip", "install", "--no-deps", str(wheel), *target)
    shutil.rmtree(site / "bin", ignore_errors=True)
    for name in ("direct_url.json", "uv_cache.json", "INSTALLER", "REQUESTED", "RECORD", ".lock"):
        for path in [*site.glob(f"*.dist-info/{name}"), *site.glob(name)]:
            path.unlink()
    models = ROOT / "models" / "built"
    if not (models / "manifest.json").is_file():
        raise InstallerError("the models are not built: ./tools/setup")
    shutil.copytree(models, home / "models")
    (home / "sbom.cdx.json").write_text(bill(site, "carepose", version), encoding="utf-8")
    shutil.copy(ROOT / "LICENSE", home / "LICENSE")
    python = PYTHONS[system]
    newer = f"{python.partition('.')[0]}.{int(python.partition('.')[2]) + 1}"
    return Control(
        f"carepose-app-{version}",
        f"{version}+{system}",
        machine,
        f"python3 (>= {python}), python3 (<< {newer}), carepose",
        f"Carepose {version}: the application",
        "Posture, activity and falls from a camera, judged on the box. Several versions lie side by side.",
        {"postinst": FIRST.format(version=version), "prerm": KEEP.format(version=version)},
    )


def base(tree: Path, version: str, release_key: Path | None) -> Control:
    """Lay out what stays: units, users, the updater, the commands.

    Args:
        tree: an empty folder, `/` of the box.
        version: of the package.
        release_key: the maker's public key, by which updates are known; None: the box takes none.
    """
    binaries, library = tree / HOME / "bin", tree / HOME / "updater" / "firmware_config"
    binaries.mkdir(parents=True)
    library.mkdir(parents=True)
    for name in UPDATER:
        source = ROOT / "firmware_config" / name
        if source.is_dir():
            shutil.copytree(source, library / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, library / name)
    for name, module in COMMANDS.items():
        _program(binaries / name, LOADER.format(folder="current/site-packages", module=module))
    _program(binaries / "carepose-update", LOADER.format(folder="updater", module="firmware_config.update.cli"))
    _program(binaries / "edge-agent-reboot", (ROOT / "systemd" / "edge-agent-reboot").read_text(encoding="utf-8"))
    units = tree / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for path in sorted((ROOT / "systemd").iterdir()):
        if path.suffix in {".service", ".path"} and not path.name.startswith("facility-"):
            shutil.copy(path, units / path.name)
    _linked(tree / "usr/bin", {name: f"../lib/carepose/bin/{name}" for name in (*COMMANDS, "carepose-update")})
    _linked(tree / "usr/share/carepose", {"models": "../../lib/carepose/current/models"})
    notes = tree / "usr/share/doc/carepose"
    notes.mkdir(parents=True)
    shutil.copy(ROOT / "LICENSE", notes / "copyright")
    for name in ("security", "bundles", "updates", "doctor", "hardware", "installing"):
        shutil.copy(ROOT / "docs" / f"{name}.md", notes)
    if release_key is not None:
        shutil.copy(release_key, tree / "usr/share/carepose/release.pub")
    return Control(
        "carepose",
        version,
        "all",
        "python3 (>= 3.11), python3-cryptography",
        "Carepose: units and updater",
        "Starts the agent, takes cards, and takes new versions of the application (carepose-app-*).",
        {"postinst": ENABLE},
    )


def _program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _linked(folder: Path, links: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, target in links.items():
        (folder / name).symlink_to(target)


def _wheel(tools: Path, into: Path) -> Path:
    _uv(tools, "build", "--wheel", "--out-dir", str(into), str(ROOT))
    return next(into.glob("carepose-*.whl"))


def _uv(tools: Path, *words: str) -> None:
    program = tools / "bin" / "uv"
    if not program.is_file():
        _run(sys.executable, "-m", "venv", str(tools))
        _run(str(tools / "bin" / "pip"), "install", "--quiet", UV)
    _run(str(program), "--quiet", *words)


def _run(*words: str) -> None:
    try:
        subprocess.run(words, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as failed:
        raise InstallerError(
            f"{Path(words[0]).name} {' '.join(words[1:4])} failed: {failed.stderr.strip()[-400:]}"
        ) from None
