"""Bundles in images of cards: what our own FAT writes, mtools reads and fsck.vfat finds no fault with."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_config.bundle import boot, card
from firmware_config.bundle.refused import RefusedError
from firmware_config.cli import main
from firmware_config.disk import Disk, remove_tree
from firmware_config.errors import InstallerError
from firmware_config.image.card import ROOT, boot_volume
from firmware_config.image.fat import FatVolume
from firmware_config.image.partitions import starts
from tests.fakes.bundles import facility

PROGRAMS = ("mkfs.vfat", "fsck.vfat", "mcopy", "mdir", "sfdisk")
PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"
pytestmark = pytest.mark.skipif(
    any(shutil.which(name, path=PATH) is None for name in PROGRAMS),
    reason="dosfstools, mtools or fdisk is missing (apt install dosfstools mtools fdisk)",
)
START = 2048 * 512
ONE, TWO = (facility().bundle(generation=generation) for generation in (1, 2))
KINDS = [("dos", 16), ("dos", 32), ("gpt", 32), ("none", 32)]


def ran(*words: str | Path, text: str = "") -> str:
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False, env={"PATH": PATH})
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


class Image:
    """An image as a Raspberry Pi's, but smaller."""

    def __init__(self, path: Path, table: str, bits: int, mebibytes: int = 40) -> None:
        self.path, self.start = path, 0 if table == "none" else START
        with path.open("wb") as file:
            file.truncate((mebibytes + 2) << 20)
        if table != "none":
            kind = "c" if table == "dos" else "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"
            ran("sfdisk", "--quiet", path, text=f"label: {table}\nstart=2048, size={mebibytes * 2048}, type={kind}\n")
        cluster = "1" if bits == 32 else "2"
        where: list[str | Path] = ["--offset", "2048", path, str(mebibytes * 1024)]
        ran("mkfs.vfat", "-F", str(bits), "-s", cluster, "-n", "BOOTFS", *([path] if table == "none" else where))
        for name in ("config.txt", "cmdline.txt", "a long name of a kernel.img"):
            ran("mcopy", "-i", self.volume, "/dev/null", f"::{name}")

    @property
    def volume(self) -> str:
        return f"{self.path}@@{self.start}"

    def is_sound(self) -> None:
        """fsck.vfat takes no offset: it looks at a copy of the partition."""
        part = self.path.with_suffix(".part")
        part.write_bytes(self.path.read_bytes()[self.start :])
        ran("fsck.vfat", "-n", part)

    def read(self, name: str) -> bytes:
        out = self.path.with_suffix(".out")
        out.unlink(missing_ok=True)
        ran("mcopy", "-n", "-i", self.volume, f"::{name}", out)
        return out.read_bytes()


@pytest.fixture(params=KINDS, ids=lambda kind: f"{kind[0]}-fat{kind[1]}")
def image(tmp_path: Path, request: pytest.FixtureRequest) -> Image:
    table, bits = request.param
    return Image(tmp_path / "card.img", table, bits)


def test_mtools_reads_what_we_write(image: Image, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for bundle in (ONE, TWO):
        place = tmp_path / str(bundle.manifest.generation)
        place.mkdir()
        card.put(Disk(), place, bundle.sealed)
        assert main(["write", str(place), "--image", str(image.path)]) == 0, capsys.readouterr().err
        image.is_sound()
        for name, data in bundle.sealed.files.items():
            assert image.read(f"carepose/files/{name}") == data
        assert image.read("carepose/manifest.json") == bundle.sealed.manifest
        assert image.read("carepose/manifest.sig") == bundle.sealed.signature
    listed = ran("mdir", "-b", "-i", image.volume, "::").split()
    assert {"::/carepose/", "::/config.txt", "::/cmdline.txt"} <= set(listed)
    assert not any(".old" in name or ".new" in name for name in listed)
    assert main(["status", "--image", str(image.path)]) == 0
    assert "No box has read this card yet" in capsys.readouterr().out


def test_we_read_what_mtools_wrote(image: Image, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = tmp_path / "carepose-status.json"
    status.write_text('{"result": "installed", "sentence": "All is well.", "generation": 3, "device": "a"}')
    ran("mcopy", "-i", image.volume, status, "::")
    with boot_volume(image.path, change=True) as volume:
        assert "a long name of a kernel.img" in volume.names(ROOT)
        assert volume.read(ROOT / "CAREPOSE-status.json", 1000) == status.read_bytes()
        for number in range(60):
            volume.write(ROOT / f"A Name That Is Long {number}.txt", b"x" * number)
        volume.overwrite(ROOT / "carepose-status.json", b"\0" * status.stat().st_size)
    image.is_sound()
    assert image.read("carepose-status.json") == b"\0" * status.stat().st_size
    with boot_volume(image.path, change=True) as volume:
        for name in volume.names(ROOT):
            remove_tree(volume, ROOT / name)
    image.is_sound()
    assert ran("mdir", "-b", "-i", image.volume, "::").split() == []


def test_a_full_partition_keeps_the_old_bundle(image: Image) -> None:
    with boot_volume(image.path, change=True) as volume:
        boot.put(volume, ROOT, ONE.sealed, called="it", force=False)
        size = 1 << 22
        while size > 256:
            try:
                volume.write(ROOT / f"big-{size}-{len(volume.names(ROOT))}", b"x" * size)
            except OSError:
                size //= 2
        with pytest.raises(InstallerError, match="full"):
            boot.put(volume, ROOT, TWO.sealed, called="it", force=False)
        assert card.read(volume, ROOT / "carepose") == ONE.sealed
    image.is_sound()


class Cut(BaseException):
    """The power is gone."""


class Failing(BytesIO):
    """An image whose machine loses power after so many writes."""

    left = -1

    def write(self, data: object, /) -> int:
        if self.left == 0:
            raise Cut
        self.left -= 1
        return super().write(data)  # type: ignore[arg-type]


def test_a_cut_at_every_write_leaves_the_old_bundle_or_none_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "card.img"
    Image(path, "dos", 16, mebibytes=5)
    with boot_volume(path, change=True) as volume:
        card.put(volume, ROOT, ONE.sealed)
    before = path.read_bytes()
    seen, step = set(), 0
    while True:
        file = Failing(before)
        file.left = step
        try:
            card.put(Quick(file, START), ROOT, TWO.sealed)
            break
        except Cut:
            step += 1
        volume = FatVolume(BytesIO(file.getvalue()), START)
        found = card.read(volume, ROOT / "carepose") if card.holds_bundle(volume, ROOT) else None
        assert found in (None, ONE.sealed, TWO.sealed)
        seen.add(None if found is None else found.manifest)
    assert step > 50
    assert seen == {None, ONE.sealed.manifest, TWO.sealed.manifest}


class Quick(FatVolume):
    """In memory there is nothing to bring to a disk."""

    def sync(self, folder: Path) -> None:
        pass


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda raw: b"", "cut short"),
        (lambda raw: b"\xfd7zXZ" + raw, "packed (xz): unpack it first"),
        (lambda raw: bytes(len(raw)), "no partition table"),
        (lambda raw: raw[:START], "no FAT"),
        (lambda raw: raw[:446] + bytes(64) + raw[510:], "no FAT partition"),
        (lambda raw: raw[:START] + bytes(512) + raw[START + 512 :], "no FAT"),
    ],
    ids=["empty", "packed", "blank", "short", "no-partition", "other-system"],
)
def test_what_is_no_image_of_a_card_is_refused(
    spoil: Callable[[bytes], bytes], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = Image(tmp_path / "card.img", "dos", 16, mebibytes=5)
    image.path.write_bytes(spoil(image.path.read_bytes()))
    assert main(["status", "--image", str(image.path)]) == 3
    assert why in capsys.readouterr().err


def test_a_gpt_that_was_damaged_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = Image(tmp_path / "card.img", "gpt", 16, mebibytes=5)
    raw = bytearray(image.path.read_bytes())
    raw[512 + 72] ^= 1
    image.path.write_bytes(raw)
    assert main(["status", "--image", str(image.path)]) == 3
    assert "(GPT) is damaged" in capsys.readouterr().err


def test_a_partition_that_is_no_boot_partition_is_refused(tmp_path: Path) -> None:
    image = Image(tmp_path / "card.img", "dos", 16, mebibytes=5)
    with boot_volume(image.path, change=True) as volume:
        volume.remove(ROOT / "config.txt")
        with pytest.raises(InstallerError, match="not the boot partition"):
            boot.put(volume, ROOT, ONE.sealed, called="it", force=False)
        assert "carepose" not in volume.names(ROOT)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small image with a bundle in it."""
    image = Image(tmp_path_factory.mktemp("sound") / "card.img", "dos", 16, mebibytes=5)
    with boot_volume(image.path, change=True) as volume:
        card.put(volume, ROOT, ONE.sealed)
    return image.path.read_bytes()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_an_image_that_was_damaged_is_refused_or_read_and_never_hangs(sound: bytes, data: st.DataObject) -> None:
    """Bytes changed in its partition table, its boot sector, its table of clusters, its directories."""
    raw = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 8))):
        begin, size = data.draw(
            st.sampled_from([(446, 66), (START, 64), (START + 512, 4096), (START + 0x5000, 0x8000)])
        )
        raw[begin + data.draw(st.integers(0, size - 1))] = data.draw(st.integers(0, 255))
    file = BytesIO(bytes(raw))
    try:
        for start in starts(file)[:4]:
            volume = Quick(file, start)
            for name in volume.names(ROOT):
                volume.is_folder(ROOT / name) or volume.read(ROOT / name, 1000)
            with suppress(RefusedError):
                card.read(volume, ROOT / "carepose")
            card.put(volume, ROOT, TWO.sealed)
    except (ValueError, OSError):
        return
