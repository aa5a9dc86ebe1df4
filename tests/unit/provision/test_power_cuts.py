"""The power goes at every step of provisioning: the box has the old configuration or the new one, whole."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_config.bundle import card
from firmware_config.bundle.verify import Bundle
from firmware_config.provision.outcome import Outcome, Result
from firmware_config.provision.run import provision, write_status
from firmware_config.provision.store import Store
from tests.fakes.bundles import facility
from tests.fakes.frail_disk import FrailDisk, PowerCut

ETC, STATE, CARD = Path("/etc/carepose"), Path("/var/lib/carepose-provision"), Path("/boot/firmware")
SECRETS = (b"PRIVATE KEY", b"swordfish")
ONE, TWO = (facility().bundle(generation=generation) for generation in (1, 2))


def fresh() -> FrailDisk:
    disk = FrailDisk(SECRETS, (ETC, STATE))
    for folder in (ETC, STATE, CARD):
        disk.make_folders(folder)
    return disk


def insert(disk: FrailDisk, bundle: Bundle) -> None:
    card.put(disk, CARD, bundle.sealed)


def run(disk: FrailDisk) -> Outcome:
    outcome = provision(Store(disk, ETC, STATE), [CARD])
    write_status(disk, CARD, outcome, "2026-03-01T10:00:00+00:00")
    return outcome


def box(*installed: Bundle, inserted: Bundle | None = None) -> FrailDisk:
    disk = fresh()
    for bundle in installed:
        insert(disk, bundle)
        assert run(disk).result is Result.INSTALLED
    if inserted:
        insert(disk, inserted)
    disk.restart(lambda _: 0)
    disk.steps = 0
    return disk


def used(disk: FrailDisk) -> int | None:
    """The generation that the agent would start with; a mixture or a part of one fails."""
    found = {name: disk.content(ETC / name) for name in ("agent.yaml", *(f"credentials/{each}" for each in NAMES))}
    if set(found.values()) == {None}:
        return None
    for bundle in (ONE, TWO):
        files = bundle.sealed.files
        if found == {"agent.yaml": files["config.yaml"], **{f"credentials/{each}": files[each] for each in NAMES}}:
            assert disk.mode(ETC / "agent.yaml") == 0o644
            assert disk.mode(ETC / "credentials") == 0o700
            assert {disk.mode(ETC / "credentials" / each) for each in NAMES} == {0o600}
            return bundle.manifest.generation
    raise AssertionError(f"a mixture: {[name for name, data in found.items() if data is None]} missing")


NAMES = ("ca.crt", "client.crt", "client.key", "camera.password")
STEPS = {}
for _name, _before in (("new box", ()), ("provisioned box", (ONE,))):
    _disk = box(*_before, inserted=TWO)
    run(_disk)
    STEPS[_name] = _disk.steps


def test_there_are_steps_to_cut() -> None:
    assert min(STEPS.values()) > 40


@given(st.data())
def test_a_cut_leaves_the_old_or_the_new_and_the_next_start_the_new(data: st.DataObject) -> None:
    before: tuple[Bundle, ...] = data.draw(st.sampled_from([(), (ONE,)]))
    disk = box(*before, inserted=TWO)
    disk.cut_at = data.draw(st.integers(0, STEPS["provisioned box" if before else "new box"] - 1))
    with pytest.raises(PowerCut):
        run(disk)
    disk.restart(lambda most: data.draw(st.integers(0, most)))
    _comes_back(disk, had_one=bool(before))


@pytest.mark.parametrize("before", [(), (ONE,)], ids=["new box", "provisioned box"])
@pytest.mark.parametrize("seed", range(3))
def test_every_step(before: tuple[Bundle, ...], seed: int) -> None:
    """All lost that can be, nothing lost, and something between; then cut again while it comes back."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    lose = [lambda most: most, lambda _: 0, lambda most: chance.randint(0, most)][seed]
    for step in range(STEPS["provisioned box" if before else "new box"]):
        disk = box(*before, inserted=TWO)
        disk.cut_at = step
        with pytest.raises(PowerCut):
            run(disk)
        disk.restart(lose)
        disk.cut_at = disk.steps + chance.randint(0, 30)
        try:
            run(disk)
        except PowerCut:
            disk.restart(lose)
        _comes_back(disk, had_one=bool(before))


def _comes_back(disk: FrailDisk, *, had_one: bool) -> None:
    if had_one:
        assert used(disk) in {1, 2}, "even before the next run"
    disk.cut_at = None
    outcome = run(disk)
    assert used(disk) == outcome.generation == 2
    assert outcome.result in {Result.INSTALLED, Result.UNCHANGED}
    on_card = [disk.content(CARD / "carepose/files" / name) for name in disk.names(CARD / "carepose/files")]
    assert not any(secret in (each or b"") for each in on_card for secret in SECRETS)
    assert not any(name.endswith(".new") for name in disk.names(STATE / "generations"))


def test_a_full_disk_keeps_the_old_one() -> None:
    for step in range(STEPS["provisioned box"]):
        disk = box(ONE, inserted=TWO)
        disk.full_at = step
        outcome = provision(Store(disk, ETC, STATE), [CARD])
        assert outcome.generation == used(disk)
        disk.full_at = None
        assert run(disk).generation == used(disk) == 2


def test_a_card_is_written_whole_or_not_at_all() -> None:
    counted = box(inserted=ONE)
    insert(counted, TWO)
    for step in range(counted.steps):
        for lose in (lambda most: most, lambda _: 0):
            disk = box(inserted=ONE)
            disk.cut_at = step
            with pytest.raises(PowerCut):
                insert(disk, TWO)
            disk.restart(lose)
            if card.holds_bundle(disk, CARD):
                assert card.read(disk, CARD / "carepose") in (ONE.sealed, TWO.sealed)
            insert(disk, TWO)
            assert card.read(disk, CARD / "carepose") == TWO.sealed


def test_a_full_card_keeps_the_old_bundle() -> None:
    disk = box(inserted=ONE)
    disk.full_at = 20
    with pytest.raises(OSError, match="No space"):
        insert(disk, TWO)
    assert disk.names(CARD) == ["carepose"]
    assert card.read(disk, CARD / "carepose") == ONE.sealed
