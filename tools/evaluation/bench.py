"""What every task is given: where the data lies, where its own files go, how much is asked, and the machine's cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tools.scenes.furnish import RoomSpec, read_rooms
from tools.scenes.variants import bodies_in

Item = TypeVar("Item")
Result = TypeVar("Result")

ROOT = Path(__file__).resolve().parents[2]


def data_folder() -> Path:
    """Where recordings are looked for unless said otherwise: $POSE_DATA, else ../shared/data."""
    named = os.environ.get("POSE_DATA")
    return Path(named) if named else ROOT.parent / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Bench:
    """One call of the bench."""

    data: Path
    """The folder with one folder a set."""
    cache: Path
    """What is slow to make and the same each time: rendered pictures."""
    seed: int = 1
    """Of everything left to chance."""
    fast: bool = False
    """A small part of everything, for continuous integration: figures of it are no result."""
    workers: int = 2
    bodies: Path | None = None
    """A folder of bodies for what is choreographed; None: those committed."""
    rooms: Path | None = None
    """A file of rooms for the same; None: drawn by the seed."""

    def people(self) -> list[str]:
        """The bodies by the names that `tools.scenes.bodies.load` takes."""
        return bodies_in(self.bodies)

    def places(self) -> list[RoomSpec] | None:
        """The rooms given, if any were."""
        return None if self.rooms is None else read_rooms(self.rooms)

    def folder(self, name: str) -> Path | None:
        """A set's folder; None where it is not present."""
        path = self.data / name
        return path if path.is_dir() else None

    def each(self, function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Apply a module-level function to every item, in their order, on all the cores that may be used."""
        items = list(items)
        if self.workers <= 1 or len(items) <= 1:
            yield from map(function, items)
            return
        with ProcessPoolExecutor(self.workers) as pool:
            yield from pool.map(function, items, chunksize=max(1, len(items) // (8 * self.workers)))
