"""A list of rooms as CSV: every fault of it at once, with line and column (counted in cells, from 1)."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from firmware_config.cameras import LIVE
from firmware_config.facility.model import Facility, is_of_a_box
from firmware_config.faults import Fault, InvalidConfigurationError
from firmware_config.profiles import PROFILES
from firmware_config.values import IDENTIFIER

CHOICES: Mapping[str, tuple[str, ...]] = {
    "profile": tuple(PROFILES),
    "camera": LIVE,
    "language": ("en", "it"),
    "link": ("wired", "wifi"),
}
COLUMNS = ("room", "device", "profile", "camera", "address", "language", "subjects", "link", "ip")
"""`room` must be there; a cell that is empty, or a column that is missing, leaves the choice to the facility."""
AN_ID = "1 to 32 of the characters a-z, 0-9 and -"


@dataclass(frozen=True, slots=True)
class Room:
    """A row; empty where nothing was said."""

    room: str
    device: str = ""
    profile: str = ""
    camera: str = ""
    address: str = ""
    """Of the camera: an RTSP URL, a video device, or the number of a ribbon camera."""
    language: str = ""
    subjects: tuple[str, ...] = ()
    """Slots: one is the only resident's, several share the room."""
    link: str = ""
    ip: str = ""


def text_of(path: Path, raw: bytes) -> str:
    """What a file says: UTF-8, or what Excel calls Unicode text (UTF-16).

    Raises:
        InvalidConfigurationError: it is in another encoding.
    """
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as fault:
        line = None if wide else raw[: fault.start].count(b"\n") + 1
        what = "a character that is not UTF-8"
        raise InvalidConfigurationError([Fault(path, line, None, "", what, allowed="saved as CSV UTF-8")]) from None


def parse(path: Path, text: str, facility: Facility, used: frozenset[str]) -> list[Room]:
    """Read a list.

    Args:
        path: for faults alone.
        text: what the file says; `,`, `;` or a tab divides cells.
        facility: whose rooms and boxes are taken already.
        used: names that were ever given a certificate.

    Raises:
        InvalidConfigurationError: with every fault found.
    """
    text = re.sub(r"\Asep=.\r?\n", "\n", text)  # a hint of Excel's to itself
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise InvalidConfigurationError([Fault(path, reader.line_num, None, "", f"no CSV: {error}")]) from None
    rows = [(line, row) for line, row in rows if any(row)]
    if len(rows) < 2:
        raise InvalidConfigurationError([Fault(path, 1, 1, "", "no rooms", allowed=f"a line of {', '.join(COLUMNS)}")])
    (head_line, head), body = rows[0], rows[1:]
    head = [name.lower() for name in head]
    faults = list(_head(path, head_line, head))
    if faults:
        raise InvalidConfigurationError(faults)
    seen = {"room": {box.room for box in facility.rooms}, "device": {*used, facility.consumer, "broker"}}
    seen["ip"] = {box.ip.partition("/")[0] for box in facility.rooms if box.ip}
    rooms = []
    for line, row in body:
        if len(row) > len(head):
            faults.append(Fault(path, line, len(head) + 1, "", "more cells than columns", allowed=str(len(head))))
        cells = dict(zip(head, row, strict=False))
        faults += [
            Fault(path, line, head.index(name) + 1 if name in head else None, name, what, found, allowed)
            for name, what, found, allowed in _wrong(cells, seen)
        ]
        rooms.append(Room(**{**cells, "subjects": tuple(cells.get("subjects", "").split())}))  # type: ignore[arg-type]
    if faults:
        raise InvalidConfigurationError(faults)
    return rooms


def _head(path: Path, line: int, head: list[str]) -> Iterator[Fault]:
    for column, name in enumerate(head, 1):
        if name not in COLUMNS:
            yield Fault(path, line, column, "", "unknown column", f'"{name}"', f"one of {', '.join(COLUMNS)}")
        elif name in head[: column - 1]:
            yield Fault(path, line, column, name, "the same column twice")
    if "room" not in head:
        yield Fault(path, line, 1, "room", "missing column")


def _wrong(cells: dict[str, str], seen: dict[str, set[str]]) -> Iterator[tuple[str, str, str, str]]:
    """Column, what is wrong, what was found, what is allowed."""
    if not cells.get("room"):
        yield "room", "missing", "", AN_ID
    words = [(name, cells.get(name, "")) for name in ("room", "device")]
    words += [("subjects", word) for word in cells.get("subjects", "").split()]
    for name, word in words:
        if word and IDENTIFIER.fullmatch(word) is None:
            yield name, "not an id", f'"{word}"', AN_ID
    for name, allowed in CHOICES.items():
        if cells.get(name) and cells[name] not in allowed:
            yield name, "not allowed", f'"{cells[name]}"', f"one of {', '.join(allowed)}"
    ip = cells.get("ip", "")
    if ip and not is_of_a_box(ip):
        yield "ip", "no address of a box", f'"{ip}"', "as 10.0.4.50/24; empty where the network gives one"
    yield from _taken(cells | {"ip": ip.partition("/")[0]}, seen)


def _taken(cells: Mapping[str, str], seen: dict[str, set[str]]) -> Iterator[tuple[str, str, str, str]]:
    for name, known in seen.items():
        value = cells.get(name)
        if value and value in known:
            yield name, "taken already", f'"{value}"', "each once, and no name that was ever given out"
        elif value:
            known.add(value)
