"""The boot partition of an image."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from firmware_config.bundle.boot import is_boot_partition
from firmware_config.errors import InstallerError
from firmware_config.image.fat import FatVolume
from firmware_config.image.partitions import starts

ROOT = Path("/")
PACKED = {b"\xfd7zX": "xz", b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"\x28\xb5\x2f\xfd": "zstd"}


@contextmanager
def boot_volume(image: Path, *, change: bool) -> Iterator[FatVolume]:
    """Open an image's boot partition, or else its first FAT partition.

    Raises:
        InstallerError: the image has none.
        OSError: the image cannot be read or written.
    """
    if not image.is_file():
        raise InstallerError(f"{image} is no file: give the image that will be written to the card")
    with image.open("r+b" if change else "rb") as file:
        begins = file.read(4)
        if packed := next((kind for magic, kind in PACKED.items() if begins.startswith(magic)), None):
            raise InstallerError(f"{image} is packed ({packed}): unpack it first")
        volumes, why = [], "it has no FAT partition"
        try:
            for start in starts(file):
                try:
                    volumes.append(FatVolume(file, start))
                except ValueError as fault:
                    why = str(fault)
        except (ValueError, OverflowError) as fault:
            why = str(fault)
        if not volumes:
            raise InstallerError(f"{image} is not the image of a card: {why}. Download it once more, or take another")
        yield next((each for each in volumes if is_boot_partition(each.names(ROOT))), volumes[0])
