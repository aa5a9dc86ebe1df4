"""A disk in memory that loses power, or room, at any step, and forgets what was not brought to it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias


class PowerCut(BaseException):
    """Nothing of the program goes on."""


@dataclass(eq=False)
class File:
    mode: int
    data: bytes = b""
    kept: bytes = b""
    """What a power cut leaves of it."""


@dataclass(eq=False)
class Link:
    to: str


Names: TypeAlias = "dict[str, File | Folder | Link]"


@dataclass(eq=False)
class Folder:
    mode: int = 0o755
    names: Names = field(default_factory=dict)
    history: list[Names] = field(default_factory=lambda: [{}])
    """The names as they were last brought to the disk, and after each change since."""


class FrailDisk:
    """Implements `firmware_config.disk.Files`."""

    def __init__(self, secrets: tuple[bytes, ...] = (), private_below: tuple[Path, ...] = ()) -> None:
        self.root = Folder()
        self.steps = 0
        self.cut_at: int | None = None
        self.full_at: int | None = None
        self._secrets, self._private = secrets, private_below

    # What tests do to it.

    def restart(self, lose: Callable[[int], int]) -> None:
        """The power comes back; `lose(n)` says, 0 to n, how many of the last n changes or bytes are gone."""
        self._forget(self.root, lose)
        self.cut_at = self.full_at = None

    def make_folders(self, path: Path) -> None:
        folder = self.root
        for part in path.parts[1:]:
            below = folder.names.setdefault(part, Folder())
            assert isinstance(below, Folder)
            folder.history = [dict(folder.names)]
            folder = below

    def content(self, path: Path) -> bytes | None:
        """What a program reads there, links followed."""
        found = self._follow(path)
        return found.data if isinstance(found, File) else None

    def mode(self, path: Path) -> int:
        found = self._follow(path)
        assert isinstance(found, (File, Folder))
        return found.mode

    # Files.

    def names(self, folder: Path) -> list[str]:
        found = self._at(folder)
        return sorted(found.names) if isinstance(found, Folder) else []

    def is_file(self, path: Path) -> bool:
        return isinstance(self._at(path), File)

    def is_folder(self, path: Path) -> bool:
        return isinstance(self._at(path), Folder)

    def read(self, path: Path, most: int) -> bytes:
        return self._file(path).data[: most + 1]

    def write(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        if any(secret in data for secret in self._secrets) and any(path.is_relative_to(own) for own in self._private):
            assert mode == 0o600, f"{path} may be read by all"
        file = File(mode)
        self._add(path, file)
        for end in (len(data) // 2, len(data)):
            self._step()
            file.data = data[:end]
        self._step()
        file.kept = data

    def overwrite(self, path: Path, data: bytes) -> None:
        file = self._file(path)
        self._step()
        file.data = data
        self._step()
        file.kept = data

    def make_folder(self, path: Path, mode: int = 0o755) -> None:
        self._add(path, Folder(mode))

    def rename(self, source: Path, target: Path) -> None:
        assert source.parent == target.parent, "only within one folder is it one step"
        self._step()
        folder = self._folder(source.parent)
        moved, replaced = folder.names[source.name], folder.names.get(target.name)
        if isinstance(replaced, Folder):
            raise OSError(errno.EEXIST, "File exists")
        del folder.names[source.name]
        folder.names[target.name] = moved
        folder.history.append(dict(folder.names))

    def remove(self, path: Path) -> None:
        assert not self.is_folder(path)
        self._drop(path)

    def remove_folder(self, path: Path) -> None:
        assert self.names(path) == []
        self._drop(path)

    def sync(self, folder: Path) -> None:
        found = self._folder(folder)
        self._step()
        found.history = [dict(found.names)]

    def link(self, path: Path, target: str) -> None:
        self._add(path, Link(target))

    def target(self, path: Path) -> str | None:
        found = self._at(path)
        return found.to if isinstance(found, Link) else None

    # How.

    def _step(self) -> None:
        if self.cut_at == self.steps:
            raise PowerCut
        if self.full_at is not None and self.steps >= self.full_at:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.steps += 1

    def _add(self, path: Path, node: File | Folder | Link) -> None:
        folder = self._folder(path.parent)
        if path.name in folder.names:
            raise FileExistsError(errno.EEXIST, "File exists", str(path))
        self._step()
        folder.names[path.name] = node
        folder.history.append(dict(folder.names))

    def _drop(self, path: Path) -> None:
        full, self.full_at = self.full_at, None  # removing needs no room
        self._step()
        self.full_at = full
        folder = self._folder(path.parent)
        del folder.names[path.name]
        folder.history.append(dict(folder.names))

    def _at(self, path: Path) -> File | Folder | Link | None:
        found: File | Folder | Link | None = self.root
        for part in path.parts[1:]:
            found = found.names.get(part) if isinstance(found, Folder) else None
        return found

    def _follow(self, path: Path) -> File | Folder | Link | None:
        found: File | Folder | Link | None = self.root
        here = Path("/")
        for part in path.parts[1:]:
            found, here = (found.names.get(part) if isinstance(found, Folder) else None), here / part
            if isinstance(found, Link):
                found = self._follow(here.parent / found.to)
                # a link that is followed is walked from where it leads
        return found

    def _file(self, path: Path) -> File:
        found = self._at(path)
        if not isinstance(found, File):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))
        return found

    def _folder(self, path: Path) -> Folder:
        found = self._at(path)
        if not isinstance(found, Folder):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))
        return found

    def _forget(self, folder: Folder, lose: Callable[[int], int]) -> None:
        lost = lose(len(folder.history) - 1)
        folder.names = dict(folder.history[len(folder.history) - 1 - lost])
        folder.history = [dict(folder.names)]
        for node in folder.names.values():
            if isinstance(node, Folder):
                self._forget(node, lose)
            elif isinstance(node, File):
                if node.data != node.kept:
                    node.data = node.data[: len(node.data) - lose(len(node.data))]
                node.kept = node.data
