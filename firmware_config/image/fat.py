"""Files in a FAT16 or FAT32 file system within an image: `firmware_config.disk.Files` without a mount.

What a power cut may leave are clusters that belong to nothing, never a file that is half another: data first, then the
table, then the name; and when something goes, the name first.
"""

from __future__ import annotations

import errno
import os
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from firmware_config.image import names

SMALLEST_FAT16, SMALLEST_FAT32 = 4085, 65525
"""Clusters, by which alone the kinds are told apart."""
FILE_ENDS = {16: 0xFFF8, 32: 0x0FFFFFF8}
LAST = {16: 0xFFFF, 32: 0x0FFFFFFF}


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a directory."""

    name: str
    short: bytes
    attributes: int
    cluster: int
    size: int
    first: int
    """Of its slots."""
    last: int

    @property
    def folder(self) -> bool:
        """Whether it is one."""
        return bool(self.attributes & names.FOLDER)


class FatVolume:
    """Implements `Files`, but for links, which FAT has not."""

    def __init__(self, image: BinaryIO, start: int) -> None:
        """Open the file system that begins at `start` bytes.

        Raises:
            ValueError: there is none that this can write.
        """
        image.seek(start)
        boot = image.read(512)
        if len(boot) < 512 or boot[510:512] != b"\x55\xaa" or boot[0] not in {0xEB, 0xE9}:
            raise ValueError("there is no FAT file system")
        sector, per_cluster, reserved, self._copies, roots, small = struct.unpack_from("<HBHBHH", boot, 11)
        table = struct.unpack_from("<H", boot, 22)[0] or struct.unpack_from("<I", boot, 36)[0]
        total = small or struct.unpack_from("<I", boot, 32)[0]
        if sector not in {512, 1024, 2048, 4096} or not per_cluster or not self._copies or not table:
            raise ValueError("there is no FAT file system")
        root_sectors = -(-roots * names.SLOT // sector)
        data = reserved + self._copies * table + root_sectors
        clusters = (total - data) // per_cluster
        if clusters < SMALLEST_FAT16:
            raise ValueError("its FAT file system is too small for a boot partition")
        self._image, self._start, self._sector = image, start, sector
        self._bits = 16 if clusters < SMALLEST_FAT32 else 32
        self._table_at, self._table_bytes = reserved * sector, table * sector
        self._root_at, self._root_bytes = (reserved + self._copies * table) * sector, roots * names.SLOT
        self._data_at: int = data * sector
        self._cluster_bytes: int = per_cluster * sector
        self._root = 0 if self._bits == 16 else struct.unpack_from("<I", boot, 44)[0]
        self._info_at = struct.unpack_from("<H", boot, 48)[0] * sector if self._bits == 32 else 0
        self._table = array("H" if self._bits == 16 else "I", self._get(self._table_at, self._table_bytes))
        self._count = clusters + 2
        if len(self._table) < self._count:
            raise ValueError("its FAT file system is damaged")

    # Files.

    def names(self, folder: Path) -> list[str]:
        """See `Files`."""
        found = self._find(folder)
        return sorted(each.name for each in self._entries(found)) if found is not None else []

    def is_file(self, path: Path) -> bool:
        """See `Files`."""
        found = self._entry(path)
        return found is not None and not found.folder

    def is_folder(self, path: Path) -> bool:
        """See `Files`."""
        return self._find(path) is not None

    def read(self, path: Path, most: int) -> bytes:
        """See `Files`."""
        found = self._file(path)
        wanted, data = min(found.size, most + 1), b""
        for cluster in self._chain(found.cluster):
            if len(data) >= wanted:
                break
            data += self._get(self._place(cluster), self._cluster_bytes)
        return data[:wanted]

    def write(self, path: Path, data: bytes, mode: int = 0o644) -> None:  # noqa: ARG002  FAT has no modes
        """See `Files`."""
        self._add(path, names.ARCHIVE, self._store(data), len(data))

    def overwrite(self, path: Path, data: bytes) -> None:
        """See `Files`."""
        found = self._file(path)
        for number, cluster in enumerate(self._chain(found.cluster)):
            part = data[: found.size][number * self._cluster_bytes : (number + 1) * self._cluster_bytes]
            self._put(self._place(cluster), part)
        self.sync(path.parent)

    def make_folder(self, path: Path, mode: int = 0o755) -> None:  # noqa: ARG002  FAT has no modes
        """See `Files`."""
        parent = self._existing(path.parent)
        cluster = self._store(bytes(self._cluster_bytes))
        above = 0 if parent == self._root else parent
        dots = [(b".".ljust(11), cluster), (b"..".ljust(11), above)]
        self._put(self._place(cluster), b"".join(names.entry(name, names.FOLDER, to, 0) for name, to in dots))
        self._add(path, names.FOLDER, cluster, 0)

    def rename(self, source: Path, target: Path) -> None:
        """See `Files`; a cut between the two names leaves neither."""
        moved = self._entry(source)
        if moved is None:
            raise _error(errno.ENOENT, source)
        if self.is_folder(target):
            raise _error(errno.EEXIST, target)
        if self.is_file(target):
            self.remove(target)
        self._forget(self._existing(source.parent), moved)
        self._add(target, moved.attributes, moved.cluster, moved.size)

    def remove(self, path: Path) -> None:
        """See `Files`."""
        self._drop(path, self._file(path))

    def remove_folder(self, path: Path) -> None:
        """See `Files`."""
        found = self._entry(path)
        if found is None or not found.folder or self.names(path):
            raise _error(errno.ENOTEMPTY if found else errno.ENOENT, path)
        self._drop(path, found)

    def sync(self, folder: Path) -> None:  # noqa: ARG002  the whole image is one file
        """See `Files`."""
        self._image.flush()
        os.fsync(self._image.fileno())

    def link(self, path: Path, target: str) -> None:  # noqa: ARG002
        """Refuse it."""
        raise _error(errno.EPERM, path)

    def target(self, path: Path) -> str | None:  # noqa: ARG002
        """None: there are none."""
        return None

    # Directories.

    def _find(self, path: Path) -> int | None:
        """The first cluster of a folder."""
        if not path.parts[1:]:
            return self._root
        found = self._entry(path)
        return found.cluster if found is not None and found.folder else None

    def _entry(self, path: Path) -> Entry | None:
        if not path.name:
            return None
        above = self._find(path.parent)
        wanted = path.name.lower()
        each = self._entries(above) if above is not None else iter(())
        return next((entry for entry in each if entry.name.lower() == wanted), None)

    def _file(self, path: Path) -> Entry:
        found = self._entry(path)
        if found is None or found.folder:
            raise _error(errno.ENOENT, path)
        return found

    def _existing(self, folder: Path) -> int:
        found = self._find(folder)
        if found is None:
            raise _error(errno.ENOENT, folder)
        return found

    def _entries(self, folder: int) -> Iterator[Entry]:
        raw, long, begun = b"".join(self._get(at, size) for at, size in self._pieces(folder)), b"", 0
        for number in range(len(raw) // names.SLOT):
            slot = raw[names.SLOT * number : names.SLOT * (number + 1)]
            if slot[0] == names.END:
                return
            if slot[0] == names.FREE:
                long = b""
            elif slot[11] == names.LONG:
                if slot[0] & 0x40:
                    long, begun = b"", number
                long = names.long_part(slot) + long
            else:
                if not slot[11] & names.LABEL and slot[:2].rstrip() not in {b".", b".."}:
                    name = long.decode("utf-16-le", "replace").partition("\0")[0] if long else names.plain(slot)
                    cluster = struct.unpack_from("<H", slot, 26)[0]
                    cluster |= struct.unpack_from("<H", slot, 20)[0] << 16 if self._bits == 32 else 0
                    size = struct.unpack_from("<I", slot, 28)[0]
                    yield Entry(name, slot[:11], slot[11], cluster, size, begun if long else number, number)
                long = b""

    def _add(self, path: Path, attributes: int, cluster: int, size: int) -> None:
        folder = self._existing(path.parent)
        entries = list(self._entries(folder))
        if any(each.name.lower() == path.name.lower() for each in entries):
            raise _error(errno.EEXIST, path)
        slots = names.slots(
            path.name, names.short_name(path.name, [each.short for each in entries]), attributes, cluster, size
        )
        count = len(slots) // names.SLOT
        first = self._room(folder, count)
        for number in range(count):
            self._put(self._slot_at(folder, first + number), slots[names.SLOT * number : names.SLOT * (number + 1)])

    def _room(self, folder: int, count: int) -> int:
        """The first of enough free slots in a row."""
        raw = b"".join(self._get(at, size) for at, size in self._pieces(folder))
        run, ended = 0, False
        for number in range(len(raw) // names.SLOT):
            ended = ended or raw[names.SLOT * number] == names.END
            run = run + 1 if ended or raw[names.SLOT * number] == names.FREE else 0
            if run == count:
                return number + 1 - count
        if folder == 0:
            raise OSError(errno.ENOSPC, "the root directory is full")
        last = list(self._chain(folder))[-1]
        added = self._store(bytes(self._cluster_bytes))
        self._table[last] = added
        self._save([last])
        return self._room(folder, count)

    def _forget(self, folder: int, entry: Entry) -> None:
        for number in range(entry.last, entry.first - 1, -1):
            self._put(self._slot_at(folder, number), bytes([names.FREE]))

    def _drop(self, path: Path, entry: Entry) -> None:
        self._forget(self._existing(path.parent), entry)
        freed = list(self._chain(entry.cluster))
        for cluster in freed:
            self._table[cluster] = 0
        self._save(freed)

    def _pieces(self, folder: int) -> Iterator[tuple[int, int]]:
        """Where a directory lies, and how many bytes of it."""
        if folder == 0:
            yield self._root_at, self._root_bytes
        else:
            yield from ((self._place(cluster), self._cluster_bytes) for cluster in self._chain(folder))

    def _slot_at(self, folder: int, number: int) -> int:
        offset = names.SLOT * number
        for at, size in self._pieces(folder):
            if offset < size:
                return at + offset
            offset -= size
        raise OSError(errno.EIO, "the directory is damaged")

    # Clusters.

    def _chain(self, cluster: int) -> Iterator[int]:
        seen = 0
        while cluster and cluster < FILE_ENDS[self._bits]:
            seen += 1
            if not 2 <= cluster < self._count or seen > self._count:
                raise OSError(errno.EIO, "the file system is damaged: check it first, with fsck.vfat or chkdsk")
            yield cluster
            cluster = int(self._table[cluster]) & LAST[self._bits]

    def _store(self, data: bytes) -> int:
        """Put bytes into free clusters; the first of them, or 0 for no bytes."""
        needed = -(-len(data) // self._cluster_bytes)
        free: list[int] = []
        try:
            while len(free) < needed:
                free.append(self._table.index(0, free[-1] + 1 if free else 2, self._count))
        except ValueError:
            raise OSError(errno.ENOSPC, "the partition is full") from None
        if not free:
            return 0
        for number, cluster in enumerate(free):
            part = data[number * self._cluster_bytes : (number + 1) * self._cluster_bytes]
            self._put(self._place(cluster), part.ljust(self._cluster_bytes, b"\0"))
        for cluster, following in zip(free, [*free[1:], LAST[self._bits]], strict=True):
            self._table[cluster] = following
        self._save(free)
        return free[0]

    def _save(self, clusters: list[int]) -> None:
        """Bring the sectors of the table that hold these clusters to the image, to every copy of it."""
        width = self._table.itemsize
        for sector in sorted({cluster * width // self._sector for cluster in clusters}):
            first = sector * self._sector // width
            raw = self._table[first : first + self._sector // width].tobytes()
            for copy in range(self._copies):
                self._put(self._table_at + copy * self._table_bytes + sector * self._sector, raw)
        if self._info_at and self._get(self._info_at, 4) == b"RRaA":
            free = self._table[2 : self._count].count(0)
            self._put(self._info_at + 488, struct.pack("<II", free, 0xFFFFFFFF))

    def _place(self, cluster: int) -> int:
        return self._data_at + (cluster - 2) * self._cluster_bytes

    def _get(self, at: int, count: int) -> bytes:
        self._image.seek(self._start + at)
        data = self._image.read(count)
        if len(data) < count:
            raise OSError(errno.EIO, "the image is cut short")
        return data

    def _put(self, at: int, data: bytes) -> None:
        self._image.seek(self._start + at)
        self._image.write(data)


def _error(number: int, path: Path) -> OSError:
    return OSError(number, os.strerror(number), str(path))
