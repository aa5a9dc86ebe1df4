"""Packages come by hash: broken ones are fetched again once, changed ones refused."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from models import fetch, files
from models.errors import DigestMismatchError, FetchError
from models.manifest import Member, Package

CONTENT = b"weights" * 100


def archive(content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        zipped.writestr("inside/model.tflite", content)
    return written.getvalue()


WHEEL = archive(CONTENT)
MEMBER = Member(path="inside/model.tflite", save_as="model.tflite", bytes=len(CONTENT), sha256=files.sha256_of(CONTENT))
PACKAGE = Package(
    version="1.0",
    licence="Apache-2.0",
    homepage="https://example.org",
    file="thing-1.0-py3-none-any.whl",
    bytes=len(WHEEL),
    sha256=files.sha256_of(WHEEL),
    members={"model": MEMBER},
)


@dataclass
class Index:
    """A package index that answers one request after the other with the given bytes; None means unreachable."""

    answers: list[bytes | None]
    asked: list[int] = field(default_factory=list)

    def download(self, name: str, package: Package, folder: Path, attempt: int) -> Path:
        self.asked.append(attempt)
        answer = self.answers.pop(0)
        if answer is None:
            raise FetchError(f"{package.file}: unreachable")
        path = folder / package.file
        path.write_bytes(answer)
        return path


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def get(tmp_path: Path, lines: list[str]) -> Callable[[Index], Path]:
    return lambda index: fetch.member("thing", PACKAGE, MEMBER, tmp_path, lines.append, index.download)


def test_member_is_taken_out_and_then_kept(get: Callable[[Index], Path], tmp_path: Path) -> None:
    index = Index([WHEEL])
    path = get(index)
    assert path == tmp_path / "model.tflite"
    assert path.read_bytes() == CONTENT
    assert get(index) == path
    assert index.asked == [1]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["model.tflite", PACKAGE.file]


@pytest.mark.parametrize("first", [WHEEL[:-10], b"", None, archive(b"other")])
def test_bad_download_is_thrown_away_and_fetched_again(
    first: bytes | None, get: Callable[[Index], Path], lines: list[str]
) -> None:
    index = Index([first, WHEEL])
    assert get(index).read_bytes() == CONTENT
    assert index.asked == [1, 2]
    assert any("again" in line for line in lines)


def test_second_bad_download_is_refused_and_nothing_is_kept(get: Callable[[Index], Path], tmp_path: Path) -> None:
    with pytest.raises(DigestMismatchError) as caught:
        get(Index([WHEEL[:-1], WHEEL[:-1]]))
    assert PACKAGE.sha256 in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_unreachable_index_is_said(get: Callable[[Index], Path]) -> None:
    with pytest.raises(FetchError, match="unreachable") as caught:
        get(Index([None, None]))
    assert caught.value.exit_code == 6


def test_wheel_that_broke_off_in_the_cache_is_fetched_again(
    get: Callable[[Index], Path], tmp_path: Path, lines: list[str]
) -> None:
    (tmp_path / PACKAGE.file).write_bytes(WHEEL[:50])
    assert get(Index([WHEEL])).read_bytes() == CONTENT
    assert any(f"broke off at 50 of {len(WHEEL)} bytes" in line for line in lines)


def test_changed_byte_in_the_cached_wheel_is_refused(get: Callable[[Index], Path], tmp_path: Path) -> None:
    (tmp_path / PACKAGE.file).write_bytes(WHEEL[:-1] + bytes([WHEEL[-1] ^ 1]))
    with pytest.raises(DigestMismatchError, match=PACKAGE.file):
        get(Index([]))


def test_changed_byte_in_the_cached_member_is_refused(get: Callable[[Index], Path], tmp_path: Path) -> None:
    (tmp_path / "model.tflite").write_bytes(b"W" + CONTENT[1:])
    with pytest.raises(DigestMismatchError, match=r"model\.tflite.*delete"):
        get(Index([]))


def test_member_that_is_not_the_one_named_is_refused(tmp_path: Path, lines: list[str]) -> None:
    other = MEMBER.model_copy(update={"sha256": "0" * 64})
    with pytest.raises(DigestMismatchError, match=r"inside/model\.tflite"):
        fetch.member("thing", PACKAGE, other, tmp_path, lines.append, Index([WHEEL]).download)
    assert not (tmp_path / "model.tflite").exists()


def test_member_that_is_not_there_is_said(tmp_path: Path, lines: list[str]) -> None:
    other = MEMBER.model_copy(update={"path": "inside/absent"})
    with pytest.raises(FetchError, match="no inside/absent in it"):
        fetch.member("thing", PACKAGE, other, tmp_path, lines.append, Index([WHEEL]).download)


def test_pip_failing_gives_its_reason_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(
        FetchError, match=r"No matching distribution found for thing==1\.0.*check the network"
    ) as caught:
        fetch.pip_download("thing", PACKAGE, tmp_path, 1)
    assert "\n" not in str(caught.value)
