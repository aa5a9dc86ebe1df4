"""A box is revoked, replaced or renewed; what the installer wrote into its configuration stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from firmware_config.cli import main
from firmware_config.facility import authority, boxes, model, register
from firmware_config.facility.layout import Layout
from firmware_config.load import load


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "villa-rosa"
    assert main(["init", str(folder), "--broker-host", "broker.lan"]) == 0
    assert main(["add", str(folder), "room-1", "--device", "box-a", "--subjects", "resident"]) == 0
    return folder


def revoked(root: Path, device: str) -> bool:
    listed = {serial for serial, _ in register.revoked(Layout(root))}
    return set(register.serials(Layout(root))[device]) <= listed


def test_a_swapped_box_is_revoked_and_the_new_one_has_its_configuration(root: Path) -> None:
    assert main(["swap", str(root), "room-1"]) == 0
    (box,) = model.load(root).rooms
    assert box.room == "room-1"
    assert box.device != "box-a"
    new = load(Layout(root).device(box.device) / "config.yaml")
    assert (new.device, new.generation, new.cameras[0].subject) == (box.device, 2, "resident")
    assert revoked(root, "box-a")
    assert not revoked(root, box.device)
    assert not Layout(root).device("box-a").exists()


def test_the_id_of_a_swapped_box_is_not_used_again(root: Path) -> None:
    assert main(["swap", str(root), "room-1"]) == 0
    assert main(["add", str(root), "room-2", "--device", "box-a"]) == 78


def test_a_room_without_a_box_cannot_be_swapped(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["swap", str(root), "room-9"]) == 3
    assert "no box is in room" in capsys.readouterr().err


def test_a_renewed_box_has_another_key_and_the_old_one_still_holds(root: Path) -> None:
    before = boxes.newest(Layout(root), model.load(root), "box-a")
    assert main(["rotate", str(root), "box-a"]) == 0
    after = boxes.newest(Layout(root), model.load(root), "box-a")
    assert after.public_key() != before.public_key()
    assert load(Layout(root).device("box-a") / "config.yaml").generation == 2
    assert not register.revoked(Layout(root))


def test_revoking_takes_every_certificate_a_box_was_given(root: Path) -> None:
    assert main(["rotate", str(root), "box-a"]) == 0
    assert main(["revoke", str(root), "box-a"]) == 0
    assert len(register.revoked(Layout(root))) == 2
    assert main(["revoke", str(root), "box-a"]) == 0
    assert len(register.revoked(Layout(root))) == 2


def test_once_a_box_has_its_new_certificate_the_old_ones_can_be_revoked_alone(root: Path) -> None:
    (first,) = register.serials(Layout(root))["box-a"]
    assert main(["revoke", str(root), "box-a", "--old"]) == 0
    assert not register.revoked(Layout(root))
    assert main(["rotate", str(root), "box-a"]) == 0
    assert main(["revoke", str(root), "box-a", "--old"]) == 0
    assert [serial for serial, _ in register.revoked(Layout(root))] == [first]
    assert main(["revoke", str(root), "recommender", "--old"]) == 0
    assert len(register.revoked(Layout(root))) == 1


def test_the_recommender_is_renewed_too(root: Path) -> None:
    before = (Layout(root).recommender / "client.crt").read_bytes()
    assert main(["rotate", str(root), "recommender"]) == 0
    assert (Layout(root).recommender / "client.crt").read_bytes() != before


def test_nothing_is_due_at_first_and_each_box_is_long_before_its_end(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["rotate", str(root), "--due"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["rotate", str(root), "recommender", "--due"]) == 0
    assert "recommender: ends on" in capsys.readouterr().out
    one = boxes.newest(Layout(root), model.load(root), "box-a")
    assert authority.due(one, one.not_valid_after_utc - timedelta(days=179))
    assert not authority.due(one, datetime.now(UTC) + timedelta(days=400))
