"""Which processes run on this machine, as `/proc` shows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def agent(root: Path, configuration: Path) -> int | None:
    """The process id of an `edge-agent run` with this configuration.

    Args:
        root: where `proc` lies.
        configuration: its file.
    """
    wanted = configuration.absolute().resolve()
    for folder in _folders(root):
        words = _words(folder)
        if "run" in words and any("edge-agent" in word or "edge_agent" in word for word in words[:3]):
            named = _after(words, "--config")
            if named is not None and (_working(folder) / named).resolve() == wanted:
                return int(folder.name)
    return None


def family(root: Path, pid: int) -> tuple[int, ...]:
    """A process and its children."""
    return (pid, *(int(folder.name) for folder in _folders(root) if _parent(folder) == pid))


def opened(root: Path, pid: int) -> tuple[str, ...] | None:
    """What its descriptors are: paths, `socket:[inode]` and so on; None where they are hidden from this user."""
    try:
        entries = list((root / "proc" / str(pid) / "fd").iterdir())
    except OSError:
        return None
    return tuple(target for entry in entries if (target := _target(entry)) is not None)


def holds(root: Path, pid: int, device: Path) -> bool | None:
    """Whether it has a device open; None where that is hidden from this user."""
    found = opened(root, pid)
    return None if found is None else str(device.resolve()) in found


def _target(entry: Path) -> str | None:
    try:
        return str(entry.readlink())
    except OSError:
        return None  # closed meanwhile


def _folders(root: Path) -> Iterator[Path]:
    try:
        found = sorted((root / "proc").iterdir())
    except OSError:
        return
    yield from (folder for folder in found if folder.name.isdecimal())


def _words(folder: Path) -> list[str]:
    try:
        return (folder / "cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []  # it has just ended


def _after(words: list[str], option: str) -> str | None:
    for word, following in zip(words, [*words[1:], None], strict=True):
        if word == option:
            return following
        if word.startswith(f"{option}="):
            return word.removeprefix(f"{option}=")
    return None


def _working(folder: Path) -> Path:
    """Its working folder; of another user's process it may not be seen, and only absolute paths can be compared."""
    try:
        return (folder / "cwd").readlink()
    except OSError:
        return Path("/")


def _parent(folder: Path) -> int | None:
    try:
        said = (folder / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return int(said.rpartition(")")[2].split()[1])
