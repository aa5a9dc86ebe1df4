"""The box itself: heat, disk, clock, memory, processes, open ports, the service."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from edge_agent.doctor import clock, disk, heat, memory, network, processes, service, software
from edge_agent.doctor.finding import Verdict
from edge_agent.doctor.situation import Situation
from edge_agent.runtime.memory import Kept
from tests.fakes.clocks import HeldClock
from tests.fakes.doctor_world import CONFIGURATION, situation, world, write

PI = "sys/devices/platform/soc/soc:firmware/get_throttled"
ZONE = "sys/class/thermal/thermal_zone0"


def bare(root: Path, **changes: object) -> Situation:
    return Situation(world(root, **changes))


@pytest.mark.parametrize(
    ("milli", "verdict"), [("61000", Verdict.OK), ("85500", Verdict.WARN), ("96000", Verdict.FAIL)]
)
def test_heat_against_the_profile(tmp_path: Path, milli: str, verdict: Verdict) -> None:
    write(tmp_path, {f"{ZONE}/type": "x86_pkg_temp\n", f"{ZONE}/temp": milli})
    finding = heat.temperature(bare(tmp_path))
    assert finding.verdict is verdict
    assert finding.measured == {"temperature_c": int(milli) / 1000}
    assert bool(finding.remedy) == (verdict is not Verdict.OK)


@pytest.mark.parametrize(
    ("word", "slowed", "weak"),
    [
        ("0", Verdict.OK, Verdict.OK),
        ("5", Verdict.FAIL, Verdict.FAIL),
        ("50000", Verdict.WARN, Verdict.WARN),
        ("10000", Verdict.OK, Verdict.WARN),
    ],
)
def test_a_raspberry_pi_tells_of_throttling_and_supply(
    tmp_path: Path, word: str, slowed: Verdict, weak: Verdict
) -> None:
    write(tmp_path, {PI: word})
    assert heat.throttling(bare(tmp_path)).verdict is slowed
    assert heat.supply(bare(tmp_path)).verdict is weak


def test_a_board_that_tells_nothing_is_no_failure(tmp_path: Path) -> None:
    asked = (heat.temperature, heat.throttling, heat.supply)
    assert {check(bare(tmp_path)).verdict for check in asked} == {Verdict.SKIPPED}


def test_the_clock() -> None:
    held = HeldClock()
    here = bare(Path("/nowhere"), clock=held)
    assert clock.synchronised(here).verdict is Verdict.OK
    held.set = False
    unset = clock.synchronised(here)
    assert unset.verdict is Verdict.WARN
    assert "not synchronised" in unset.said
    assert "timedatectl" in unset.remedy
    assert clock.plausible(here).verdict is Verdict.OK
    held.wall = held.wall.replace(year=1970)
    assert clock.plausible(here).verdict is Verdict.FAIL
    assert "1970" in clock.plausible(here).said


def test_memory_that_may_be_swapped_or_dumped(tmp_path: Path) -> None:
    loose = bare(tmp_path, kept=Kept(core=False, locked=False))
    write(tmp_path, {"proc/swaps": "Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n"})
    assert memory.swap(loose).verdict is Verdict.WARN
    assert memory.core(loose).verdict is Verdict.WARN
    kept = bare(tmp_path, kept=Kept(core=True, locked=True))
    assert {check(kept).verdict for check in (memory.swap, memory.core, memory.lock)} == {Verdict.OK}


def test_too_little_memory(tmp_path: Path) -> None:
    write(tmp_path, {"proc/meminfo": "MemTotal: 1000000 kB\nMemAvailable:   100000 kB\n"})
    finding = memory.free(bare(tmp_path))
    assert finding.verdict is Verdict.FAIL
    assert finding.measured == {"available_mb": 102}
    assert memory.free(bare(tmp_path / "nothing")).verdict is Verdict.SKIPPED


def test_a_disk_that_can_be_written_to(tmp_path: Path) -> None:
    box = situation(tmp_path)
    finding = disk.writing(box)
    assert finding.verdict in {Verdict.OK, Verdict.WARN}
    assert finding.measured["write_ms"] > 0
    assert "data_dir will be made" in finding.said
    assert not (tmp_path / "data").exists()
    (tmp_path / "data").mkdir()
    disk.writing(box)
    assert list((tmp_path / "data").iterdir()) == []


def test_a_file_where_data_dir_should_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    assert disk.writing(situation(tmp_path)).verdict is Verdict.FAIL
    assert disk.free(situation(tmp_path)).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("kind", "told", "verdict"),
    [
        ("SD", {}, Verdict.OK),
        ("MMC", {"life_time": "0x01 0x02"}, Verdict.OK),
        ("MMC", {"life_time": "0x0a 0x02"}, Verdict.WARN),
    ],
)
def test_what_kind_of_card_data_dir_lies_on(tmp_path: Path, kind: str, told: dict[str, str], verdict: Verdict) -> None:
    root = tmp_path / "root"
    write(
        root,
        {
            "proc/self/mountinfo": "22 1 179:2 / / rw - ext4 /dev/root rw\n",
            "sys/devices/mmc0/block/mmcblk0/device/type": f"{kind}\n",
            "sys/devices/mmc0/block/mmcblk0/mmcblk0p2/partition": "2\n",
            **{f"sys/devices/mmc0/block/mmcblk0/device/{name}": text for name, text in told.items()},
        },
    )
    (root / "sys/dev/block").mkdir(parents=True)
    (root / "sys/dev/block/179:2").symlink_to(root / "sys/devices/mmc0/block/mmcblk0/mmcblk0p2")
    finding = disk.medium(situation(tmp_path))
    assert finding.verdict is verdict
    assert "mmcblk0" in finding.said


def test_a_data_dir_in_memory_is_lost_with_the_power(tmp_path: Path) -> None:
    write(tmp_path / "root", {"proc/self/mountinfo": "22 1 0:25 / / rw - tmpfs tmpfs rw\n"})
    assert disk.medium(situation(tmp_path)).verdict is Verdict.WARN
    assert disk.medium(situation(tmp_path / "root")).verdict is Verdict.SKIPPED


def agent_process(root: Path, pid: int, *words: str, cwd: Path | None = None) -> None:
    write(root, {f"proc/{pid}/cmdline": "\0".join(words) + "\0", f"proc/{pid}/stat": f"{pid} (python3) S 1 0"})
    if cwd is not None:
        (root / f"proc/{pid}/cwd").symlink_to(cwd)


def test_the_running_agent_is_known_by_its_configuration(tmp_path: Path) -> None:
    root, mine = tmp_path / "root", tmp_path / "agent.yaml"
    mine.touch()
    agent_process(root, 30, "edge-agent", "run", "--config", "/etc/other.yaml")
    agent_process(root, 31, "/usr/bin/python3", "/usr/bin/edge-agent", "doctor", "--config", str(mine))
    write(root, {"proc/version": "", "proc/32/other": ""})
    assert processes.agent(root, mine) is None
    agent_process(root, 40, "/usr/bin/python3", "-m", "edge_agent.cli", "run", f"--config={mine.name}", cwd=tmp_path)
    assert processes.agent(root, mine) == 40
    write(root, {"proc/41/stat": "41 (camera) child) S 40 0"})
    assert processes.family(root, 40) == (40, 41)


def test_a_listening_socket_of_ours_is_found() -> None:
    here = bare(Path("/"))
    assert network.listening(here).verdict is Verdict.OK
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("::1", 0), family=socket.AF_INET6):
        finding = network.listening(here)
        assert finding.verdict is Verdict.FAIL
        assert f"127.0.0.1:{server.getsockname()[1]}" in finding.said
        assert "[::1]:" in finding.said
    assert network.listening(here).verdict is Verdict.OK


def test_the_sockets_of_the_running_agent_are_looked_at(tmp_path: Path) -> None:
    box = situation(tmp_path)
    root = tmp_path / "root"
    agent_process(root, 50, "edge-agent", "run", "--config", str(tmp_path / "agent.yaml"))
    assert network.listening(box).verdict is Verdict.SKIPPED, "its descriptors cannot be seen"
    (root / "proc/50/fd").mkdir()
    (root / "proc/50/fd/3").symlink_to("socket:[777]")
    table = "sl local_address rem_address st\n 0: 00000000:1F90 00000000:0000 0A 0:0 0:0 0 0 0 777 1\n"
    write(root, {"proc/net/tcp": table})
    assert "0.0.0.0:8080" in network.listening(box).said


def shown(**state: str) -> str:
    usual = {
        "LoadState": "loaded", "ActiveState": "active", "SubState": "running", "UnitFileState": "enabled",
        "NRestarts": "0", "ExecMainStatus": "0",
        "ExecStart": "{ path=/usr/bin/edge-agent ; argv[]=edge-agent run --config /etc/carepose/agent.yaml ; }",
    }  # fmt: skip
    return "".join(f"{key}={value}\n" for key, value in {**usual, **state}.items())


@pytest.mark.parametrize(
    ("state", "verdict", "word"),
    [
        ({}, Verdict.OK, "started again 0 times"),
        ({"NRestarts": "9"}, Verdict.WARN, "9 times"),
        ({"UnitFileState": "disabled"}, Verdict.WARN, "systemctl enable"),
        ({"ActiveState": "inactive", "SubState": "dead"}, Verdict.WARN, "nobody is watched"),
        ({"ActiveState": "failed", "ExecMainStatus": "78"}, Verdict.FAIL, "configuration cannot be used"),
        ({"ActiveState": "activating", "SubState": "auto-restart", "ExecMainStatus": "70"}, Verdict.FAIL, "hung"),
        ({"LoadState": "not-found"}, Verdict.WARN, "not installed"),
    ],
)
def test_the_service(tmp_path: Path, state: dict[str, str], verdict: Verdict, word: str) -> None:
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    asked: list[Sequence[str]] = []

    def systemctl(words: Sequence[str]) -> str:
        asked.append(words)
        return shown(**state)

    finding = service.unit(bare(tmp_path, command=systemctl))
    assert finding.verdict is verdict
    assert word in finding.said + finding.remedy
    assert asked[0][:3] == ["systemctl", "show", "edge-agent.service"]


def test_the_service_of_another_configuration(tmp_path: Path) -> None:
    (tmp_path / "root/run/systemd/system").mkdir(parents=True)
    other = situation(tmp_path, command=lambda _: shown())
    assert service.configuration(other).verdict is Verdict.WARN
    assert "/etc/carepose/agent.yaml" in service.configuration(other).remedy
    same = shown(ExecStart=f"argv[]=edge-agent run --config {tmp_path}/agent.yaml ;")
    assert service.configuration(situation(tmp_path, command=lambda _: same)).verdict is Verdict.OK


def test_no_systemd_and_no_answer(tmp_path: Path) -> None:
    assert service.unit(bare(tmp_path)).said == "systemd does not run here"
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    assert service.unit(bare(tmp_path)).verdict is Verdict.SKIPPED


def test_the_software_of_this_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    here = bare(Path("/"))
    assert software.python(here).verdict is Verdict.OK
    assert "numpy" in software.packages(here).said
    monkeypatch.setattr(software, "PACKAGES", ("no-such-package",))
    assert software.packages(here).verdict is Verdict.FAIL
    assert "no-such-package" in software.packages(here).said


def test_a_disk_that_takes_nothing(tmp_path: Path) -> None:
    finding = disk.writing(situation(tmp_path, CONFIGURATION.replace("data_dir: data", "data_dir: /proc/carepose")))
    assert finding.verdict is Verdict.FAIL
    assert "/proc cannot be written to" in finding.said
    assert finding.remedy


def test_a_disk_without_rights(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (tmp_path / "data").mkdir(mode=0o500)
    assert disk.writing(situation(tmp_path)).verdict is Verdict.FAIL
