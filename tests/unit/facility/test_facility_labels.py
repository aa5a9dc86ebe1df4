"""The sheet of labels: one for each box, read by a QR reader as its address."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import segno

from firmware_config.cli import main
from firmware_config.facility.labels import address, sheet
from firmware_config.facility.model import Box, BrokerPlace, Facility

BOXES = (Box(room="room-1", device="box-a"), Box(room="room-2", device="box-b", ip="10.0.4.51/24"))
FACILITY = Facility(facility="villa-rosa", name="Villa <Rosa>", broker=BrokerPlace(host="b"), rooms=BOXES)


def test_a_label_for_each_box_without_anything_from_elsewhere() -> None:
    page = sheet(FACILITY, BOXES, 8443)
    assert page.count("<svg") == 2
    assert "Villa &lt;Rosa&gt;" in page
    assert "src=" not in page
    assert "href=" not in page


def test_a_reader_reads_the_address() -> None:
    where = address(BOXES[1], 8443)
    assert where == "https://10.0.4.51:8443/"
    rows = np.array([[0 if dark else 255 for dark in row] for row in segno.make_qr(where, error="m").matrix], np.uint8)
    picture = cv2.resize(np.pad(rows, 4, constant_values=255), None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == where


def test_the_command_writes_the_sheet(tmp_path: Path) -> None:
    root = tmp_path / "a"
    assert main(["init", str(root), "--broker-host", "broker.lan"]) == 0
    assert main(["labels", str(root)]) == 3
    assert main(["add", str(root), "room-1", "--device", "box-a"]) == 0
    assert main(["labels", str(root), "room-9"]) == 3
    assert main(["labels", str(root)]) == 0
    assert "box-a" in (root / "labels.html").read_text()
