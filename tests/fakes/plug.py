"""A plug that can be pulled: from then on nothing is renamed, removed or written any more, not even to tidy up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHANGES = frozenset({"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree"})
_plugged: list[int] = []
"""How many renames are left; empty: nobody pulls."""


class PulledError(BaseException):
    """The power is gone."""


def _audit(event: str, _arguments: tuple[object, ...]) -> None:
    if not _plugged or event not in CHANGES:
        return
    if event == "os.rename":
        _plugged[0] -= 1
    if _plugged[0] < 0:
        raise PulledError


sys.addaudithook(_audit)


@contextmanager
def pulled_after(renames: int) -> Iterator[None]:
    """Cut what happens here at the rename after so many: files become whole by a rename, each is a step."""
    _plugged[:] = [renames]
    try:
        with suppress(PulledError):
            yield
    finally:
        _plugged.clear()
