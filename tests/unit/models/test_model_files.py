"""A file is whole and the right one, or refused."""

from pathlib import Path

import pytest

from models import files
from models.errors import DigestMismatchError


def test_changed_file_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(b"right")
    expected = files.sha256(path)
    files.verify(path, expected, "delete it")
    path.write_bytes(b"wrong")
    with pytest.raises(DigestMismatchError) as caught:
        files.verify(path, expected, "delete it")
    text = str(caught.value)
    assert text == f"{path}: expected sha256 {expected}, found {files.sha256_of(b'wrong')}; delete it"
    assert caught.value.exit_code == 5


def test_writing_replaces_the_whole_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    files.write_whole(path, b"first")
    files.write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]
    assert path.stat().st_mode & 0o777 == 0o644


def test_what_cannot_be_put_in_place_leaves_no_half_file(tmp_path: Path) -> None:
    occupied = tmp_path / "name"
    (occupied / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="name"):
        files.write_whole(occupied, b"content")
    assert [entry.name for entry in tmp_path.iterdir()] == ["name"]
