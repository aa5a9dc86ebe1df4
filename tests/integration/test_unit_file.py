"""The units, as systemd reads them: nothing misspelt, shut in, and in step with the agent's own codes and limits."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.aim.command import PORT
from edge_agent.errors import Exit
from edge_agent.runtime.watchdog import SAY_S, StallLimits
from facility_recommender.errors import Exit as RecommenderExit
from firmware_config.facility import recommender

UNITS = Path(__file__).parents[2] / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
DROP_INS = sorted((UNITS / "edge-agent.service.d").glob("*.conf.example"))
RECOMMENDER, NETWORK = "facility-recommender.service", UNITS / "facility-recommender.service.d/network.conf.example"
EXPOSURE = 15
"""Ten times what `systemd-analyze security` may say of a unit."""
PROGRAMS = (
    "usr/lib/carepose/bin/carepose-provision",
    "usr/lib/carepose/bin/carepose-update",
    "usr/lib/carepose/bin/edge-agent",
    "usr/lib/carepose/bin/edge-agent-reboot",
    "usr/lib/carepose/bin/facility-recommender",
    "bin/kill",
)
OF_SYSTEMD = (
    "sysinit.target",
    "local-fs.target",
    "basic.target",
    "shutdown.target",
    "network.target",
    "paths.target",
    "multi-user.target",
)

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is missing (apt install systemd)"
)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """The root of a box as far as systemd looks at it: the units in their place, and programs that are there."""
    units = tmp_path / "etc/systemd/system"
    shutil.copytree(UNITS, units)
    for target in OF_SYSTEMD:
        (units / target).write_text("[Unit]\nDescription=stands for systemd's own\n")
    (units / "modprobe@.service").write_text("[Service]\nType=oneshot\nExecStart=/bin/kill -l\n")
    for name in PROGRAMS:
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    return tmp_path


def dropped_in(box: Path, drop_in: Path) -> Path:
    """Install an example as its own comment tells."""
    target = box / "etc/systemd/system" / drop_in.parent.name / drop_in.name.removesuffix(".example")
    shutil.copy(drop_in, target)
    return target


def verified(box: Path) -> subprocess.CompletedProcess[str]:
    return analyzed("verify", "--man=no", f"--root={box}", *(service.name for service in SERVICES), cwd=box)


def exposure(box: Path, unit: str) -> subprocess.CompletedProcess[str]:
    return analyzed(
        "security", "--no-pager", "--offline=true", f"--root={box}", f"--threshold={EXPOSURE}", unit, cwd=box
    )


def analyzed(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *words], cwd=cwd, capture_output=True, text=True, check=False, timeout=30.0
    )


def settings(path: Path) -> Iterator[tuple[str, str]]:
    """Each key and value of a unit, in order."""
    for line in path.read_text().splitlines():
        if line and not line.startswith(("#", "[")):
            key, _, value = line.partition("=")
            yield key, value


def values(name: str, key: str) -> list[str]:
    return [value for found, value in settings(UNITS / name) if found == key]


def test_there_are_units() -> None:
    assert [service.name for service in SERVICES] == [
        "carepose-aim.service",
        "carepose-provision.service",
        "carepose-update-resume.service",
        "edge-agent-reboot.service",
        "edge-agent.service",
        RECOMMENDER,
    ]
    assert DROP_INS


@needs_systemd
def test_systemd_finds_no_fault(box: Path) -> None:
    said = verified(box)
    assert (said.returncode, said.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("drop_in", [*DROP_INS, NETWORK], ids=lambda path: f"{path.parent.stem}-{path.name}")
def test_systemd_finds_no_fault_with_a_drop_in(box: Path, drop_in: Path) -> None:
    dropped_in(box, drop_in)
    said = verified(box)
    assert (said.returncode, said.stderr) == (0, "")


@needs_systemd
def test_a_misspelt_key_would_be_found(box: Path) -> None:
    unit = box / "etc/systemd/system/edge-agent.service"
    unit.write_text(unit.read_text().replace("WatchdogSec=", "WatchdogSecs="))
    assert "WatchdogSecs" in verified(box).stderr


@needs_systemd
@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_exposure(box: Path, service: Path) -> None:
    said = exposure(box, service.name)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "Overall exposure level" in said.stdout


@needs_systemd
def test_exposure_without_the_clock_and_with_every_other_drop_in(box: Path) -> None:
    """Only the drop-in for chrony is said to open the unit further (docs/security.md)."""
    for drop_in in DROP_INS:
        if not drop_in.name.startswith("chrony"):
            dropped_in(box, drop_in)
    assert exposure(box, "edge-agent.service").returncode == 0
    dropped_in(box, NETWORK)
    assert exposure(box, RECOMMENDER).returncode == 0


@needs_systemd
def test_an_open_unit_would_be_found(box: Path) -> None:
    unit = box / "etc/systemd/system/edge-agent.service"
    kept = ("[", "Type=", "ExecStart=")
    unit.write_text("".join(line for line in unit.read_text().splitlines(keepends=True) if line.startswith(kept)))
    assert exposure(box, "edge-agent.service").returncode != 0


def test_what_does_not_heal_is_not_started_again() -> None:
    (prevented,) = values("edge-agent.service", "RestartPreventExitStatus")
    assert {int(code) for code in prevented.split()} == {Exit.USAGE, Exit.MODELS, Exit.CONFIGURATION}
    assert values("edge-agent.service", "Restart") == ["on-failure"]
    assert values("edge-agent.service", "StartLimitIntervalSec") == ["0"], "it never gives up on what may heal"


def test_the_recommender_gives_up_only_on_what_does_not_heal() -> None:
    (prevented,) = values(RECOMMENDER, "RestartPreventExitStatus")
    assert {int(code) for code in prevented.split()} == {RecommenderExit.USAGE, RecommenderExit.CONFIGURATION}
    assert values(RECOMMENDER, "Restart") == ["on-failure"]
    assert values(RECOMMENDER, "StartLimitIntervalSec") == ["0"]


def test_the_recommender_is_handed_what_the_facility_wrote_for_it() -> None:
    """The folder, the names and the options of `edge-config broker` are those of the unit."""
    credential, _, folder = values(RECOMMENDER, "LoadCredential")[0].partition(":")
    assert folder == f"{recommender.AT}/credentials"
    assert f"/run/credentials/{RECOMMENDER}/{credential}_" == recommender.CREDENTIALS
    assert values(RECOMMENDER, "EnvironmentFile") == [f"{recommender.AT}/options"]
    assert values(RECOMMENDER, "ExecStart")[0].endswith(" $OPTIONS")
    assert {key for key, _ in settings(NETWORK)} == {"IPAddressAllow"}


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="systemd-sysusers is missing")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes users and their folders")
def test_the_recommender_has_a_user_and_its_secrets_are_roots(box: Path) -> None:
    for program, file in (("sysusers", "sysusers.d"), ("tmpfiles", "tmpfiles.d")):
        what = UNITS / file / "facility-recommender.conf"
        words = ["--create"] if program == "tmpfiles" else []
        subprocess.run([f"systemd-{program}", *words, f"--root={box}", str(what)], check=True, timeout=30.0)
    (user,) = values(RECOMMENDER, "User")
    assert f"{user}:x:" in (box / "etc/passwd").read_text()
    made = box / recommender.AT.lstrip("/")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (made, made / "credentials")] == [0o755, 0o700]


def test_the_card_is_read_before_the_agent_starts_and_never_keeps_it_from_starting() -> None:
    """Ordered, and neither wanted nor required by it."""
    assert values("carepose-provision.service", "Before") == ["edge-agent.service"]
    assert not values("edge-agent.service", "Requires")
    assert "carepose-provision.service" not in values("edge-agent.service", "Wants")
    (limit,) = values("carepose-provision.service", "TimeoutStartSec")
    assert float(limit) <= 60.0


def test_systemd_waits_longer_than_the_agent_itself() -> None:
    (patience,) = values("edge-agent.service", "WatchdogSec")
    assert float(patience) > StallLimits().end_after_s + 2 * SAY_S


def test_the_agent_sees_cameras_and_no_other_device() -> None:
    cameras = {"char-video4linux", "char-media", "char-dma_heap", "char-vcio", "/dev/vchiq"}
    assert {device.split()[0] for device in values("edge-agent.service", "DeviceAllow")} == cameras
    assert values("edge-agent.service", "DevicePolicy") == ["closed"]


@pytest.mark.parametrize("drop_in", DROP_INS, ids=lambda path: path.name)
def test_a_drop_in_opens_what_it_is_for_and_nothing_else(drop_in: Path) -> None:
    opened = {
        "chrony.conf.example": {"ProtectClock", "SystemCallFilter"},
        "gpio.conf.example": {"DeviceAllow", "SupplementaryGroups"},
        "network.conf.example": {"IPAddressAllow"},
        "ribbon-camera.conf.example": {"RestrictAddressFamilies"},
        "tone.conf.example": {"DeviceAllow", "SupplementaryGroups"},
    }
    assert {key for key, _ in settings(drop_in)} == opened[drop_in.name]


def test_nothing_listens() -> None:
    assert not list(UNITS.rglob("*.socket"))
    assert values("edge-agent.service", "IPAddressDeny") == ["any"]
    assert values("edge-agent.service", "IPAddressAllow") == ["localhost"]


def test_the_installers_page_takes_the_agents_place_and_gives_it_back() -> None:
    unit = "carepose-aim.service"
    assert values(unit, "Conflicts") == values(unit, "OnSuccess") == values(unit, "OnFailure") == ["edge-agent.service"]
    assert values(unit, "Restart") == ["no"]
    assert values(unit, "SocketBindAllow") == [f"tcp:{PORT}"]
    assert not values(unit, "WantedBy"), "nothing starts it but somebody"
    (state,), (started,) = values(unit, "StateDirectory"), values(unit, "ExecStart")
    assert f"--state /var/lib/{state} " in started
    assert state not in values("edge-agent.service", "StateDirectory")


def test_only_a_decision_reboots() -> None:
    """A program that fails, or is not there, must never reboot: that is FailureAction, and a loop."""
    again = {("carepose-aim.service", key, "edge-agent.service") for key in ("OnFailure", "OnSuccess")}
    actions = {
        (unit.name, key, value)
        for unit in UNITS.iterdir()
        if unit.suffix in {".service", ".path"}
        for key, value in settings(unit)
        if key in {"SuccessAction", "FailureAction", "StartLimitAction", "OnFailure", "OnSuccess"}
    }
    assert actions - again == {("edge-agent-reboot.service", "SuccessAction", "reboot")}


def test_the_codes_that_ask_for_a_reboot_are_the_agents() -> None:
    script = (UNITS / "edge-agent-reboot").read_text()
    assert set(re.findall(r'"exit-code (\d+)"', script)) == {str(int(Exit.STALLED)), str(int(Exit.WEDGED))}


def test_the_path_is_what_the_script_writes() -> None:
    (watched,) = values("edge-agent-reboot.path", "PathChanged")
    (runtime,) = values("edge-agent.service", "RuntimeDirectory")
    assert watched == f"/run/{runtime}/reboot-wanted"
    assert "$RUNTIME_DIRECTORY/reboot-wanted" in (UNITS / "edge-agent-reboot").read_text()


def test_the_page_for_administrators_names_every_drop_in_and_path() -> None:
    page = (UNITS.parent / "docs/security.md").read_text()
    credential, _, folder = values("edge-agent.service", "LoadCredential")[0].partition(":")
    for said in (
        *(f"`{drop_in.name.removesuffix('.example')}`" for drop_in in DROP_INS),
        f"`{folder}/`",
        f"/run/credentials/edge-agent.service/{credential}_broker-password",
        f"/var/lib/{values('edge-agent.service', 'StateDirectory')[0]}",
        *values("edge-agent.service", "ExecStart"),
    ):
        assert said in page
