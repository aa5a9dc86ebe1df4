"""Lists of rooms: whatever is in them, faults are said, and what is taken makes boxes whose configuration is valid."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from firmware_config.errors import InstallerError
from firmware_config.facility import boxes
from firmware_config.facility.model import BrokerPlace, Facility
from firmware_config.facility.rooms import COLUMNS, Room, parse, text_of
from firmware_config.load import Fault, InvalidConfigurationError

FACILITY = Facility(facility="villa-rosa", broker=BrokerPlace(host="broker.lan"))
LIST = Path("rooms.csv")
IDS = st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)
CELLS = {
    "room": IDS,
    "device": st.one_of(st.just(""), IDS),
    "profile": st.sampled_from(["", "pi4", "jetson", "pi9"]),
    "camera": st.sampled_from(["", "rtsp", "v4l2", "picamera2"]),
    "address": st.sampled_from(
        ["", "1", "left", "/dev/video1", "rtsp://10.0.4.9/live", "rtsp://me:swordfish@10.0.4.9/"]
    ),
    "language": st.sampled_from(["", "it"]),
    "subjects": st.sampled_from(["", "resident", "bed-a bed-b", "Anna Rossi"]),
    "link": st.sampled_from(["", "wifi"]),
    "ip": st.sampled_from(["", "10.0.4.5/24", "10.0.4.0/24", "here"]),
}
ROWS = st.lists(st.tuples(*(CELLS[name] for name in COLUMNS)), min_size=1, max_size=6)


def taken_or_faults(raw: bytes) -> tuple[list[Room], tuple[Fault, ...]]:
    try:
        return parse(LIST, text_of(LIST, raw), FACILITY, frozenset()), ()
    except InvalidConfigurationError as invalid:
        return [], invalid.faults


def refusal(room: Room) -> str:
    """Why no box can be made of it; empty: it can."""
    try:
        boxes.configuration(FACILITY, room.device or "box-a", room)
    except InstallerError as fault:
        return str(fault)
    return ""


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_whatever_a_file_holds_it_is_a_list_or_a_fault(raw: bytes) -> None:
    taken, faults = taken_or_faults(raw)
    assert bool(taken) != bool(faults)


@given(ROWS, st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n"]))
def test_what_is_taken_is_a_room_each_and_every_fault_names_its_line(
    rows: list[tuple[str, ...]], divider: str, end: str
) -> None:
    taken, faults = taken_or_faults(end.join(divider.join(row) for row in [COLUMNS, *rows]).encode())
    assert all(fault.line is not None and 2 <= fault.line <= len(rows) + 1 for fault in faults)
    if faults:
        return
    assert [room.room for room in taken] == [row[0] for row in rows]
    assert len({room.room for room in taken}) == len(rows)
    for room in taken:
        told = refusal(room)
        assert told == "" or f"room {room.room}:" in told
        assert "swordfish" not in told, "a login in an address is not repeated"
