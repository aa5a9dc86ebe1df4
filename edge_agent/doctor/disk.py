"""Where the outbox lies: room, writing, and what kind of disk it is."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

from edge_agent.doctor.configuration import BROKEN, NOT_ASKED
from edge_agent.doctor.finding import Finding, fail, ok, skipped, warn
from edge_agent.doctor.situation import Situation

MB = 1e6
LEAST_MB = 200.0
"""The outbox's bound of 64 MiB, its journal, and pauses and logs beside it. [C]"""
GOOD_MB = 1000.0
"""So that updates and logs have room as well. [C]"""
WRITES = 5
SLOW_MS = 250.0
"""A healthy SD card takes 5 to 50 ms; each event waits for one such write. [C]"""
VOLATILE = frozenset({"tmpfs", "ramfs", "overlay"})
WORN = 0x09
"""eMMC's own estimate: 0x09 is 80 to 90 % of its life used [R JESD84-B51, EXT_CSD 268 and 269]."""


def free(situation: Situation) -> Finding:
    """Room for the outbox."""
    folder = _folder(situation)
    if isinstance(folder, Finding):
        return folder
    room = shutil.disk_usage(folder).free / MB
    said, measured = f"{_size(room)} free where data_dir lies", {"free_mb": round(room)}
    remedy = "delete what is not needed, or move data_dir to a larger disk: df -h shows them"
    if room < LEAST_MB:
        return fail(f"{said}; the outbox needs up to {LEAST_MB:g} MB", remedy, **measured)
    return warn(said, remedy, **measured) if room < GOOD_MB else ok(said, **measured)


def writing(situation: Situation) -> Finding:
    """Whether data_dir can be written to, and how long a small file takes until it is safe."""
    folder = _folder(situation)
    if isinstance(folder, Finding):
        return folder
    try:
        taken = _written_ms(folder)
    except PermissionError:
        return fail(
            f"{folder} cannot be written to by this user",
            "run the doctor as the agent's user, or with sudo; else give that user the folder",
        )
    except OSError as fault:
        remedy = "the disk is read-only or broken: look at journalctl -k, then restart the box; change the SD card"
        return fail(f"{folder} cannot be written to: {fault.strerror}", remedy)
    said = f"a small file is safe after {taken:.0f} ms" + (
        "" if folder == _wanted(situation) else "; data_dir will be made"
    )
    if taken > SLOW_MS:
        return warn(said, "a worn or slow card: change it before it fails", write_ms=round(taken, 2))
    return ok(said, write_ms=round(taken, 2))


def medium(situation: Situation) -> Finding:
    """What data_dir lies on."""
    folder = _folder(situation)
    if isinstance(folder, Finding):
        return folder
    root = situation.world.root
    mounted = _mount(root, folder)
    if mounted is None:
        return skipped("the system does not tell what data_dir lies on")
    number, kind = mounted
    if kind in VOLATILE:
        return warn(
            f"data_dir lies in memory or a container's layer ({kind}): it may be lost at a restart",
            "put data_dir on a disk that stays",
        )
    card = _card((root / "sys/dev/block" / number).resolve())
    return ok(f"no SD card ({kind})") if card is None else _wear(card)


def _card(disk: Path) -> Path | None:
    """The SD card or eMMC that a disk or partition is of."""
    return next((part for part in (disk, *disk.parents) if re.fullmatch(r"mmcblk\d+", part.name)), None)


def _wear(card: Path) -> Finding:
    if _text(card / "device/type") == "SD":
        return ok(f"SD card {card.name}: cards wear out; the box writes little, keep a spare one all the same")
    used = [int(word, 16) for word in _text(card / "device/life_time").split() if word.startswith("0x")]
    if used and max(used) >= WORN:
        return warn(
            f"eMMC {card.name} has used up most of its life", "plan its replacement", life_used=float(max(used))
        )
    return ok(f"eMMC {card.name}")


def _wanted(situation: Situation) -> Path | None:
    return None if situation.configuration is None else situation.configuration.data_dir


def _folder(situation: Situation) -> Path | Finding:
    """The folder, or the nearest one above that is there: the agent makes it."""
    wanted = _wanted(situation)
    if wanted is None:
        return NOT_ASKED if situation.reading is None else BROKEN
    there = next((folder for folder in (wanted, *wanted.parents) if folder.exists()), None)
    if there is None or not there.is_dir():
        return fail(f"data_dir {wanted} cannot be: there is a file in its place", "name another data_dir")
    return there


def _written_ms(folder: Path) -> float:
    """Nothing is left behind, not even after a kill."""
    taken = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(WRITES):
            began = time.perf_counter()
            file.write(b"edge-agent doctor\n")
            file.flush()
            os.fsync(file.fileno())
            taken.append(1000.0 * (time.perf_counter() - began))
    return median(taken)


def _mount(root: Path, folder: Path) -> tuple[str, str] | None:
    """Device number and kind of file system that a folder lies on."""
    best: tuple[int, str, str] | None = None
    where = folder.resolve()
    for line in _text(root / "proc/self/mountinfo").splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) > 4 and after and where.is_relative_to(point := Path(fields[4].replace("\\040", " "))):
            found = (len(point.parts), fields[2], after.split()[0])
            best = found if best is None or found[0] >= best[0] else best
    return None if best is None else best[1:]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _size(megabytes: float) -> str:
    return f"{megabytes / 1000.0:.1f} GB" if megabytes >= 1000.0 else f"{megabytes:.0f} MB"
