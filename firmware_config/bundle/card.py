"""A bundle as it lies in a folder: on a card, or on the installer's disk."""

from __future__ import annotations

from pathlib import Path

from firmware_config.bundle import contents
from firmware_config.bundle.refused import Fault, RefusedError
from firmware_config.bundle.verify import Sealed
from firmware_config.disk import Files, remove_tree

OLD, NEW = contents.FOLDER + ".old", contents.FOLDER + ".new"
MOST_NAMES = 4 * contents.MOST_FILES


def holds_bundle(files: Files, place: Path) -> bool:
    """Whether there is anything that calls itself a bundle."""
    return files.is_folder(place / contents.FOLDER)


def read(files: Files, folder: Path) -> Sealed:
    """Read what is there, never more of it than a bundle may have; whether it is any good is for `opened`.

    Raises:
        RefusedError: more files than a bundle may have, or something that is no file.
        OSError: the card cannot be read.
    """
    # macOS leaves files like .DS_Store wherever somebody looks: they are no part of a bundle, and never used.
    names = [name for name in files.names(folder / contents.FILES) if not name.startswith(".")]
    if len(names) > MOST_NAMES:
        raise RefusedError(Fault.OVERSIZE, "The bundle holds more files than a bundle may have.")
    found: dict[str, bytes] = {}
    for name in names:
        path, known = folder / contents.FILES / name, contents.content(name)
        found[name] = files.read(path, known.most_bytes) if known and files.is_file(path) else b""
    return Sealed(
        _read(files, folder / contents.MANIFEST, contents.MOST_MANIFEST_BYTES),
        _read(files, folder / contents.SIGNATURE, contents.SIGNATURE_BYTES),
        found,
    )


def put(files: Files, place: Path, sealed: Sealed) -> None:
    """Put a bundle where another may be: at any moment there is the old one, none, or the new one, and never a part.

    Raises:
        OSError: there is no room, or the card cannot be written; the old one stays.
    """
    staged, bundle, old = (place / name for name in (NEW, contents.FOLDER, OLD))
    remove_tree(files, staged)
    remove_tree(files, old)
    try:
        files.make_folder(staged)
        files.make_folder(staged / contents.FILES, 0o700)
        for name, data in sealed.files.items():
            files.write(staged / contents.FILES / name, data, 0o600)
        files.write(staged / contents.MANIFEST, sealed.manifest)
        files.write(staged / contents.SIGNATURE, sealed.signature)
        for folder in (staged / contents.FILES, staged, place):
            files.sync(folder)
    except OSError:
        remove_tree(files, staged)
        raise
    if files.is_folder(bundle):
        files.rename(bundle, old)
    files.rename(staged, bundle)
    files.sync(place)
    remove_tree(files, old)


def scrub(files: Files, folder: Path) -> None:
    """Overwrite and remove what is secret; who copies the card later finds no key. Flash may keep an old copy unseen.

    Raises:
        OSError: the card cannot be written.
    """
    for name in files.names(folder / contents.FILES):
        path, known = folder / contents.FILES / name, contents.content(name)
        if known and known.secret and files.is_file(path):
            files.overwrite(path, b"\0" * len(files.read(path, known.most_bytes)))
            files.remove(path)
    if files.is_folder(folder / contents.FILES):
        files.sync(folder / contents.FILES)


def _read(files: Files, path: Path, most: int) -> bytes:
    return files.read(path, most) if files.is_file(path) else b""
