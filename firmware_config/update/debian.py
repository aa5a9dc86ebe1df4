"""What dpkg and systemd do for an update."""

from __future__ import annotations

import platform
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from firmware_config.update.release import UpdateError

UNIT = "edge-agent.service"
WATCH_S, LOOK_S = 120.0, 2.0
"""How long a new version is watched. [C]: a camera and a broker take half a minute."""
COMMAND_S = 300.0
LOAD = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "import edge_agent.app, edge_agent.cli, firmware_config.provision.cli, cv2, numpy, paho.mqtt.client, cryptography"
)
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def machine() -> str:
    """By Debian's name."""
    return MACHINES.get(platform.machine(), platform.machine())


def system(release: Path = Path("/etc/os-release")) -> str:
    """The distribution's name; empty where it has none."""
    lines = release.read_text(encoding="utf-8").splitlines()
    told = dict(line.partition("=")[::2] for line in lines)
    return told.get("VERSION_CODENAME", "").strip('"')


class Debian:
    """This box."""

    def install(self, package: Path) -> None:
        """See `System`."""
        done = _run(("dpkg", "--install", str(package)))
        if done.returncode != 0:
            raise UpdateError(f"dpkg did not install it: {done.stderr.strip().splitlines()[-1:]}")

    def remove(self, version: str) -> None:
        """See `System`."""
        _run(("dpkg", "--purge", f"carepose-app-{version}"))

    def runs(self, folder: Path) -> str | None:
        """See `System`."""
        done = _run(("/usr/bin/python3", "-I", "-c", LOAD, str(folder / "site-packages")))
        return None if done.returncode == 0 else f"it cannot be loaded ({done.stderr.strip().splitlines()[-1:]})"

    def restart(self) -> bool:
        """See `System`; a unit of Type=notify is started when it says READY."""
        _run(("systemctl", "reset-failed", UNIT))
        return _run(("systemctl", "restart", UNIT)).returncode == 0

    def stays_well(self) -> str | None:
        """See `System`."""
        began, end = _restarts(), time.monotonic() + WATCH_S
        while time.monotonic() < end:
            time.sleep(LOOK_S)
            if _run(("systemctl", "is-active", "--quiet", UNIT)).returncode != 0:
                return "the agent ended"
            if _restarts() != began:
                return "the agent was started anew by itself"
        return None


def _restarts() -> str:
    return _run(("systemctl", "show", "--property", "NRestarts", "--value", UNIT)).stdout.strip()


def _run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(words, capture_output=True, text=True, timeout=COMMAND_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as fault:
        return subprocess.CompletedProcess(list(words), 1, "", str(fault))
