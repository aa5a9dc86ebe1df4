"""Looks for pieces of known pictures in whatever a program has written or sent."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_agent.types import Image

Words: TypeAlias = NDArray[np.uint64]

WORD = 8
"""Bytes of one piece."""
TELLING = 6
"""Different values in a piece, one of them no ASCII: it stands nowhere by chance."""
MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"WEBPVP8", b"ftypisom", b"\x1aE\xdf\xa3\x01")
"""JPEG, PNG, WebP, MP4, WebM/Matroska, wherever they stand."""
AT_START = (b"RIFF", b"BM", b"II*\x00", b"MM\x00*", b"P6\n")
"""AVI and WebP, BMP, TIFF, PPM: too short to be looked for everywhere."""
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{32,}={0,2}")
HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){24,}")
ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
GZIP = re.compile(rb"\x1f\x8b\x08")
UNPACKED_MOST = 1 << 20


def pieces(pictures: Iterable[Image]) -> Words:
    """Every telling piece of the pictures' rows, sorted: as they are, colours the other way round, and grey."""
    found = [_telling(form) for picture in pictures for form in _forms(picture)]
    return np.unique(np.concatenate(found))


def _forms(picture: Image) -> Iterator[Image]:
    yield picture
    yield picture[..., ::-1]
    yield np.asarray(cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_BGR2GRAY), np.uint8)


def _telling(form: Image) -> Words:
    rows = np.ascontiguousarray(form).reshape(form.shape[0], -1)
    blocks = np.ascontiguousarray(rows[:, : rows.shape[1] // WORD * WORD]).reshape(-1, WORD)
    ordered = np.sort(blocks, axis=1)
    distinct = 1 + np.count_nonzero(ordered[:, 1:] != ordered[:, :-1], axis=1)
    words: Words = blocks[(distinct >= TELLING) & (ordered[:, -1] > 127)].view(np.uint64).reshape(-1)
    return words


def leaked(text: bytes, wanted: Words) -> list[str]:
    """What of a picture stands in `text`, plain or packed."""
    said = [f"{name} holds {what}" for name, data in (("it", text), *_unpacked(text)) for what in _plain(data, wanted)]
    return sorted(set(said))


def _plain(data: bytes, wanted: Words) -> Iterator[str]:
    yield from (f"the mark {mark!r}" for mark in MAGIC if mark in data)
    yield from (f"the beginning {mark!r}" for mark in AT_START if data.startswith(mark))
    if has_pixels(data, wanted):
        yield "pixels"


def has_pixels(data: bytes, wanted: Words) -> bool:
    """Whether a piece stands in `data` as it is, wherever it begins."""
    for begin in range(WORD):
        usable = data[begin : begin + (len(data) - begin) // WORD * WORD]
        words = np.frombuffer(usable, np.uint64)
        places = np.minimum(np.searchsorted(wanted, words), len(wanted) - 1)
        if (wanted[places] == words).any():
            return True
    return False


def _unpacked(text: bytes) -> Iterator[tuple[str, bytes]]:
    for run in BASE64.findall(text):
        plain = run.rstrip(b"=")
        for begin in range(4):
            cut = plain[begin : begin + (len(plain) - begin) // 4 * 4]
            yield "base64", base64.b64decode(cut.replace(b"-", b"+").replace(b"_", b"/"))
    for run in HEX.findall(text):
        try:
            yield "hexadecimal", binascii.unhexlify(run)
        except binascii.Error:
            continue
    for kind, form, bits in (("zlib", ZLIB, zlib.MAX_WBITS), ("gzip", GZIP, 16 + zlib.MAX_WBITS)):
        for match in form.finditer(text):
            try:
                yield kind, zlib.decompressobj(bits).decompress(text[match.start() :], UNPACKED_MOST)
            except zlib.error:
                continue
