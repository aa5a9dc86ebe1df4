"""A configuration over the network is taken only as the facility signed it, for this box, newer and fresh."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from firmware_config.bundle.pushed import FRESH, Held, Push, is_fresh, pushed, signed
from firmware_config.bundle.refused import Fault, RefusedError
from firmware_config.bundle.verify import Expected
from firmware_config.tree import MOST_BYTES
from tests.fakes.bundles import facility

OURS, THEIRS = facility(), facility("villa-verde")
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
FILES = OURS.files()
NAMES = frozenset({"ca.crt", "client.crt", "client.key", "camera.password"})
HELD = Held(NAMES, FILES["ca.crt"], FILES["client.key"])
BOX = Expected(OURS.public, "villa-rosa", "room-12", 6)


def push(device: str = "room-12", generation: int = 7, text: str | None = None) -> Push:
    raw = OURS.files(device, generation)["config.yaml"] if text is None else text.encode()
    return signed("villa-rosa", device, generation, NOW, raw, OURS.signing)


def refused(given: Push, expected: Expected = BOX, held: Held = HELD) -> Fault:
    with pytest.raises(RefusedError) as refusal:
        pushed(given, expected, held)
    assert "\n" not in str(refusal.value)
    return refusal.value.fault


def test_what_the_facility_signed_is_taken() -> None:
    manifest, configuration = pushed(push(), BOX, HELD)
    assert (manifest.generation, configuration.generation, configuration.device) == (7, 7, "room-12")


def test_what_was_changed_on_its_way_is_not() -> None:
    good = push()
    assert refused(replace(good, configuration=good.configuration + b"# \n")) is Fault.TAMPERED
    assert refused(replace(good, configuration=b"x" + good.configuration[1:])) is Fault.TAMPERED
    assert refused(replace(good, configuration=good.configuration[:-9])) is Fault.INCOMPLETE
    assert (
        refused(replace(good, manifest=good.manifest.replace(b'"generation": 7', b'"generation": 8'))) is Fault.TAMPERED
    )
    assert refused(replace(good, signature=good.signature[:-1])) is Fault.INCOMPLETE
    assert refused(replace(good, signature=bytes(64))) is Fault.TAMPERED
    assert refused(replace(good, configuration=b" " * (MOST_BYTES + 1))) is Fault.OVERSIZE


def renewed(certificate: bytes, device: str = "room-12") -> Push:
    raw = OURS.files(device, 7)["config.yaml"]
    return signed("villa-rosa", device, 7, NOW, raw, OURS.signing, certificate)


def test_a_certificate_comes_along_for_the_key_that_the_box_has() -> None:
    own = FILES["client.crt"]
    assert pushed(renewed(own), BOX, HELD)[0].generation == 7
    assert refused(replace(renewed(own), certificate=own.replace(b"M", b"N", 1))) is Fault.TAMPERED
    assert refused(replace(renewed(own), certificate=None)) is Fault.UNKNOWN_FILE
    assert refused(replace(push(), certificate=own)) is Fault.UNKNOWN_FILE
    assert refused(renewed(OURS.files("room-12", 2)["client.crt"])) is Fault.UNUSABLE  # of another key
    assert refused(renewed(THEIRS.files()["client.crt"])) is Fault.UNUSABLE
    assert refused(renewed(b"nonsense")) is Fault.UNUSABLE
    assert refused(renewed(own), held=Held(NAMES)) is Fault.UNUSABLE


def test_another_facility_or_box_or_time_is_not() -> None:
    assert refused(push(), replace(BOX, key=THEIRS.public)) is Fault.TAMPERED
    assert refused(push("room-13")) is Fault.WRONG_DEVICE
    assert refused(push(generation=6)) is Fault.REPLAYED
    assert refused(push(), replace(BOX, key=None)) is Fault.WRONG_FACILITY


def test_a_bundle_of_a_card_is_no_push() -> None:
    sealed = OURS.bundle(generation=7).sealed
    assert refused(Push(sealed.manifest, sealed.signature, sealed.files["config.yaml"])) is Fault.UNKNOWN_FILE


def test_one_that_no_box_could_run_with_is_not() -> None:
    text = OURS.files("room-12", 7)["config.yaml"].decode()
    assert refused(push(text=text.replace("pi5", "pi9"))) is Fault.UNUSABLE
    assert refused(push(text="{")) is Fault.UNUSABLE
    assert refused(push(text=text.replace("generation: 7", "generation: 8"))) is Fault.UNUSABLE
    assert refused(push(), held=Held(NAMES - {"client.key"})) is Fault.UNUSABLE


@pytest.mark.parametrize("off", [timedelta(0), FRESH, -FRESH])
def test_one_that_is_fresh_may_be_used(off: timedelta) -> None:
    manifest, _ = pushed(push(), BOX, HELD)
    is_fresh(manifest, NOW + off)


@pytest.mark.parametrize("off", [FRESH + timedelta(seconds=1), -FRESH - timedelta(seconds=1)])
def test_one_that_is_old_or_from_the_future_may_not(off: timedelta) -> None:
    manifest, _ = pushed(push(), BOX, HELD)
    with pytest.raises(RefusedError, match="clock"):
        is_fresh(manifest, NOW + off)
