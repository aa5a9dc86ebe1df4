"""What a box has been given: a folder for each generation, and one link that says which of them is in use.

A generation's folder is written whole before the link is turned to it, and the link is turned in one step: the agent's
configuration and its credentials can never be of two generations.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from firmware_config.bundle import contents
from firmware_config.bundle.refused import RefusedError
from firmware_config.bundle.verify import Bundle, Expected, Sealed, opened, public_key
from firmware_config.disk import Files, remove_tree, replace_file

AGENT, CREDENTIALS, CURRENT = "agent.yaml", "credentials", "current"
GENERATIONS = "generations"
KEPT = ".before-provision"
"""Appended to what was put there by hand, before this took over."""


@dataclass(frozen=True, slots=True)
class Store:
    """The two folders of a box."""

    files: Files
    etc: Path
    """Where the agent's unit looks."""
    state: Path

    def trusted(self) -> bytes | None:
        """The facility's key that this box was given first; None: it belongs to nobody yet.

        Where the file is gone or damaged, what was installed says it still: a fault of the disk gives no box away.
        """
        own = self.in_use()
        copies = [] if own is None else [self._folder(own) / contents.FACILITY_KEY]
        return next((key for path in (self.etc / contents.FACILITY_KEY, *copies) if (key := self._key(path))), None)

    def generations(self) -> list[int]:
        """Those that are here, damaged ones too; the last is the highest that the box ever took."""
        return sorted(int(name) for name in self.files.names(self.state / GENERATIONS) if name.isdigit())

    def in_use(self) -> int | None:
        """The generation that the agent would start with, whole or not."""
        name = (self.files.target(self.state / CURRENT) or "").rpartition("/")[2]
        return int(name) if name.isdigit() else None

    def manifest(self, generation: int) -> bytes:
        """As it was signed; empty where there is none."""
        path = self._folder(generation) / contents.MANIFEST
        return self.files.read(path, contents.MOST_MANIFEST_BYTES) if self.files.is_file(path) else b""

    def intact(self, generation: int) -> Bundle | None:
        """A generation, if it is still what was signed."""
        key = self.trusted()
        if key is None:
            return None
        try:
            bundle = opened(self._read(generation), Expected(key))
        except (RefusedError, OSError):
            return None
        return bundle if bundle.manifest.generation == generation else None

    def stage(self, bundle: Bundle) -> None:
        """Write a generation beside the one in use, which stays as it is."""
        files, sealed = self.files, bundle.sealed
        home = self.state / GENERATIONS
        if not files.is_folder(home):
            files.make_folder(home)
            files.sync(self.state)
        folder = self._folder(bundle.manifest.generation)
        staged = folder.with_name(folder.name + ".new")
        remove_tree(files, staged)
        files.make_folder(staged)
        files.make_folder(staged / CREDENTIALS, 0o700)
        for name, data in sealed.files.items():
            files.write(staged / _place(name), data, 0o600 if contents.handed_to_agent(name) else 0o644)
        files.write(staged / contents.MANIFEST, sealed.manifest)
        files.write(staged / contents.SIGNATURE, sealed.signature)
        files.sync(staged / CREDENTIALS)
        files.sync(staged)
        remove_tree(files, folder)
        files.rename(staged, folder)
        files.sync(home)

    def trust(self, key: bytes) -> None:
        """Belong to a facility from now on."""
        if self._key(self.etc / contents.FACILITY_KEY) is None:
            replace_file(self.files, self.etc / contents.FACILITY_KEY, key)

    def use(self, generation: int) -> None:
        """Turn the link, in one step, and see that the agent's unit finds it."""
        self._point(self.state / CURRENT, f"{GENERATIONS}/{generation}")
        self.join()

    def join(self) -> None:
        """See that what the agent's unit reads leads to the generation in use; what lay there is kept beside."""
        for name in (AGENT, CREDENTIALS):
            path, leads = self.etc / name, f"{self.state / CURRENT}/{name}"
            if self.files.target(path) == leads:
                continue
            if self.files.is_file(path) or self.files.is_folder(path):
                kept = path.with_name(path.name + KEPT)
                remove_tree(self.files, kept)
                self.files.rename(path, kept)
            self._point(path, leads)

    def tidy(self) -> None:
        """Remove what a power cut left half done, and all generations but the one in use and the highest two."""
        home = self.state / GENERATIONS
        keep = {str(each) for each in [*self.generations()[-2:], self.in_use()]}
        for name in self.files.names(home):
            if name not in keep:
                remove_tree(self.files, home / name)

    def _point(self, path: Path, target: str) -> None:
        staged = path.with_name(path.name + ".new")
        remove_tree(self.files, staged)
        self.files.link(staged, target)
        self.files.rename(staged, path)
        self.files.sync(path.parent)

    def _key(self, path: Path) -> bytes | None:
        known = contents.content(contents.FACILITY_KEY)
        if known is None or not self.files.is_file(path):
            return None
        key = self.files.read(path, known.most_bytes)
        try:
            public_key(key)
        except RefusedError:
            return None
        return key

    def _read(self, generation: int) -> Sealed:
        folder, found = self._folder(generation), {}
        names = [*self.files.names(folder / CREDENTIALS), contents.CONFIGURATION, contents.FACILITY_KEY]
        for name in names:
            known, path = contents.content(name), folder / _place(name)
            found[name] = self.files.read(path, known.most_bytes) if known and self.files.is_file(path) else b""
        signature = self.files.read(folder / contents.SIGNATURE, contents.SIGNATURE_BYTES)
        return Sealed(self.manifest(generation), signature, found)

    def _folder(self, generation: int) -> Path:
        return self.state / GENERATIONS / str(generation)


def _place(name: str) -> str:
    if contents.handed_to_agent(name):
        return f"{CREDENTIALS}/{name}"
    return AGENT if name == contents.CONFIGURATION else name
