"""One update: install beside, turn one link, watch, and turn it back where the box is not well."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from firmware_config.disk import Files, replace_file
from firmware_config.update.release import Release, Taker, UpdateError, taken

CURRENT, RELEASES = "current", "releases"
STATE = "state.json"
MOST_STATE_BYTES = 64 * 1024
MOST_FAILED = 16


class System(Protocol):
    """What the box's own system does for an update."""

    def install(self, package: Path) -> None:
        """Install a package beside the others; raises UpdateError."""

    def remove(self, version: str) -> None:
        """Remove an application that is not in use; never raises."""

    def runs(self, folder: Path) -> str | None:
        """Why an application cannot even be loaded; None: it can."""

    def restart(self) -> bool:
        """Start the agent anew; whether it said that it is at work."""

    def stays_well(self) -> str | None:
        """Watch the agent for a while; why it is not well, None: it is."""


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of updates."""

    trying: str | None = None
    """The version that has not proven itself yet."""
    before: str | None = None
    """The one to go back to."""
    failed: tuple[str, ...] = ()

    def raw(self) -> bytes:
        """As it is written."""
        return json.dumps({"trying": self.trying, "before": self.before, "failed": list(self.failed)}).encode()


@dataclass(frozen=True, slots=True)
class Place:
    """Where applications lie: `releases/<version>`, and the link `current` to the one in use."""

    files: Files
    home: Path
    state: Path
    tell: Callable[[str], None] = field(default=lambda _: None)

    def version(self) -> str | None:
        """Of the application in use."""
        target = self.files.target(self.home / CURRENT)
        return None if target is None else target.rpartition("/")[2]

    def use(self, version: str) -> None:
        """Turn the link, in one step."""
        staged = self.home / f"{CURRENT}.new"
        if self.files.target(staged) is not None:
            self.files.remove(staged)
        self.files.link(staged, f"{RELEASES}/{version}")
        self.files.rename(staged, self.home / CURRENT)
        self.files.sync(self.home)

    def remembered(self) -> State:
        """What is remembered; nothing where that is damaged."""
        path = self.state / STATE
        if not self.files.is_file(path):
            return State()
        try:
            told = json.loads(self.files.read(path, MOST_STATE_BYTES))
            return State(told["trying"], told["before"], tuple(told["failed"]))
        except (ValueError, KeyError, TypeError):
            return State()

    def remember(self, state: State) -> None:
        """Write it whole."""
        replace_file(self.files, self.state / STATE, state.raw())


def update(place: Place, system: System, release: Release, package: Path, taker: Taker) -> None:
    """Take a release whose package was checked.

    Raises:
        UpdateError: the box has what it had before.
        OSError: the disk does not do what it should; `resume` mends it at the next start.
    """
    state = place.remembered()
    taken(release, replace(taker, failed=frozenset(state.failed)))
    before = place.version()
    system.install(package)
    fault = system.runs(place.home / RELEASES / release.version)
    if fault is None:
        place.remember(replace(state, trying=release.version, before=before))
        place.use(release.version)
        place.tell(f"version {release.version} is started")
        fault = system.stays_well() if system.restart() else "it did not say that it is at work"
    if fault is None:
        place.remember(replace(state, trying=None, before=before))
        return
    failed = (*state.failed, release.sha256)[-MOST_FAILED:]
    if before is not None and place.version() != before:
        place.use(before)
        system.restart()
    place.remember(replace(state, trying=None, failed=failed))
    system.remove(release.version)
    raise UpdateError(f"Version {release.version} was undone, the box has {before or 'none'} again: {fault}.")


def resume(place: Place) -> str | None:
    """At the box's start: undo an update that a power cut ended before it had proven itself.

    Returns:
        The version that was undone.
    """
    state = place.remembered()
    if state.trying is None:
        return None
    if state.before is not None and place.version() == state.trying:
        place.use(state.before)
    place.remember(replace(state, trying=None))
    return state.trying
