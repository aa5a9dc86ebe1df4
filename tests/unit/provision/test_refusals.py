"""A bundle that is not good changes nothing, and the card says why in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from firmware_config.bundle.verify import Sealed
from firmware_config.load import load
from firmware_config.provision.cli import main
from firmware_config.provision.outcome import Result
from tests.fakes.bundles import facility
from tests.fakes.frail_disk import FrailDisk
from tests.unit.provision.test_power_cuts import CARD, ETC, ONE, STATE, TWO, box, insert, run, used

OTHERS = facility("villa-blu")


def tampered(disk: FrailDisk) -> None:
    insert(disk, TWO)
    path = CARD / "carepose/files/config.yaml"
    text = disk.content(path) or b""
    disk.remove(path)
    disk.write(path, text.replace(b"room-12", b"room-13"))


def replayed(disk: FrailDisk) -> None:
    insert(disk, replace(ONE, sealed=facility().bundle(generation=1).sealed))


def truncated(disk: FrailDisk) -> None:
    insert(disk, TWO)
    disk.remove(CARD / "carepose/files/client.key")


def wrong_device(disk: FrailDisk) -> None:
    insert(disk, facility().bundle("room-13", generation=2))


def wrong_facility(disk: FrailDisk) -> None:
    insert(disk, OTHERS.bundle(generation=2))


def oversized(disk: FrailDisk) -> None:
    insert(disk, replace(TWO, sealed=Sealed(TWO.sealed.manifest + b" " * 20_000, TWO.sealed.signature, {})))


def crowded(disk: FrailDisk) -> None:
    insert(disk, TWO)
    for number in range(200):
        disk.write(CARD / f"carepose/files/{number}", b"")


def empty(disk: FrailDisk) -> None:
    disk.make_folder(CARD / "carepose")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (tampered, "tampered"),
        (truncated, "incomplete"),
        (wrong_device, "wrong-device"),
        (wrong_facility, "tampered"),
        (oversized, "oversize"),
        (crowded, "oversize"),
        (empty, "incomplete"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_last_good_one_is_kept(spoil: Callable[[FrailDisk], None], reason: str) -> None:
    disk = box(ONE)
    for name in disk.names(CARD / "carepose/files"):
        disk.remove(CARD / "carepose/files" / name)
    _remove_bundle(disk)
    spoil(disk)
    outcome = run(disk)
    assert (outcome.result, outcome.reason, outcome.generation) == (Result.REFUSED, reason, 1)
    assert used(disk) == 1
    told = json.loads(disk.content(CARD / "carepose-status.json") or b"")
    assert (told["result"], told["reason"], told["generation"]) == ("refused", reason, 1)
    text = (disk.content(CARD / "carepose-status.txt") or b"").decode()
    assert "In use: villa-rosa/room-12, generation 1." in text
    assert "swordfish" not in text
    assert "PRIVATE" not in text


def test_an_old_generation_is_not_taken_again() -> None:
    disk = box(ONE, TWO)
    insert(disk, ONE)
    outcome = run(disk)
    assert (outcome.result, outcome.reason, used(disk)) == (Result.REFUSED, "replayed", 2)


def test_nothing_on_the_card_changes_nothing() -> None:
    disk = box(ONE)
    _remove_bundle(disk)
    assert run(disk).sentence == "There is no new bundle on the card."
    assert used(disk) == 1


def test_a_new_box_without_a_bundle_says_that_it_does_not_watch() -> None:
    outcome = run(box())
    assert outcome.generation is None
    assert "it does not watch" in outcome.as_text()


def test_what_is_damaged_gives_way_to_the_last_good_one_and_never_to_a_replay() -> None:
    disk = box(ONE, TWO)
    _damage(disk, 2)
    _remove_bundle(disk)
    outcome = run(disk)
    assert (outcome.generation, outcome.restored, used(disk)) == (1, True, 1)
    assert "the last good one was put in its place" in outcome.as_text()
    insert(disk, facility().bundle("room-12", 1))
    assert run(disk).generation == 1
    three = facility().bundle(generation=3)
    insert(disk, three)
    assert run(disk).generation == 3


def test_a_damaged_generation_is_repaired_from_its_card() -> None:
    disk = box(TWO)
    _damage(disk, 2)
    insert(disk, TWO)
    assert run(disk).generation == 2
    assert used(disk) == 2


@pytest.mark.parametrize("left", [None, b"", b"-----BEGIN PUBLIC KEY-----"], ids=["gone", "empty", "damaged"])
def test_a_box_whose_pinned_key_is_lost_still_belongs_to_its_facility(left: bytes | None) -> None:
    disk = box(ONE)
    disk.remove(ETC / "facility.pub")
    if left is not None:
        disk.write(ETC / "facility.pub", left)
    insert(disk, OTHERS.bundle(generation=2))
    assert (run(disk).reason, used(disk)) == ("tampered", 1)
    insert(disk, TWO)
    assert (run(disk).result, used(disk)) == (Result.INSTALLED, 2)
    assert disk.content(ETC / "facility.pub") == facility().public


def test_what_macos_leaves_on_a_card_does_no_harm() -> None:
    disk = box(inserted=ONE)
    for name in (".DS_Store", "._config.yaml"):
        disk.write(CARD / "carepose/files" / name, b"x")
    assert run(disk).result is Result.INSTALLED
    assert used(disk) == 1


def test_what_lay_there_by_hand_is_kept_beside() -> None:
    disk = box(inserted=ONE)
    disk.write(ETC / "agent.yaml", b"by hand")
    disk.make_folder(ETC / "credentials")
    disk.write(ETC / "credentials/mine", b"mine", 0o600)
    assert run(disk).result is Result.INSTALLED
    assert used(disk) == 1
    assert disk.content(ETC / "agent.yaml.before-provision") == b"by hand"
    assert disk.content(ETC / "credentials.before-provision/mine") == b"mine"


def test_the_program_on_a_real_disk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card, etc, state = (tmp_path / name for name in ("card", "etc", "state"))
    folder = card / "carepose" / "files"
    folder.mkdir(parents=True)
    for name, data in ONE.sealed.files.items():
        (folder / name).write_bytes(data)
    (folder.parent / "manifest.json").write_bytes(ONE.sealed.manifest)
    (folder.parent / "manifest.sig").write_bytes(ONE.sealed.signature)
    words = ["--card", str(card), "--etc", str(etc), "--state", str(state)]
    for said in ("was taken and is in use", "The bundle on the card is in use"):
        assert main(words) == 0
        assert said in capsys.readouterr().out
        assert said in (card / "carepose-status.txt").read_text()
    assert (etc / "agent.yaml").read_bytes() == ONE.sealed.files["config.yaml"]
    assert load(etc / "agent.yaml").generation == 1, "as the agent reads it"
    assert oct((etc / "credentials/client.key").stat().st_mode)[-3:] == "600"
    assert oct((etc / "credentials").stat().st_mode)[-3:] == "700"
    assert oct((etc / "agent.yaml").stat().st_mode)[-3:] == "644"
    assert sorted(path.name for path in folder.iterdir()) == ["ca.crt", "client.crt", "config.yaml", "facility.pub"]
    (folder.parent / "manifest.sig").write_bytes(b"x" * 64)
    (folder.parent / "manifest.json").write_bytes(TWO.sealed.manifest)
    assert main(words) == 3
    assert (etc / "agent.yaml").read_bytes() == ONE.sealed.files["config.yaml"]


def _remove_bundle(disk: FrailDisk) -> None:
    for name in disk.names(CARD / "carepose/files"):
        disk.remove(CARD / "carepose/files" / name)
    for name in disk.names(CARD / "carepose"):
        path = CARD / "carepose" / name
        disk.remove_folder(path) if disk.is_folder(path) else disk.remove(path)
    disk.remove_folder(CARD / "carepose")


def _damage(disk: FrailDisk, generation: int) -> None:
    path = STATE / "generations" / str(generation) / "agent.yaml"
    text = disk.content(path) or b""
    disk.overwrite(path, text[:-3])
