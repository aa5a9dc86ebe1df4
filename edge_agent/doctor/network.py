"""What listens: nothing of ours ever should."""

from __future__ import annotations

import os
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

from edge_agent.doctor import processes
from edge_agent.doctor.finding import Finding, fail, ok, skipped
from edge_agent.doctor.situation import Situation

LISTENING = "0A"
TABLES = ("tcp", "tcp6")


def listening(situation: Situation) -> Finding:
    """Whether the agent, or where none runs this program itself, has an open port."""
    root, agent = situation.world.root, situation.agent
    who = "the running agent" if agent is not None else "this program (no agent runs)"
    sockets: set[str] = set()
    for pid in processes.family(root, os.getpid() if agent is None else agent):
        found = processes.opened(root, pid)
        if found is None and pid == agent:
            return skipped(f"the sockets of process {pid} are hidden from this user", "run the doctor with sudo")
        sockets |= {
            name.removeprefix("socket:[").removesuffix("]") for name in found or () if name.startswith("socket:[")
        }
    ports = sorted({address for inode, address in _listeners(root) if inode in sockets})
    if ports:
        return fail(
            f"{who} listens on {', '.join(ports)}", "stop it, and report it: nothing of ours ever should listen"
        )
    return ok(f"{who} listens on nothing")


def _listeners(root: Path) -> Iterator[tuple[str, str]]:
    """Inode and address of each listening TCP socket."""
    for table in TABLES:
        try:
            lines = (root / "proc/net" / table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if len(fields) > 9 and fields[3] == LISTENING:
                yield fields[9], _address(fields[1])


def _address(hexadecimal: str) -> str:
    """As the kernel writes it: 32-bit words in the machine's order.

    >>> _address("0100007F:498E")
    '127.0.0.1:18830'
    """
    address, _, port = hexadecimal.partition(":")
    words = [bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8)]
    found = ip_address(b"".join(words))
    return f"[{found}]:{int(port, 16)}" if found.version == 6 else f"{found}:{int(port, 16)}"
