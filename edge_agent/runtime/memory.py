"""Pictures live in memory alone: no core dump, no swap to disk."""

from __future__ import annotations

import ctypes
import resource
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PR_SET_DUMPABLE = 4
MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT = 1, 2, 4
"""mlockall(2), as on x86 and ARM."""
CAP_IPC_LOCK = 14


@dataclass(frozen=True, slots=True)
class Kept:
    """What this process has achieved for itself."""

    core: bool
    """No core dump is written."""
    locked: bool
    """No page of it is ever swapped out."""


def keep_in_memory() -> Kept:
    """Forbid core dumps and, where the system allows it, swapping; for the whole life of this process.

    A child that executes another program inherits only the limit of its core file's size: it calls this itself.
    """
    return Kept(_forbid_core(), _lock())


def _forbid_core() -> bool:
    """By limit and by prctl: a `core_pattern` that is a pipe (systemd-coredump, apport) does not heed the limit.

    The unit sets the limit itself (`LimitCORE=0`), and its sandbox may refuse to let us change any.
    """
    if resource.getrlimit(resource.RLIMIT_CORE) != (0, 0):
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    refused: int = ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    return not refused


def _lock() -> bool:
    """Each page from its first use on (`MCL_ONFAULT`): what is only reserved costs nothing.

    Under a finite limit it is left alone: once the limit was reached, every allocation after it would fail.
    """
    unlimited = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY
    if not (unlimited or _may_lock()):
        return False
    refused: int = ctypes.CDLL(None).mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)
    return not refused


def _may_lock() -> bool:
    for line in _lines(Path("/proc/self/status")):
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> CAP_IPC_LOCK & 1)
    return False


def may_swap_to_disk(kept: Kept, root: Path = Path("/")) -> bool | None:
    """Whether a picture could be written to a disk as swap; None where it cannot be told.

    Args:
        kept: what this process achieved at its start.
        root: where `proc` and `sys` lie.
    """
    if kept.locked or _group_may_not_swap(root):
        return False
    swaps = _lines(root / "proc/swaps")
    if not swaps:
        return None  # hidden by the sandbox (`ProcSubset=pid`), or a kernel without swap
    return any(_on_disk(root, line.split()[0]) for line in swaps[1:] if line.strip())


def _on_disk(root: Path, device: str) -> bool:
    """Compressed memory (zram) is none, unless it was given a disk to move old pages to."""
    name = Path(device).name
    if not name.startswith("zram"):
        return True
    backing = _lines(root / "sys/block" / name / "backing_dev")
    return bool(backing) and backing[0].strip() != "none"


def _group_may_not_swap(root: Path) -> bool:
    """`MemorySwapMax=0` of the unit, or of a slice above it."""
    for line in _lines(root / "proc/self/cgroup"):
        if line.startswith("0::/"):
            groups = root / "sys/fs/cgroup"
            own = groups / line.removeprefix("0::/").strip()
            above = [folder for folder in (own, *own.parents) if folder.is_relative_to(groups)]
            return any(_lines(folder / "memory.swap.max")[:1] == ["0"] for folder in above)
    return False


def resident_bytes() -> int | None:
    """Memory this process occupies now."""
    fields = " ".join(_lines(Path("/proc/self/statm"))).split()
    return int(fields[1]) * resource.getpagesize() if len(fields) > 1 else None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
