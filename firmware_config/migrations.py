"""Older versions of the configuration, and how each becomes the next: pure, on plain data as `tree.parse` gives it.

A new version is a step at the end of `STEPS`, and one more for `version` in the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

Data: TypeAlias = Mapping[str, Any]
Step: TypeAlias = Callable[[Data], dict[str, Any]]
FIRST = 0
"""Before files had a `version`."""


def _sitting_in_steps(data: Data) -> dict[str, Any]:
    """0 to 1: `prolonged_sitting_s` was one number, and is a rising list of them."""
    return {
        key: [value] if key == "prolonged_sitting_s" and _is_number(value) else value for key, value in data.items()
    }


STEPS: tuple[Step, ...] = (_sitting_in_steps,)
"""The one at index n makes version n + 1 of version n."""
CURRENT = FIRST + len(STEPS)


def version_of(data: object) -> int | None:
    """Which version a file is; None where that cannot be told, and validation says why.

    A file without the key is of version 1, unless it holds what only the first one did.
    """
    if not isinstance(data, Mapping):
        return None
    if "version" not in data:
        return 0 if _is_number(data.get("prolonged_sitting_s")) else 1
    written = data["version"]
    return written if type(written) is int and written >= FIRST else None


def upgraded(data: Data, steps: Sequence[Step] = STEPS) -> dict[str, Any]:
    """The same in the newest version; what was not touched stays, in its order.

    Raises:
        ValueError: the version is newer than the steps lead to, or cannot be told.
    """
    version = version_of(data)
    if version is None or version > len(steps):
        raise ValueError("no version that can be upgraded")
    for step in steps[version:]:
        data = step(data)
    return {"version": len(steps)} | {key: value for key, value in data.items() if key != "version"}


def _is_number(value: object) -> bool:
    return type(value) in {int, float}
