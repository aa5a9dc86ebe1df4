"""Cards as images: an empty one that mkfs.vfat made, and the boot partition as a box would mount it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
PROGRAMS = ("sfdisk", "mkfs.vfat", "mcopy", "fsck.vfat")
FIRST_SECTOR, MEBIBYTES = 2048, 5


def missing() -> list[str]:
    """Which of the programs are not installed."""
    return [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]


def blank(path: Path) -> Path:
    """A small card as a Raspberry Pi's system has it: an MBR, and one FAT16 partition with its two files."""
    with path.open("wb") as file:
        file.truncate((MEBIBYTES + 2) << 20)
    _ran("sfdisk", "--quiet", path, text=f"label: dos\nstart={FIRST_SECTOR}, size={MEBIBYTES * 2048}, type=c\n")
    where = ("--offset", str(FIRST_SECTOR), path, str(MEBIBYTES * 1024))
    _ran("mkfs.vfat", "-F", "16", "-s", "2", "-n", "BOOTFS", *where)
    for name in ("config.txt", "cmdline.txt"):
        _ran("mcopy", "-i", _volume(path), "/dev/null", f"::{name}")
    return path


def check(image: Path) -> None:
    """Let fsck.vfat look at the partition; it takes no offset, so at a copy of it."""
    part = image.with_suffix(".part")
    part.write_bytes(image.read_bytes()[FIRST_SECTOR * 512 :])
    _ran("fsck.vfat", "-n", part)
    part.unlink()


def mount(image: Path, folder: Path) -> Path:
    """What the kernel would show of the boot partition, read by mtools."""
    folder.mkdir(parents=True)
    _ran("mcopy", "-s", "-n", "-i", _volume(image), "::*", folder)
    return folder


def _volume(image: Path) -> str:
    return f"{image}@@{FIRST_SECTOR * 512}"


def _ran(*words: str | Path, text: str = "") -> None:
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False, env={"PATH": PATH})
    if done.returncode:
        raise OSError(f"{words[0]} failed: {done.stdout}{done.stderr}".strip())
