"""What a process and its children write, send and open, as strace tells it."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

STRACE = shutil.which("strace")
CALLS = (
    "open,openat,openat2,creat,rename,renameat,renameat2,link,linkat,memfd_create,connect,"
    "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg,sendfile,splice,copy_file_range"
)
CALL = re.compile(r"^(?:\d+\s+)?(?:<\.\.\. )?(\w+)")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
TO = re.compile(r"^(?:\d+\s+)?\w+\(\d+<([^>]*)>")
TO_WRITE = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE")
PORT = re.compile(r"sin6?_port=htons\((\d+)\)")


@functools.cache
def why_not() -> str | None:
    """Why nothing can be traced here; None where it can."""
    if STRACE is None:
        return "strace is not installed: apt install strace"
    tried = subprocess.run([STRACE, "-f", "-qq", "-e", "trace=openat", "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "ptrace is not allowed here"


def command(traced: Path) -> list[str]:
    """What to put before the words of a command, so that all it says is written to `traced`."""
    assert STRACE is not None
    return [STRACE, "-f", "--seccomp-bpf", "-y", "-xx", "-s", "1048576", "-e", f"trace={CALLS}", "-o", str(traced)]


@dataclass
class Traced:
    """One run."""

    written: dict[str, bytearray] = field(default_factory=dict)
    """All that went into each file or socket, by the name that the kernel has for it."""
    opened: set[str] = field(default_factory=set)
    """Files opened for writing or made."""
    ports: set[int] = field(default_factory=set)
    """That were connected to."""
    odd: set[str] = field(default_factory=set)
    """Calls that pass data on without showing it."""


def read(traced: Path) -> Traced:
    """Read a trace."""
    run = Traced()
    with traced.open("r", encoding="ascii", errors="replace") as lines:
        for line in lines:
            _take(run, line)
    return run


def _take(run: Traced, line: str) -> None:
    match = CALL.match(line)
    if match is None:
        return
    call = match.group(1)
    texts = list(_texts(line))
    if call in ("open", "openat", "openat2", "creat"):
        if (call == "creat" or TO_WRITE.search(line)) and "ENOENT" not in line:
            run.opened.add(texts[0].decode())
    elif call.startswith(("rename", "link")):
        run.opened.update(text.decode() for text in texts[1:])
    elif call == "memfd_create":
        run.opened.add(f"memory {texts[0].decode()}")
    elif call == "connect":
        run.ports.update(int(port) for port in PORT.findall(line))
    elif call in ("sendfile", "splice", "copy_file_range"):
        run.odd.add(call)
    else:
        to = TO.match(line)
        name = bytes.fromhex(to.group(1).replace("\\x", "")).decode(errors="replace") if to else "?"
        kept = run.written.setdefault(name, bytearray())
        for text in texts:
            kept += text


def _texts(line: str) -> Iterator[bytes]:
    for text in TEXT.findall(line):
        yield bytes.fromhex(text.replace("\\x", ""))
