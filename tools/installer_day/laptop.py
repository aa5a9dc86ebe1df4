"""The installer's laptop: `edge-config`, called as its own entry point would, and what went wrong in its own words."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from firmware_config.cli import main
from firmware_config.facility import model
from firmware_config.facility.layout import Layout


class DayError(Exception):
    """What did not go as an installer must be able to expect."""


def edge_config(*words: str | Path, code: int = 0) -> str:
    """Run `edge-config` in this process; each as a process of its own would start Python again.

    Returns:
        What it printed.

    Raises:
        DayError: it ended with another code.
    """
    told, complained = io.StringIO(), io.StringIO()
    with redirect_stdout(told), redirect_stderr(complained):
        ended = main([str(word) for word in words])
    if ended != code:
        raise DayError(f"edge-config {' '.join(map(str, words))} ended with {ended}: {complained.getvalue().strip()}")
    return told.getvalue()


@dataclass(frozen=True, slots=True)
class Laptop:
    """The facility's folder and the folder of bundles."""

    layout: Layout
    bundles: Path

    def boxes(self) -> dict[str, str]:
        """Each room's box, as `facility.yaml` says."""
        return {box.room: box.device for box in model.load(self.layout.root).rooms}

    def revoked(self) -> Path:
        """The list that the broker reads."""
        return self.layout.broker / "ca.crl"
