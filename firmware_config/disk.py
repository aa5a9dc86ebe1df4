"""The few things done to files where a power cut must leave something whole; tests put a failing disk in its place."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Protocol


class Files(Protocol):
    """A file system. Every method may raise OSError."""

    def names(self, folder: Path) -> list[str]:
        """What lies in a folder, sorted; nothing where there is no such folder."""

    def is_file(self, path: Path) -> bool:
        """Whether it is a plain file, and no link to one."""

    def is_folder(self, path: Path) -> bool:
        """Whether it is a folder, and no link to one."""

    def read(self, path: Path, most: int) -> bytes:
        """At most `most` bytes and one more, by which a longer file is known."""

    def write(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        """Make a file that must not be there yet; its bytes are on the disk at the end, its name perhaps not."""

    def overwrite(self, path: Path, data: bytes) -> None:
        """Put other bytes in the place of a file's own; they are on the disk at the end."""

    def make_folder(self, path: Path, mode: int = 0o755) -> None:
        """Make a folder that must not be there yet."""

    def rename(self, source: Path, target: Path) -> None:
        """Within one folder, in one step; a file or link at `target` is replaced."""

    def remove(self, path: Path) -> None:
        """Remove a file or a link."""

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""

    def sync(self, folder: Path) -> None:
        """Bring the names in a folder to the disk."""

    def link(self, path: Path, target: str) -> None:
        """Make a symbolic link that must not be there yet."""

    def target(self, path: Path) -> str | None:
        """Where a symbolic link leads; None: it is none."""


class Disk:
    """This machine's files."""

    def names(self, folder: Path) -> list[str]:
        """See `Files`."""
        return sorted(entry.name for entry in folder.iterdir()) if self.is_folder(folder) else []

    def is_file(self, path: Path) -> bool:
        """See `Files`."""
        return stat.S_ISREG(_mode(path))

    def is_folder(self, path: Path) -> bool:
        """See `Files`."""
        return stat.S_ISDIR(_mode(path))

    def read(self, path: Path, most: int) -> bytes:
        """See `Files`."""
        with path.open("rb") as file:
            return file.read(most + 1)

    def write(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        """See `Files`."""
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with os.fdopen(opened, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def overwrite(self, path: Path, data: bytes) -> None:
        """See `Files`."""
        with path.open("r+b") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def make_folder(self, path: Path, mode: int = 0o755) -> None:
        """See `Files`."""
        path.mkdir(mode)

    def rename(self, source: Path, target: Path) -> None:
        """See `Files`."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """See `Files`."""
        path.unlink()

    def remove_folder(self, path: Path) -> None:
        """See `Files`."""
        path.rmdir()

    def sync(self, folder: Path) -> None:
        """See `Files`; Windows cannot, and has no need to."""
        if os.name != "posix":
            return
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)

    def link(self, path: Path, target: str) -> None:
        """See `Files`."""
        path.symlink_to(target)

    def target(self, path: Path) -> str | None:
        """See `Files`."""
        return str(path.readlink()) if stat.S_ISLNK(_mode(path)) else None


def remove_tree(files: Files, path: Path) -> None:
    """Remove a file, a link, or a folder with all that is in it; nothing happens where nothing is."""
    if files.is_folder(path):
        for name in files.names(path):
            remove_tree(files, path / name)
        files.remove_folder(path)
    elif files.is_file(path) or files.target(path) is not None:
        files.remove(path)


def replace_file(files: Files, path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put a whole file in the place of another, or of none: at any moment it is the old one or the new one."""
    staged = path.with_name(path.name + ".new")
    remove_tree(files, staged)
    files.write(staged, data, mode)
    files.rename(staged, path)
    files.sync(path.parent)


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
