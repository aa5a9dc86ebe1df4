"""A bundle is taken whole or refused with its own plain sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_config.bundle import build, contents
from firmware_config.bundle.manifest import Manifest, entry
from firmware_config.bundle.refused import Fault, RefusedError
from firmware_config.bundle.verify import Bundle, Expected, Sealed, opened
from tests.fakes.bundles import CREATED, facility

OURS = facility()
GOOD = OURS.bundle(generation=7).sealed
BOX = Expected(OURS.public, "villa-rosa", "room-12", 6)


def refused(sealed: Sealed, expected: Expected = BOX) -> RefusedError:
    with pytest.raises(RefusedError) as refusal:
        opened(sealed, expected)
    sentence = str(refusal.value)
    assert "\n" not in sentence
    assert len(sentence) < 300
    assert sentence.endswith(".")
    return refusal.value


def signed(contained: Mapping[str, bytes], /, **fields: object) -> Sealed:
    """Signed by the facility whatever it says."""
    said = {
        "schema": 1,
        "facility": "villa-rosa",
        "device": "room-12",
        "generation": 7,
        "created_at": CREATED,
        "files": {name: entry(data).model_dump() for name, data in contained.items()},
    }
    raw = json.dumps(said | fields).encode()
    return Sealed(raw, OURS.signing.sign(raw), contained)


def test_a_good_one_is_taken() -> None:
    bundle = opened(GOOD, BOX)
    assert bundle.manifest.generation == bundle.configuration.generation == 7
    assert bundle.key == OURS.public


def test_a_box_that_belongs_to_nobody_trusts_the_first() -> None:
    assert opened(GOOD, Expected()).manifest.device == "room-12"


@given(st.sampled_from(["manifest", "signature", *sorted(GOOD.files)]), st.data())
def test_any_change_of_any_byte_is_refused(part: str, data: st.DataObject) -> None:
    whole = {"manifest": GOOD.manifest, "signature": GOOD.signature, **GOOD.files}[part]
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = whole[at] ^ data.draw(st.integers(1, 255))
    changed = whole[:at] + bytes([flipped]) + whole[at + 1 :]
    assert refused(_with(part, changed)).fault in {Fault.TAMPERED, Fault.WRONG_FACILITY}


@given(st.sampled_from(["manifest", "signature", *sorted(GOOD.files)]), st.data())
def test_whatever_broke_off_is_refused(part: str, data: st.DataObject) -> None:
    whole = {"manifest": GOOD.manifest, "signature": GOOD.signature, **GOOD.files}[part]
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    fault = refused(_with(part, cut)).fault
    assert fault is Fault.INCOMPLETE or (part == "manifest" and fault is Fault.TAMPERED)


@pytest.mark.parametrize("name", sorted(GOOD.files))
def test_a_missing_file_is_named(name: str) -> None:
    refusal = refused(replace(GOOD, files={own: data for own, data in GOOD.files.items() if own != name}))
    assert refusal.fault is Fault.INCOMPLETE
    assert name in str(refusal)


@given(st.one_of(st.text(max_size=60), st.sampled_from(["../../etc/passwd", "/etc/shadow", "..", "a/b.password"])))
def test_a_file_that_belongs_in_none_is_refused_signed_or_not(name: str) -> None:
    if contents.content(name) is not None:
        return
    files = {**GOOD.files, name: b"x"}
    assert refused(replace(GOOD, files=files)).fault is Fault.UNKNOWN_FILE
    assert refused(signed(files)).fault is Fault.UNKNOWN_FILE


def test_a_file_that_was_added_is_refused() -> None:
    assert "added after signing" in str(refused(replace(GOOD, files={**GOOD.files, "other.password": b"x"})))


@pytest.mark.parametrize(("name", "most"), [(name, contents.content(name)) for name in sorted(GOOD.files)])
def test_what_is_too_large_is_refused_even_signed(name: str, most: contents.Content) -> None:
    files = {**GOOD.files, name: b"x" * (most.most_bytes + 1)}
    for sealed in (replace(GOOD, files=files), *([signed(files)] if name != "config.yaml" else [])):
        expected = Expected(key=OURS.public)
        assert refused(sealed, expected).fault is Fault.OVERSIZE


def test_a_manifest_or_signature_too_large_is_refused() -> None:
    assert refused(replace(GOOD, manifest=GOOD.manifest + b" " * contents.MOST_MANIFEST_BYTES)).fault is Fault.OVERSIZE
    assert refused(replace(GOOD, signature=GOOD.signature + b"x")).fault is Fault.OVERSIZE


@pytest.mark.parametrize(
    ("expected", "fault", "words"),
    [
        (replace(BOX, device="room-13"), Fault.WRONG_DEVICE, 'is for the device "room-12", and this box is "room-13"'),
        (replace(BOX, facility="villa-blu"), Fault.WRONG_FACILITY, 'belongs to "villa-blu"'),
        (replace(BOX, key=facility("villa-blu").public), Fault.TAMPERED, "another facility"),
        (replace(BOX, above=7), Fault.REPLAYED, "generation 7, and the box has had 7"),
        (replace(BOX, above=9), Fault.REPLAYED, "generation 7, and the box has had 9"),
    ],
)
def test_what_is_not_for_this_box_is_refused(expected: Expected, fault: Fault, words: str) -> None:
    refusal = refused(GOOD, expected)
    assert refusal.fault is fault
    assert words in str(refusal)


@pytest.mark.parametrize(
    "fields",
    [
        {"schema": 2},
        {"generation": 0},
        {"generation": True},
        {"generation": "7"},
        {"device": "../x"},
        {"created_at": "yesterday"},
        {"more": 1},
        {"files": {}},
        {"files": {"ca.crt": {"sha256": "0" * 64, "size": -1}}},
    ],
)
def test_a_signed_manifest_of_another_kind_is_refused(fields: dict[str, object]) -> None:
    assert refused(signed(GOOD.files, **fields)).fault is Fault.UNREADABLE


def other_key(files: dict[str, bytes]) -> None:
    files["client.key"] = OURS.files("room-12", 8)["client.key"]


def other_device(files: dict[str, bytes]) -> None:
    files |= {name: OURS.files("room-13")[name] for name in ("client.key", "client.crt")}


def other_authority(files: dict[str, bytes]) -> None:
    files["ca.crt"] = facility("villa-blu").files()["ca.crt"]


def no_password(files: dict[str, bytes]) -> None:
    del files["camera.password"]


def other_generation(files: dict[str, bytes]) -> None:
    files["config.yaml"] = build.with_generation(files["config.yaml"].decode(), 8).encode()


def misspelt(files: dict[str, bytes]) -> None:
    files["config.yaml"] = files["config.yaml"].replace(b"profile", b"profil")


def not_text(files: dict[str, bytes]) -> None:
    files["config.yaml"] = b"\xff\xfe"


def no_certificate(files: dict[str, bytes]) -> None:
    files["client.crt"] = b"-----BEGIN CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (other_key, "does not belong to client.crt"),
        (other_device, 'of the device "room-13"'),
        (other_authority, "not issued by ca.crt"),
        (no_password, "names the credential camera.password"),
        (other_generation, "villa-rosa/room-12/8"),
        (misspelt, "line 5: profil: "),
        (not_text, "not UTF-8"),
        (no_certificate, "is not what its name says"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_no_box_could_use_is_refused_and_not_even_signed(
    spoil: Callable[[dict[str, bytes]], None], words: str
) -> None:
    files = dict(GOOD.files)
    spoil(files)
    refusal = refused(signed(files))
    assert refusal.fault is Fault.UNUSABLE
    assert words in str(refusal)
    with pytest.raises(RefusedError):
        build.sealed("villa-rosa", "room-12", 7, CREATED, files, OURS.signing)


def test_a_key_that_is_none_is_refused() -> None:
    assert refused(replace(GOOD, files={**GOOD.files, "facility.pub": b"none"}), Expected()).fault is Fault.TAMPERED


def test_no_sentence_holds_a_secret() -> None:
    files = {**GOOD.files, "config.yaml": GOOD.files["config.yaml"].replace(b"viewer", b"swordfish: [")}
    assert "swordfish" not in str(refused(signed(files)))


def test_the_manifest_is_read_back_as_it_was_written() -> None:
    bundle: Bundle = opened(GOOD, BOX)
    assert Manifest.model_validate_json(bundle.manifest.raw(), strict=True) == bundle.manifest


@given(st.integers(1, 2**31 - 1))
def test_a_generation_is_set_wherever_it_stood(generation: int) -> None:
    text = OURS.files()["config.yaml"].decode()
    for before in (text, text.replace("generation: 1\n", ""), text.replace("generation: 1", "generation : 1 # first")):
        after = build.with_generation(before, generation)
        assert f"\ngeneration: {generation}\n" in after
        assert after.count("generation") == 1


def _with(part: str, data: bytes) -> Sealed:
    if part == "manifest":
        return replace(GOOD, manifest=data)
    if part == "signature":
        return replace(GOOD, signature=data)
    return replace(GOOD, files={**GOOD.files, part: data})
