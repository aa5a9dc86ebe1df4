"""What the board says, on trees of files like those of real boards."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.runtime import board
from edge_agent.runtime.board import Board, Readings

PI = "sys/devices/platform/soc/soc:firmware/get_throttled"
PI5 = "sys/devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled"
NOWHERE = "/nowhere/vcgencmd"


def tree(root: Path, files: dict[str, str | bytes]) -> Board:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Board(root, NOWHERE)


def zones(*known: tuple[str, str]) -> dict[str, str | bytes]:
    return {
        f"sys/class/thermal/thermal_zone{number}/{name}": f"{text}\n"
        for number, zone in enumerate(known)
        for name, text in zip(("type", "temp"), zone, strict=True)
    }


def program(folder: Path, script: str) -> str:
    path = folder / "vcgencmd"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_nothing_there_is_nothing_known(tmp_path: Path) -> None:
    assert tree(tmp_path, {}).read() == Readings(None, None, None, None, None)


@pytest.mark.parametrize(
    ("word", "throttled", "under_voltage", "was_throttled", "was_under_voltage"),
    [
        ("0", False, False, False, False),
        ("50000", False, False, True, True),
        ("50005", True, True, True, True),
        ("0x50005", True, True, True, True),
        ("80008", True, False, True, False),
        ("20002", True, False, True, False),
        ("10000", False, False, False, True),
        ("1", False, True, False, False),
    ],
)
@pytest.mark.parametrize("path", [PI, PI5])
def test_the_firmwares_word_is_taken_apart(
    tmp_path: Path,
    path: str,
    word: str,
    *,
    throttled: bool,
    under_voltage: bool,
    was_throttled: bool,
    was_under_voltage: bool,
) -> None:
    read = tree(tmp_path, {path: f"{word}\n", **zones(("cpu-thermal", "51121"))}).read()
    assert read == Readings(51.121, throttled, under_voltage, was_throttled, was_under_voltage)


@pytest.mark.parametrize("word", ["", "throttled", "-1", "0x", "123456789", b"\xff\xfe", "5 0"])
def test_a_word_that_is_none_is_unknown(tmp_path: Path, word: str | bytes) -> None:
    read = tree(tmp_path, {PI: word}).read()
    assert (read.throttled, read.under_voltage, read.was_throttled) == (None, None, None)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo throttled=0x50005", (True, True)),
        ("[ $1 = get_throttled ] && echo throttled=0x0", (False, False)),
        ("echo VCHI initialization failed; exit 255", (None, None)),
        ("echo error=1", (None, None)),
        ("exec sleep 30", (None, None)),
    ],
)
def test_the_firmware_is_asked_where_the_kernel_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, expected: tuple[bool | None, bool | None]
) -> None:
    monkeypatch.setattr(board, "VCGENCMD_S", 0.3)
    read = Board(tmp_path, program(tmp_path, script)).read()
    assert (read.throttled, read.under_voltage) == expected


def test_the_firmware_is_not_asked_where_the_kernel_answers(tmp_path: Path) -> None:
    tree(tmp_path, {PI: "0\n"})
    asked = tmp_path / "asked"
    assert Board(tmp_path, program(tmp_path, f"touch {asked}")).read().throttled is False
    assert not asked.exists()


@pytest.mark.parametrize(("alarm", "expected"), [("0", False), ("1", True), ("", None), ("soon", None)])
def test_the_kernels_own_watch_of_the_voltage(tmp_path: Path, alarm: str, *, expected: bool | None) -> None:
    monitor = "sys/class/hwmon/hwmon2"
    read = tree(tmp_path, {f"{monitor}/name": "rpi_volt\n", f"{monitor}/in0_lcrit_alarm": f"{alarm}\n"}).read()
    assert (read.under_voltage, read.throttled) == (expected, None)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ([("cpu-thermal", "48000"), ("gpu-thermal", "-256000"), ("tj-thermal", "50250")], 50.25),  # Jetson Orin
        ([("CPU-therm", "44500"), ("GPU-therm", "43000"), ("PMIC-Die", "100000")], 44.5),  # Jetson Nano
        ([("acpitz", "27800"), ("x86_pkg_temp", "61000")], 61.0),
        ([("gpu-thermal", "-256000")], None),
        ([("cpu-thermal", "")], None),
        ([("cpu-thermal", "999999999")], None),
        ([("cpu-thermal", "0")], 0.0),
        ([("cpu-thermal", "-5000")], -5.0),
        ([("acpitz", "27800"), ("iwlwifi_1", "90000")], None),
    ],
)
def test_the_hottest_sensible_part_of_the_processor(
    tmp_path: Path, known: list[tuple[str, str]], expected: float | None
) -> None:
    assert tree(tmp_path, zones(*known)).read().temperature_c == expected


def test_a_pc_without_such_a_zone(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "sys/class/hwmon/hwmon0/name": "nvme\n",
        "sys/class/hwmon/hwmon0/temp1_input": "80850\n",
        "sys/class/hwmon/hwmon1/name": "k10temp\n",
        "sys/class/hwmon/hwmon1/temp1_input": "55125\n",
        "sys/class/hwmon/hwmon1/temp3_input": "54250\n",
    }
    assert tree(tmp_path, files).read().temperature_c == 55.125


@pytest.mark.parametrize(("states", "expected"), [(("0", "0"), False), (("0", "1"), True), (("", ""), None)])
def test_a_jetson_tells_that_it_is_throttled(tmp_path: Path, states: tuple[str, str], *, expected: bool | None) -> None:
    files: dict[str, str | bytes] = {
        "sys/class/thermal/cooling_device0/type": "pwm-fan\n",
        "sys/class/thermal/cooling_device0/cur_state": "3\n",
    }
    for number, (name, state) in enumerate(zip(("cpu", "gpu"), states, strict=True), 1):
        files[f"sys/class/thermal/cooling_device{number}/type"] = f"{name}-throttle-alert\n"
        files[f"sys/class/thermal/cooling_device{number}/cur_state"] = f"{state}\n"
    assert tree(tmp_path, files).read().throttled is expected


def test_what_may_not_be_read_is_unknown(tmp_path: Path) -> None:
    found = tree(tmp_path, zones(("cpu-thermal", "50000")))
    (tmp_path / "sys/class/thermal/thermal_zone0/temp").unlink()
    (tmp_path / "sys/class/thermal/thermal_zone0/temp").mkdir()
    assert found.read().temperature_c is None


@given(content=st.binary(max_size=40))
def test_no_content_makes_it_raise(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("board")
    names = [PI, "sys/class/hwmon/hwmon0/name", "sys/class/hwmon/hwmon0/in0_lcrit_alarm"]
    found = tree(folder, {**dict.fromkeys(names, content), **zones(("cpu-thermal", content.decode("latin-1")))})
    read = found.read()
    assert read.temperature_c is None or -40.0 <= read.temperature_c <= 150.0


def test_this_machine_is_read_without_fault() -> None:
    read = Board().read()
    assert read.temperature_c is None or 0.0 < read.temperature_c < 120.0
