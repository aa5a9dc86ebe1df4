"""Memory: room, and that no picture in it can come to a disk."""

from __future__ import annotations

import re
import resource

from edge_agent.doctor.finding import Finding, fail, ok, skipped, warn
from edge_agent.doctor.situation import Situation
from edge_agent.runtime.memory import may_swap_to_disk

MB = 1e6
UNIT = "run the agent by its unit, edge-agent.service"


def swap(situation: Situation) -> Finding:
    """Whether pictures could be written to a swap disk."""
    kept, root = situation.world.kept, situation.world.root
    may = may_swap_to_disk(kept, root)
    if may:
        return warn("pictures in memory could be swapped to a disk", f"{UNIT}, which forbids it; or: sudo swapoff -a")
    if may is None:
        return ok("no swap is to be seen")
    return ok("locked in memory" if kept.locked else "no swap on a disk")


def core(situation: Situation) -> Finding:
    """Whether a crash could write pictures to a disk."""
    if situation.world.kept.core:
        return ok("a crash leaves no core dump")
    return warn("a crash could leave pictures in a core dump", f"{UNIT}; or: ulimit -c 0")


def lock(situation: Situation) -> Finding:
    """Whether a process may keep its memory from being swapped."""
    if situation.world.kept.locked:
        return ok("memory may be locked")
    limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    said = f"this shell may lock {limit / MB:.0f} MB alone; the unit may lock all"
    if may_swap_to_disk(situation.world.kept, situation.world.root):
        return warn(said, f"{UNIT}; or: ulimit -l unlimited")
    return ok(f"{said}, and nothing is swapped to a disk here")


def free(situation: Situation) -> Finding:
    """Whether the agent has room beside everything else."""
    try:
        told = (situation.world.root / "proc/meminfo").read_text(encoding="utf-8")
    except OSError:
        told = ""
    found = re.search(r"^MemAvailable:\s+(\d+) kB", told, re.MULTILINE)
    if found is None:
        return skipped("the system does not tell how much memory is free")
    room, budget = int(found[1]) * 1024 / MB, situation.profile.rss_mb
    said, measured = f"{room:.0f} MB can be had; the agent may need {budget:g} MB", {"available_mb": round(room)}
    if room < budget and situation.agent is None:
        return fail(said, "end other programs, or use a box with more memory: free -h shows what is taken", **measured)
    return ok(said, **measured)
