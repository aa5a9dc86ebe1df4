"""What the board says of its own heat and voltage: Raspberry Pi, Jetson, PC.

Read from the kernel's files alone, save where a Raspberry Pi's kernel has none (a Pi 5's): there its firmware is asked
through `vcgencmd`. Everything may be absent, and is then None. Proven on made-up trees of files; the paths are those of
the kernels' documentation and of others' machines, not yet read on a board of ours.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

THROTTLED = "sys/devices/platform/soc*/soc*:firmware/get_throttled"
"""Raspberry Pi OS's kernel: the firmware's word, in hexadecimal."""
ZONES = "sys/class/thermal/thermal_zone*"
COOLERS = "sys/class/thermal/cooling_device*"
MONITORS = "sys/class/hwmon/hwmon*"

PROCESSOR = re.compile(r"((cpu|gpu|cv|soc|tj)\d*-therm(al)?|x86_pkg_temp)", re.IGNORECASE)
"""Thermal zones that measure the processor: `cpu-thermal` of a Pi; a Jetson's `tj-thermal`, `cpu-thermal` and so on,
`CPU-therm` of older ones; `x86_pkg_temp` of an Intel PC. A Jetson Nano's `PMIC-Die` always says 100 °C."""
PROCESSOR_MONITORS = ("k10temp", "coretemp")
"""PCs without such a zone: AMD's and Intel's own sensors."""
SENSIBLE_C = (-40.0, 150.0)
"""A Jetson's part that is switched off reads -256 °C."""
THROTTLE_ALERT = re.compile(r".*-throttle-alert")
"""A Jetson's cooling devices that only tell: state 0 is not throttled."""

UNDER_VOLTAGE, SLOWED = 1 << 0, 1 << 1 | 1 << 2 | 1 << 3
"""The firmware's word: under-voltage; frequency capped, throttled, soft temperature limit. The same 16 bits higher:
since the board was started."""
SINCE_START = 16

VCGENCMD_S = 1.0
"""How long the firmware may take to answer. [C]"""


@dataclass(frozen=True, slots=True)
class Readings:
    """One look at the board; unknown is None."""

    temperature_c: float | None = None
    """The processor's hottest part."""
    throttled: bool | None = None
    """The processor is slowed down now, for heat or voltage."""
    under_voltage: bool | None = None
    """The supply is too weak now."""
    was_throttled: bool | None = None
    """The same at any time since the board was started."""
    was_under_voltage: bool | None = None


class Board:
    """The files of one machine, below `root`."""

    def __init__(self, root: Path = Path("/"), vcgencmd: str | None = None) -> None:
        """Look for the program once; the files may come and go with their drivers.

        Args:
            root: where `sys` lies.
            vcgencmd: path of the program; None to look for it.
        """
        self._root = root
        self._vcgencmd = vcgencmd or shutil.which("vcgencmd")

    def read(self) -> Readings:
        """The present; never raises, and waits at most `VCGENCMD_S`."""
        word = self._firmware_word()
        if word is None:
            return Readings(self._temperature(), self._jetson_throttled(), self._voltage_alarm())
        past = word >> SINCE_START
        return Readings(
            self._temperature(),
            bool(word & SLOWED),
            bool(word & UNDER_VOLTAGE),
            bool(past & SLOWED),
            bool(past & UNDER_VOLTAGE),
        )

    def _firmware_word(self) -> int | None:
        for path in self._root.glob(THROTTLED):
            return _hexadecimal(_text(path))
        if self._vcgencmd is None:
            return None
        try:
            said = subprocess.run(  # noqa: S603 - a fixed program, nothing of ours in its arguments
                [self._vcgencmd, "get_throttled"], capture_output=True, timeout=VCGENCMD_S, check=True
            ).stdout
        except (OSError, subprocess.SubprocessError):
            return None
        return _hexadecimal(said.decode(errors="replace").strip().removeprefix("throttled="))

    def _temperature(self) -> float | None:
        zones = [zone for zone in self._root.glob(ZONES) if PROCESSOR.fullmatch(_text(zone / "type") or "")]
        if zones:
            return _hottest([zone / "temp" for zone in zones])
        monitors = [folder for name in PROCESSOR_MONITORS for folder in self._monitors(name)]
        return _hottest([path for folder in monitors for path in folder.glob("temp*_input")])

    def _jetson_throttled(self) -> bool | None:
        alerts = [
            cooler for cooler in self._root.glob(COOLERS) if THROTTLE_ALERT.fullmatch(_text(cooler / "type") or "")
        ]
        states = [state for alert in alerts if (state := _number(_text(alert / "cur_state"))) is not None]
        return any(states) if states else None

    def _voltage_alarm(self) -> bool | None:
        """The kernel's own watch of a Pi's voltage: its alarm is of the last two seconds."""
        alarms = [_number(_text(folder / "in0_lcrit_alarm")) for folder in self._monitors("rpi_volt")]
        known = [alarm for alarm in alarms if alarm is not None]
        return any(known) if known else None

    def _monitors(self, name: str) -> list[Path]:
        return [folder for folder in self._root.glob(MONITORS) if _text(folder / "name") == name]


def _hottest(paths: list[Path]) -> float | None:
    read = [number / 1000.0 for path in paths if (number := _number(_text(path))) is not None]
    low, high = SENSIBLE_C
    return max((celsius for celsius in read if low <= celsius <= high), default=None)


def _text(path: Path) -> str | None:
    """A small file's content; None where it cannot be read (a sensor that is switched off answers EAGAIN)."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,9}", text, re.ASCII) else None


def _hexadecimal(text: str | None) -> int | None:
    return int(text, 16) if text is not None and re.fullmatch(r"(0x)?[0-9a-fA-F]{1,8}", text) else None
