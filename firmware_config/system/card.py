"""What the box's own system is told, onto a card beside the bundle; what was there is kept beside."""

from __future__ import annotations

from pathlib import Path

from firmware_config.disk import Files, replace_file
from firmware_config.system.adapters import FILES, FIRST_RUN, with_kernel_words

KEPT = ".before-carepose"
KERNEL = "cmdline.txt"
MOST_BYTES = 64 * 1024


def found_in(files: Files, place: Path) -> dict[str, bytes]:
    """The files of an adapter that lie beside a bundle."""
    return {name: files.read(place / name, MOST_BYTES) for name in sorted(FILES) if files.is_file(place / name)}


def put(files: Files, place: Path, told: dict[str, bytes]) -> list[str]:
    """Put them onto a card.

    Returns:
        The names of those that replaced another, which is kept beside it.

    Raises:
        OSError: the card cannot be written.
    """
    wanted = dict(told)
    if FIRST_RUN in told and files.is_file(place / KERNEL):
        line = files.read(place / KERNEL, MOST_BYTES).decode("utf-8", "surrogateescape")
        wanted[KERNEL] = with_kernel_words(line).encode("utf-8", "surrogateescape")
    replaced = []
    for name, data in wanted.items():
        path, kept = place / name, place / (name + KEPT)
        before = files.read(path, MOST_BYTES) if files.is_file(path) else None
        if before == data:
            continue
        if before is not None and not files.is_file(kept):
            replace_file(files, kept, before)
            replaced.append(name)
        replace_file(files, path, data)
    return replaced
