"""No picture in a core dump, and none on a disk as swap."""

from __future__ import annotations

import json
import mmap
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from edge_agent.runtime.memory import Kept, may_swap_to_disk, resident_bytes

ROOT = Path(__file__).parents[3]
NOT_LOCKED = Kept(core=True, locked=False)
HEADER = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

FRESH = """
    import ctypes, json, os, resource
    from edge_agent.runtime.memory import keep_in_memory, resident_bytes
    {before}
    kept = keep_in_memory()
    held = [bytearray(1 << 20) for _ in range(64)]
    locked = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmLck:"))
    print(json.dumps({{
        "core": kept.core, "locked": kept.locked, "locked_kb": locked, "resident": resident_bytes(),
        "limit": resource.getrlimit(resource.RLIMIT_CORE),
        "dumpable": ctypes.CDLL(None).prctl(3, 0, 0, 0, 0),
    }}))
"""
WITHOUT_RIGHTS = """
resource.setrlimit(resource.RLIMIT_MEMLOCK, (8 << 20, 8 << 20))
os.getuid() or os.setresuid(65534, 65534, 65534)  # root's rights go with its id
"""


def in_a_fresh_process(before: str) -> dict[str, object]:
    script = textwrap.dedent(FRESH).format(before=before.strip())
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, timeout=60.0, check=True)
    said: dict[str, object] = json.loads(ended.stdout)
    return said


def test_no_core_dump_by_limit_or_by_pipe() -> None:
    said = in_a_fresh_process("")
    assert (said["core"], said["limit"], said["dumpable"]) == (True, [0, 0], 0)
    assert isinstance(said["resident"], int)
    assert said["resident"] > 64 << 20, "its own figures are still to be read"


def test_under_a_small_limit_nothing_is_locked_and_memory_can_still_be_had() -> None:
    said = in_a_fresh_process(WITHOUT_RIGHTS)
    assert (said["core"], said["locked"], said["locked_kb"]) == (True, False, 0)


def test_where_it_may_everything_is_locked() -> None:
    said = in_a_fresh_process("")
    if not said["locked"]:
        pytest.skip("locking memory is not allowed here")
    assert isinstance(said["locked_kb"], int)
    assert said["locked_kb"] > 64 << 10, "what was allocated afterwards too"


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"proc/swaps": HEADER}, False),
        ({"proc/swaps": HEADER + "/var/swap file\t102396\t0\t-2\n"}, True),
        ({"proc/swaps": HEADER + "/dev/nvme0n1p3 partition\t2097148\t0\t-2\n"}, True),
        ({"proc/swaps": HEADER + "/dev/zram0 partition\t2097148\t0\t100\n"}, False),
        (
            {
                "proc/swaps": HEADER + "/dev/zram0 partition\t2097148\t0\t100\n",
                "sys/block/zram0/backing_dev": "/dev/loop0\n",
            },
            True,
        ),
        (
            {
                "proc/swaps": HEADER + "/dev/zram0 partition\t2097148\t0\t100\n",
                "sys/block/zram0/backing_dev": "none\n",
            },
            False,
        ),
        ({"proc/swaps": HEADER + "/dev/zram0 partition\t1\t0\t100\n/dev/sda3 partition\t1\t0\t-2\n"}, True),
    ],
)
def test_where_there_is_swap_on_a_disk(tmp_path: Path, files: dict[str, str], *, expected: bool | None) -> None:
    assert may_swap_to_disk(NOT_LOCKED, tree(tmp_path, files)) is expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"sys/fs/cgroup/system.slice/edge-agent.service/memory.swap.max": "0\n"}, False),
        ({"sys/fs/cgroup/system.slice/memory.swap.max": "0\n"}, False),
        ({"sys/fs/cgroup/system.slice/edge-agent.service/memory.swap.max": "max\n"}, True),
        ({}, True),
    ],
)
def test_a_unit_that_may_not_swap(tmp_path: Path, files: dict[str, str], *, expected: bool) -> None:
    swap = {
        "proc/swaps": HEADER + "/var/swap file\t102396\t0\t-2\n",
        "proc/self/cgroup": "0::/system.slice/edge-agent.service\n",
    }
    assert may_swap_to_disk(NOT_LOCKED, tree(tmp_path, swap | files)) is expected


def test_what_is_locked_is_not_swapped(tmp_path: Path) -> None:
    root = tree(tmp_path, {"proc/swaps": HEADER + "/var/swap file\t102396\t0\t-2\n"})
    assert may_swap_to_disk(Kept(core=True, locked=True), root) is False


def test_how_much_memory_this_process_occupies() -> None:
    before = resident_bytes()
    # Fresh pages of the kernel's: a large process may have 32 MB lying about that were counted before.
    with mmap.mmap(-1, 32 << 20) as held:
        for page in range(0, len(held), mmap.PAGESIZE):
            held[page] = 1
        after = resident_bytes()
        assert before is not None
        assert after is not None
        assert after - before > len(held) // 2
