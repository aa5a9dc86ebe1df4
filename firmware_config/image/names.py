"""The names of a FAT directory: the short one that every system reads, and the long one beside it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

SLOT = 32
LONG, LABEL, FOLDER, ARCHIVE = 0x0F, 0x08, 0x10, 0x20
FREE, END = 0xE5, 0x00
_SHORT = re.compile(r"([A-Z0-9_~!#$%&'()@^`{}-]{1,8})(?:\.([A-Z0-9_~!#$%&'()@^`{}-]{1,3}))?")
_DAY = 0x0021
"""1980-01-01, FAT's first: an image has no clock, and the same bundle gives the same bytes."""


def checksum(short: bytes) -> int:
    """Of a short name of 11 bytes, as each of its long slots repeats it."""
    total = 0
    for byte in short:
        total = ((total & 1) << 7) + (total >> 1) + byte & 0xFF
    return total


def short_name(name: str, taken: Iterable[bytes]) -> bytes:
    """11 bytes that no other name of the directory has.

    >>> short_name("carepose", []), short_name("manifest.json", [])
    (b'CAREPOSE   ', b'MANIFE~1JSO')
    """
    used = set(taken)
    fits = _SHORT.fullmatch(name.upper())
    if fits and (short := _packed(fits[1], fits[2] or "")) not in used:
        return short
    stem, _, ending = name.upper().rpartition(".") if "." in name.lstrip(".") else (name.upper(), "", "")
    stem, ending = (re.sub(r"[^A-Z0-9_-]", "", part) for part in (stem, ending))
    for number in range(1, 1_000_000):
        tail = f"~{number}"
        short = _packed((stem or "X")[: 8 - len(tail)] + tail, ending[:3])
        if short not in used:
            return short
    raise ValueError("no short name is left")


def slots(name: str, short: bytes, attributes: int, cluster: int, size: int) -> bytes:
    """The entries of one file: its long name, last part first, then the short one."""
    units = name.encode("utf-16-le")
    count = -(-len(units) // 26)
    padded = (units + b"\0\0" if len(units) % 26 else units).ljust(26 * count, b"\xff")
    made = b""
    for number in range(count, 0, -1):
        part = padded[26 * (number - 1) : 26 * number]
        order = number | (0x40 if number == count else 0)
        made += struct.pack("<B10sBBB12sH4s", order, part[:10], LONG, 0, checksum(short), part[10:22], 0, part[22:])
    return made + entry(short, attributes, cluster, size)


def entry(short: bytes, attributes: int, cluster: int, size: int) -> bytes:
    """A short entry alone."""
    return struct.pack(
        "<11sBBBHHHHHHHI", short, attributes, 0, 0, 0, _DAY, _DAY, cluster >> 16, 0, _DAY, cluster & 0xFFFF, size
    )


def long_part(slot: bytes) -> bytes:
    """What one slot holds of a long name, in UTF-16."""
    return slot[1:11] + slot[14:26] + slot[28:32]


def plain(slot: bytes) -> str:
    """A short name as people write it; two flags say what of it is in small letters."""
    stem, ending = slot[:8].rstrip(b" ").decode("cp437"), slot[8:11].rstrip(b" ").decode("cp437")
    stem = stem.lower() if slot[12] & 0x08 else stem
    ending = ending.lower() if slot[12] & 0x10 else ending
    return f"{stem}.{ending}" if ending else stem


def _packed(stem: str, ending: str) -> bytes:
    return stem.ljust(8).encode() + ending.ljust(3).encode()
