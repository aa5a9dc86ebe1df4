"""Rooms become boxes: each with a key of its own and a configuration that is valid; all of them or none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware_config.cli import main
from firmware_config.facility import boxes, keys, model, rooms
from firmware_config.facility.alone import alone
from firmware_config.facility.layout import Layout
from firmware_config.load import load

CSV = """\
room,device,profile,camera,address,language,subjects,link,ip
room-1,,pi5,,,it,resident,wired,10.0.4.51/24
room-2,1e3,usb-pc,v4l2,/dev/video2,,bed-a bed-b,wifi,
room-3,box-3,,rtsp,rtsp://10.0.4.9/live,,,,
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "villa-rosa"
    assert main(["init", str(folder), "--broker-host", "broker.lan"]) == 0
    return folder


def add(root: Path, text: str, encoding: str = "utf-8") -> int:
    path = root.parent / "rooms.csv"
    path.write_bytes(text.encode(encoding))
    return main(["add", str(root), "--csv", str(path)])


def test_each_row_is_a_box_whose_configuration_is_valid(root: Path) -> None:
    assert add(root, CSV) == 0
    listed = model.load(root).rooms
    assert [box.room for box in listed] == ["room-1", "room-2", "room-3"]
    first, second, third = (load(Layout(root).device(box.device) / "config.yaml") for box in listed)
    assert (first.device, first.language, first.cameras[0].subject) == (listed[0].device, "it", "resident")
    assert second.device == "1e3"
    assert second.cameras[0].shared_room
    assert third.cameras[0].source.rtsp is not None


def test_every_fault_is_said_at_once_and_nothing_is_made(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = "room;device;camera;ip\nRoom 1;;;\nroom-2;recommender;webcam;\nroom-2;;;10.0.0.300/24\n;;;\n;box-9;;\n"
    assert add(root, bad) == 78
    said = capsys.readouterr().err
    for place in (":2:1: room: not an id", ":3:2: device: taken", ":3:3: camera: not all", ":4:1: room: taken"):
        assert place in said
    assert ":4:4: ip: no address" in said
    assert ":6:1: room: missing" in said
    assert not (root / "devices").exists()
    assert model.load(root).rooms == ()


def test_rows_whose_cameras_cannot_be_used_are_all_named_and_nothing_is_made(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = "room,camera,address\nroom-1,,\nroom-2,rtsp,http://x\nroom-3,picamera2,left\nroom-4,v4l2,video0\n"
    assert add(root, bad) == 78
    said = capsys.readouterr().err
    assert [f"room {room}:" in said for room in ("room-1", "room-2", "room-3", "room-4")] == [False, True, True, True]
    assert not (root / "devices").exists()
    assert not list(root.glob(".adding-*"))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Room;Link\r\nroom-1;wifi\r\n", "utf-8-sig"),
        ("room\tlink\r\nroom-1\twifi\r\n", "utf-16"),
        ("sep=;\r\nroom;link\r\nroom-1;wifi\r\n", "cp1252"),
        ('"room","link"\n"room-1","wifi"', "ascii"),
    ],
    ids=["excel", "excel-unicode-text", "excel-hint", "quoted"],
)
def test_lists_are_taken_as_spreadsheets_save_them(root: Path, text: str, encoding: str) -> None:
    assert add(root, text, encoding) == 0
    (box,) = model.load(root).rooms
    assert (box.room, box.link) == ("room-1", "wifi")


def test_a_list_in_another_encoding_is_said_with_its_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert add(root, "room\nroom-1\ncaffè\n", "cp1252") == 78
    assert "rooms.csv:3: a character that is not UTF-8; allowed: saved as CSV UTF-8" in capsys.readouterr().err
    assert add(root, "room\ncaffè\nroom 2\n") == 78
    said = capsys.readouterr().err
    assert ':2:1: room: not an id, found "caffè"' in said
    assert ':3:1: room: not an id, found "room 2"' in said


@pytest.mark.parametrize("ip", ["10.0.4.0/24", "10.0.4.255/24", "10.0.4.5", "10.0.4.5/32", "fe80::1/64"])
def test_an_address_that_no_box_can_have_is_refused(root: Path, ip: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", str(root), "room-1", "--ip", ip]) == 78
    assert f'ip: no address of a box, found "{ip}"; as 10.0.4.50/24' in capsys.readouterr().err


def test_one_room_and_the_same_again(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", str(root), "room-7", "--profile", "pi4"]) == 0
    assert main(["add", str(root), "room-7"]) == 78
    assert capsys.readouterr().err.startswith('edge-config: room: taken already, found "room-7"')


def test_what_breaks_off_is_undone_and_can_be_added_again(root: Path) -> None:
    """A file lies where the folder of boxes should be: the keys are made, and cannot be moved in."""
    (root / "devices").write_text("in the way")
    before = {path.name: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert add(root, CSV) == 3
    after = {path.name: path.read_bytes() for path in root.rglob("*") if path.is_file() and path.name != ".lock"}
    assert after == before
    (root / "devices").unlink()
    assert add(root, CSV) == 0


class PulledError(Exception):
    """Somebody pulled the plug."""


def test_what_was_cut_off_leaves_no_key_and_can_be_added_again(root: Path) -> None:
    def tell(count: int) -> None:
        if count == 2:
            raise PulledError

    facility = model.load(root)
    found = rooms.parse(Path("rooms.csv"), CSV, facility, frozenset())
    own, now = keys.authority(Layout(root)), datetime.now(UTC)
    with pytest.raises(PulledError):
        boxes.add(root, found, own, now, tell)
    assert not list(root.rglob("box-3")) + list(root.rglob("1e3"))
    (root / boxes.STAGE / "box-9").mkdir(parents=True)  # of one that was killed
    boxes.add(root, found, own, now)
    assert not (root / boxes.STAGE).exists()
    assert len(model.load(root).rooms) == 3


def test_two_at_a_time_are_refused_and_nothing_is_lost(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with alone(root):
        assert main(["add", str(root), "room-1"]) == 3
        assert "another edge-config is at work" in capsys.readouterr().err
    assert main(["add", str(root), "room-1"]) == 0


def test_hands_that_edit_the_list_are_told_what_is_there_twice(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert add(root, "room,device,ip\nroom-1,box-a,10.0.4.5/24\nroom-2,box-b,10.0.4.6/24\n") == 0
    path = Layout(root).facility
    path.write_text(path.read_text().replace("box-b", "box-a").replace("10.0.4.6/24", "10.0.4.5/25"))
    assert main(["labels", str(root)]) == 78
    said = capsys.readouterr().err
    assert "rooms.1.device: the same device twice" in said
    assert "rooms.1.ip: the same address twice" in said


def test_a_hundred_boxes_share_no_key_and_no_id(root: Path) -> None:
    assert add(root, "room\n" + "".join(f"room-{n}\n" for n in range(100))) == 0
    listed = model.load(root).rooms
    assert len({box.device for box in listed}) == 100
    certificates = [boxes.newest(Layout(root), model.load(root), box.device) for box in listed]
    public = {one.public_key().public_numbers() for one in certificates}  # type: ignore[union-attr]
    assert len(public) == 100
    assert len({one.not_valid_after_utc.date() for one in certificates}) > 30
    own = keys.authority(Layout(root)).certificate
    for one in certificates:
        one.verify_directly_issued_by(own)
