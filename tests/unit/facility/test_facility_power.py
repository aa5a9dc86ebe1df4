"""The laptop's power goes, or it is killed, at any step of a change: what is half done is mended by the next."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware_config.bundle.identity import identity_fault
from firmware_config.cli import main
from firmware_config.facility import boxes, keys, model, register
from firmware_config.facility.layout import Layout
from tests.fakes.plug import pulled_after

STEPS = range(15)
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("whole") / "villa-rosa"
    assert main(["init", str(root), "--broker-host", "broker.lan"]) == 0
    assert main(["add", str(root), "room-1", "--device", "box-a"]) == 0
    return root


@pytest.fixture
def root(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "villa-rosa"))


def revoked(root: Path, device: str) -> bool:
    listed = {serial for serial, _ in register.revoked(Layout(root))}
    return set(register.serials(Layout(root))[device]) <= listed


def fits(root: Path, device: str) -> bool:
    files = {path.name: path.read_bytes() for path in Layout(root).device(device).iterdir() if path.is_file()}
    return identity_fault(files, "villa-rosa", device) is None


@pytest.mark.parametrize("step", STEPS)
def test_rooms_come_in_all_or_none_and_the_same_list_can_be_added_again(root: Path, step: int) -> None:
    path = root.parent / "rooms.csv"
    path.write_text("room,device\nroom-2,box-b\nroom-3,box-c\n")
    with pulled_after(step):
        main(["add", str(root), "--csv", str(path)])
    if len(model.load(root).rooms) == 1:
        assert main(["add", str(root), "--csv", str(path)]) == 0
    assert [box.device for box in model.load(root).rooms] == ["box-a", "box-b", "box-c"]
    assert all(fits(root, device) for device in ("box-a", "box-b", "box-c"))
    assert all(len(register.serials(Layout(root))[device]) == 1 for device in ("box-b", "box-c"))
    assert main(["add", str(root), "room-4"]) == 0
    assert not (root / ".adding").exists()


@pytest.mark.parametrize("step", STEPS)
def test_a_swap_that_broke_off_leaves_the_old_box_or_revokes_it(root: Path, step: int) -> None:
    with pulled_after(step):
        boxes.swap(root, "room-1", keys.authority(Layout(root)), NOW)
    (box,) = model.load(root).rooms
    assert fits(root, box.device)
    if box.device == "box-a":
        boxes.swap(root, "room-1", keys.authority(Layout(root)), NOW)
        (box,) = model.load(root).rooms
    assert revoked(root, "box-a")
    assert not revoked(root, box.device)


@pytest.mark.parametrize("step", STEPS)
def test_a_renewal_that_broke_off_is_renewed_again_and_every_certificate_can_be_revoked(root: Path, step: int) -> None:
    with pulled_after(step):
        boxes.renew(root, "box-a", keys.authority(Layout(root)), NOW)
    known = set(register.serials(Layout(root))["box-a"])
    assert boxes.newest(Layout(root), model.load(root), "box-a").serial_number in known
    boxes.renew(root, "box-a", keys.authority(Layout(root)), NOW)
    assert fits(root, "box-a")


@pytest.mark.parametrize("step", range(3))
def test_a_revocation_that_broke_off_is_done_by_the_next(root: Path, step: int) -> None:
    with pulled_after(step):
        main(["revoke", str(root), "box-a"])
    assert main(["revoke", str(root), "box-a"]) == 0
    assert revoked(root, "box-a")
    assert (Layout(root).broker / "ca.crl").read_bytes() == Layout(root).crl.read_bytes()


def test_every_step_was_cut(root: Path) -> None:
    """The last number lets all of them pass."""
    with pulled_after(STEPS[-1]):
        boxes.swap(root, "room-1", keys.authority(Layout(root)), NOW)
    assert model.load(root).rooms[0].device != "box-a"
    (root.parent / "rooms.csv").write_text("room\nroom-2\nroom-3\n")
    with pulled_after(STEPS[-1]):
        main(["add", str(root), "--csv", str(root.parent / "rooms.csv")])
    assert len(model.load(root).rooms) == 3
