"""A new facility: what is made, that nothing is overwritten, and that its keys open."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware_config.cli import main
from firmware_config.facility import keys, model
from firmware_config.facility.found import found
from firmware_config.facility.layout import Layout


def init(folder: Path, *words: str) -> int:
    return main(["init", str(folder), "--broker-host", "broker.lan", "--broker-name", "10.0.4.2", *words])


def test_a_facility_has_its_file_keys_and_a_sheet_without_a_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "villa-rosa"
    assert init(root, "--language", "it") == 0
    layout = Layout(root)
    assert model.load(root).facility == "villa-rosa"
    for secret in (layout.ca_key, layout.signing_key, layout.broker / "server.key", layout.recommender / "client.key"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    said = capsys.readouterr().out
    assert "RECOVERY SHEET" in said
    assert "PRIVATE" not in said


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert init(tmp_path, "--facility", "a") == 3
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert "not empty" in capsys.readouterr().err


def test_only_its_owner_looks_into_a_facility(tmp_path: Path) -> None:
    root = tmp_path / "here" / "villa-rosa"
    assert init(root) == 0
    assert stat.S_IMODE(root.stat().st_mode) == 0o700


def test_what_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    """A name with which no certificate can be made is found only when the keys are there."""
    root = tmp_path / "villa-rosa"
    facility = model.Facility(facility="villa-rosa", broker=model.BrokerPlace(host="broker.lan"))
    odd = facility.model_copy(update={"consumer": "x" * 65})
    with pytest.raises(ValueError, match="64"):
        found(root, odd, datetime.now(UTC))
    assert list(root.iterdir()) == []
    assert init(root) == 0


def test_a_wrong_value_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(tmp_path / "Villa Rosa") == 78
    assert not (tmp_path / "Villa Rosa").exists()
    assert "facility" in capsys.readouterr().err


def test_keys_that_are_locked_open_with_their_passphrase_alone(tmp_path: Path) -> None:
    word = tmp_path / "word"
    word.write_text("correct horse\n")
    assert init(tmp_path / "a", "--passphrase-file", str(word)) == 0
    layout = Layout(tmp_path / "a")
    keys.authority(layout, "correct horse")
    keys.signing(layout, "correct horse")
    for wrong in (None, "other"):
        with pytest.raises(Exception, match="locked"):
            keys.signing(layout, wrong)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\n", "empty first line"),
        (b"   \n", "empty first line"),
        (b"\xff\xfe", "not UTF-8"),
        (b"x" * 1001, "too long"),
    ],
)
def test_a_file_without_a_passphrase_is_refused_before_anything_is_made(
    tmp_path: Path, raw: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    word = tmp_path / "word"
    word.write_bytes(raw)
    assert init(tmp_path / "a", "--passphrase-file", str(word)) == 78
    assert said in capsys.readouterr().err
    assert not (tmp_path / "a").exists()


def test_a_passphrase_is_the_same_from_any_editor(tmp_path: Path) -> None:
    word = tmp_path / "word"
    word.write_bytes(b"\xef\xbb\xbfcorrect horse\r\n")
    assert init(tmp_path / "a", "--passphrase-file", str(word)) == 0
    keys.signing(Layout(tmp_path / "a"), "correct horse")


def test_keys_and_passphrase_that_do_not_go_together_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (word := tmp_path / "word").write_text("correct horse")
    assert init(tmp_path / "locked", "--passphrase-file", str(word)) == 0
    assert init(tmp_path / "open") == 0
    capsys.readouterr()
    assert main(["add", str(tmp_path / "locked"), "room-1"]) == 78
    assert "is locked (say --passphrase-file FILE)" in capsys.readouterr().err
    assert main(["add", str(tmp_path / "open"), "room-1", "--passphrase-file", str(word)]) == 78
    assert "is not locked (leave out --passphrase-file)" in capsys.readouterr().err


def test_a_typing_mistake_in_the_file_is_said_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "a"
    assert init(root) == 0
    path = root / "facility.yaml"
    path.write_text(path.read_text().replace("port: 8883", "prt: 8883"))
    with pytest.raises(Exception, match=r"broker\.prt: unknown key.*did you mean port"):
        model.load(root)
