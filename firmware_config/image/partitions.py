"""Where the partitions of an image begin: MBR, GPT, or a file system without a table."""

from __future__ import annotations

import struct
from typing import BinaryIO
from zlib import crc32

SECTOR = 512
FAT_TYPES = frozenset({0x01, 0x04, 0x06, 0x0B, 0x0C, 0x0E, 0xEF})
"""Of an MBR, which may say that there is FAT inside."""
PROTECTIVE = 0xEE
MOST_ENTRIES = 1024
"""Of a GPT; 128 is what everybody writes. [C]"""


def starts(image: BinaryIO) -> list[int]:
    """In bytes, of all partitions that may be FAT, in the order of the table; 0 alone where there is no table.

    Raises:
        ValueError: a table that contradicts itself.
    """
    sector = _read(image, 0, SECTOR)
    if sector[510:512] != b"\x55\xaa":
        raise ValueError("it has no partition table")
    if sector[0] in {0xEB, 0xE9} and struct.unpack_from("<H", sector, 11)[0] in {512, 1024, 2048, 4096}:
        return [0]
    entries = [struct.unpack_from("<4xB3xII", sector, 446 + 16 * number) for number in range(4)]
    if any(kind == PROTECTIVE for kind, _, _ in entries):
        return _gpt(image)
    return [SECTOR * first for kind, first, count in entries if kind in FAT_TYPES and first and count]


def _gpt(image: BinaryIO) -> list[int]:
    header = bytearray(_read(image, SECTOR, SECTOR))
    size, checksum = struct.unpack_from("<II", header, 12)
    if header[:8] != b"EFI PART" or not 92 <= size <= SECTOR:
        raise ValueError("its partition table (GPT) is damaged")
    header[16:20] = bytes(4)
    table, count, width = struct.unpack_from("<QII", header, 72)
    if crc32(header[:size]) != checksum or count > MOST_ENTRIES or not 128 <= width <= 4096:
        raise ValueError("its partition table (GPT) is damaged")
    found = []
    for number in range(count):
        entry = _read(image, SECTOR * table + width * number, 128)
        if entry[:16] != bytes(16):
            found.append(SECTOR * struct.unpack_from("<Q", entry, 32)[0])
    return found


def _read(image: BinaryIO, at: int, count: int) -> bytes:
    image.seek(at)
    data = image.read(count)
    if len(data) < count:
        raise ValueError("it is cut short")
    return data
